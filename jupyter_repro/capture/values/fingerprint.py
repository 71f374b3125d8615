"""A value's fingerprint: a digest of its structure that does not depend on addresses, hash seeds or the process.

``=`` fingerprints cover the whole value, ``~`` a sample of it or all of it but parts that cannot be looked into. What a
value costs is counted in units of about a nanosecond of its size, never by the clock, so that the same value always
gets the same fingerprint. No code of the user runs: no ``__eq__``, ``__hash__``, ``__repr__``, ``__reduce__``,
``__getattr__``, no property and no metaclass; instances are read through their dictionary and slots.

Cannot see: what extension types keep inside, the position of generators, state behind handles and sockets. Such a part
counts by its type alone, and `Seen.opaque` says so.
"""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from jupyter_repro.capture.values.fingerprint_atoms import LARGE, piece_of, size_of, size_of_all
from jupyter_repro.capture.values.kinds import ATOMS, SEQUENCES

FULL_BUDGET = 2_500_000
"""Units that one value may cost in full; beyond it a sample is taken."""
SAMPLE_BUDGET = 700_000
MAX_DEPTH = 80
FLAT_SAMPLE = 512
"""Scalars looked at in a sampled list or dict."""
DEEP_SAMPLE = 48
"""Other items looked at in a sampled list or dict."""
PROBED = 32
"""Items after which the cost of the rest is known well enough."""
MAX_OWNED = 3000
"""Mutable parts of one value that are remembered, to tell which names share state."""

NODE = 700
FLAT = 80
BYTE_INVERSE = 2
"""Bytes hashed in one unit."""

Handler = Callable[["Walk", Any], None]


class OverBudget(Exception):
    """The value is too large to be looked at in full."""


@dataclass(slots=True)
class Seen:
    """What one look at a value gave."""

    digest: str
    """16 hex digits."""
    full: bool
    """Whether the whole value went in."""
    opaque: bool
    """Whether a part could not be looked into."""
    stateful: bool
    """Whether the value itself moves when it is used: a generator, an open file."""
    mutable: bool
    """Whether the value can change without being bound anew."""
    owned: frozenset[int] = field(default_factory=frozenset)
    """Identities of the mutable parts: values that share one share state."""

    @property
    def fingerprint(self) -> str:
        """As in records: ``=`` for a whole, ``~`` for a part."""
        return ("=" if self.full and not self.opaque else "~") + self.digest


_NOTHING: frozenset[int] = frozenset()


def look(value: Any) -> Seen:
    """Look at a value: in full where affordable, else at a sample of it."""
    kind = type(value)
    if id(kind) in ATOMS.ids and size_of(value) <= FULL_BUDGET * BYTE_INVERSE:
        data = marshal.dumps(value, 2)
        return Seen(hashlib.sha1(data, usedforsecurity=False).hexdigest()[:16], True, False, False, False, _NOTHING)
    walk = Walk(FULL_BUDGET, sampling=False)
    try:
        walk.visit(value)
    except OverBudget:
        walk = Walk(SAMPLE_BUDGET, sampling=True)
        try:
            walk.visit(value)
        except OverBudget:
            walk.put(b"...")
            walk.sampled = True
    return Seen(walk.hexdigest(), not walk.sampled, walk.opaque, walk.stateful, walk.mutable, frozenset(walk.owned))


class Walk:
    """One walk over one value; handlers put bytes in, in an order that only the value's structure decides."""

    __slots__ = (
        "budget", "depth", "handlers", "held", "mutable", "opaque", "owned", "parts", "sampled", "sampling", "seen",
        "share", "stateful",
    )  # fmt: skip

    def __init__(self, budget: int, *, sampling: bool) -> None:
        self.budget = budget
        self.sampling = sampling
        self.sampled = False
        self.opaque = False
        self.stateful = False
        self.share = 1
        """Arrays among which a sample is to be divided."""
        self.mutable = False
        self.parts: list[bytes] = []
        self.owned: set[int] = set()
        self.seen: dict[int, int] = {}
        self.held: list[Any] = []
        """Temporary objects, kept for the walk so that their identity is not given to others."""
        self.handlers: dict[int, Handler] = {}
        self.depth = 0

    def hexdigest(self) -> str:
        """The digest of all that was put in."""
        return hashlib.sha1(b"".join(self.parts), usedforsecurity=False).hexdigest()[:16]

    def put(self, data: bytes) -> None:
        """Add bytes, with their length, so that neighbours cannot run into each other."""
        self.budget -= len(data) // BYTE_INVERSE + 50
        self.parts.append(b"%d:" % len(data))
        self.parts.append(data)

    def text(self, text: str) -> None:
        """Add a word."""
        self.put(text.encode("utf-8", "surrogatepass"))

    def charge(self, units: int) -> None:
        """Count what is about to be spent. Raises OverBudget."""
        self.budget -= units
        if self.budget < 0:
            raise OverBudget

    def afford(self, units: int) -> None:
        """Give up before work is begun that would not be finished. Raises OverBudget."""
        if units > self.budget:
            raise OverBudget

    def own(self, identity: int) -> None:
        """The value holds this mutable part."""
        self.mutable = True
        if len(self.owned) < MAX_OWNED:
            self.owned.add(identity)

    def opaque_part(self, what: str) -> None:
        """A part that counts by its type alone."""
        self.opaque = True
        self.text(what)

    def visit(self, value: Any) -> None:
        """Put a value in, whatever it is."""
        kind = type(value)
        if id(kind) in ATOMS.ids:
            self.charge(NODE // 3)
            size = size_of(value)
            if size > LARGE:
                if self.sampling:
                    self.sampled = True
                    self.put(piece_of(value))
                    return
                self.charge(size // BYTE_INVERSE)
            self.put(marshal.dumps(value, 2))
            return
        self.charge(NODE)
        if self.depth >= MAX_DEPTH:
            self.sampled = True
            self.put(b"deep")
            return
        handler = self.handlers.get(id(kind))
        if handler is None:
            handler = self.handlers[id(kind)] = handler_of(kind)
        self.depth += 1
        handler(self, value)
        self.depth -= 1

    def enter(self, value: Any, word: bytes) -> bool:
        """Begin a mutable part; False where it was met before in this walk (a cycle, or shared inside the value)."""
        number = self.seen.get(id(value))
        if number is not None:
            self.put(b"again%d" % number)
            return False
        self.seen[id(value)] = len(self.seen)
        self.own(id(value))
        self.put(word)
        return True

    def items(self, items: Any, size: int) -> None:
        """The items of a sized iterable of anything, evenly sampled where the walk samples."""
        self.put(b"%d" % size)
        self.charge(FLAT * min(size, FLAT_SAMPLE if self.sampling else size) // 2)
        if self.sampling and size > DEEP_SAMPLE:
            self.sampled = True
            chosen = _spread(items, size, FLAT_SAMPLE)
            if not ATOMS.all_of(chosen):
                chosen = _spread(chosen, len(chosen), DEEP_SAMPLE)
            items = chosen
        elif size >= 8:
            items = items if isinstance(items, (list, tuple)) else list(islice(items, size))
        if size >= 8 and ATOMS.all_of(items):
            self.flat(items)
            return
        if size >= 8 and alike(self, items):
            return
        self.afford(size * NODE if not self.sampling else 0)
        start = self.budget
        for number, item in enumerate(items, 1):
            self.visit(item)
            if number == PROBED and not self.sampling:  # the first of them tell what the rest would cost
                self.afford((start - self.budget) * (size - number) // number)

    def flat(self, items: Iterable[Any]) -> None:
        """Scalars only: at the speed of C."""
        chosen = list(items)
        self.charge(FLAT * len(chosen) // 2)
        size = size_of_all(chosen)
        if self.sampling and size > len(chosen) * LARGE:
            for each in chosen:
                self.visit(each)
            return
        self.charge(size // BYTE_INVERSE)
        data = marshal.dumps(chosen, 2)
        self.put(hashlib.sha1(data, usedforsecurity=False).digest())

    def apart(self, value: Any) -> bytes:
        """The digest of a part by itself, for collections without an order."""
        kept, self.parts = self.parts, []
        self.visit(value)
        digest = hashlib.sha1(b"".join(self.parts), usedforsecurity=False).digest()
        self.parts = kept
        return digest


def _spread(items: Any, size: int, wanted: int) -> list[Any]:
    """About ``wanted`` items, evenly spread, first and last included, at positions that only the size decides."""
    if size <= wanted:
        return list(items)
    if type(items) in SEQUENCES:
        last = size - 1
        return [items[position * last // (wanted - 1)] for position in range(wanted)]
    return list(islice(items, wanted))


def alike(walk: Walk, items: Any) -> bool:
    """Put instances of one class in all together, where that is possible."""
    from jupyter_repro.capture.values import fingerprint_alike

    return fingerprint_alike.put(walk, items)


def handler_of(kind: type) -> Handler:
    """How values of this type are looked at. Types of libraries are found by name, so that nothing is imported."""
    from jupyter_repro.capture.values import fingerprint_types

    return fingerprint_types.handler_of(kind)
