"""Trees of lists, tuples and dicts with scalars at their ends, looked at by C code: rows, records, what JSON gives.

A level at a time, ``gc.get_referents`` tells what is inside and the types are compared by identity; then ``marshal``
writes the whole. That costs a tenth of a visit to every part (1,000 records: 0.6 instead of 6 ms), so ten times larger
values are looked at in full. Sets are not among the parts: before Python 3.11 ``marshal`` leaves them unsorted.
"""

from __future__ import annotations

import gc
import hashlib
import marshal
from itertools import count
from typing import Any

from jupyter_repro.capture.values.fingerprint import BYTE_INVERSE, FLAT_SAMPLE, MAX_DEPTH, MAX_OWNED, PROBED, Walk
from jupyter_repro.capture.values.fingerprint_atoms import LARGE, size_of_all
from jupyter_repro.capture.values.kinds import ATOMS, Kinds

_BRANCHES = Kinds(list, tuple, dict)
_INSIDE = Kinds(*ATOMS.types, *_BRANCHES.types)
BRANCH, LEAF = 300, 60
"""Units that a container costs, and what is in it."""


def put(walk: Walk, value: Any) -> bool:
    """Put one list, tuple or dict in, with all that is in it: see `put_all`."""
    return put_all(walk, [value])


def put_all(walk: Walk, values: list[Any]) -> bool:
    """Put lists, tuples and dicts in; False where they are no such trees, or too large for a sample.

    A mutable part that is there twice, or was met before, makes them none: that it is the same part counts. Raises
    OverBudget.
    """
    mutable: list[Any] = []
    level, size, cost, depth, heavy = values, 0, 0, 0, 0
    while level:
        inside = sum(map(len, level))
        size += inside
        cost += len(level) * BRANCH + inside * LEAF
        depth += 1
        if depth > MAX_DEPTH or (walk.sampling and size > FLAT_SAMPLE):
            return False
        walk.afford(cost)  # nothing else is cheaper
        mutable += [each for each in level if type(each) is not tuple]
        parts = gc.get_referents(*level)
        only_atoms = ATOMS.all_of(parts)
        if not only_atoms:
            # The first parts tell what the rest would cost.
            first = [id(type(each)) in _BRANCHES.ids for each in parts[:PROBED]]
            walk.afford(cost + BRANCH * len(parts) * sum(first) // len(first))
            if not _INSIDE.all_of(parts):
                walk.charge(cost // 2)
                return False
        heavy += size_of_all(parts if only_atoms else [each for each in parts if id(type(each)) in ATOMS.ids])
        if walk.sampling and heavy > LARGE:
            return False
        walk.afford(cost + heavy // BYTE_INVERSE)
        if only_atoms:
            break
        level = [each for each in parts if id(type(each)) in _BRANCHES.ids]
    identities = list(map(id, mutable))
    if len(set(identities)) != len(identities) or not walk.seen.keys().isdisjoint(identities):
        walk.charge(cost // 2)
        return False
    try:
        data = marshal.dumps(values, 2)
    except ValueError:  # another thread has put something else in meanwhile
        return False
    walk.charge(cost + len(data) // BYTE_INVERSE)
    walk.seen.update(zip(identities, count(len(walk.seen)), strict=False))
    if identities:
        walk.mutable = True
        walk.owned.update(identities[: MAX_OWNED - len(walk.owned)])
    walk.put(b"tree")
    walk.put(data if len(data) < 64 else hashlib.sha1(data, usedforsecurity=False).digest())
    return True
