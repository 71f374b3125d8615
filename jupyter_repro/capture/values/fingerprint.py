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
import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any

from jupyter_repro.capture.values.fingerprint_atoms import LARGE, piece_of, size_of, size_of_all
from jupyter_repro.capture.values.kinds import ATOMS, SEQUENCES, Kinds

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
WORD = 100
"""Characters up to which a text counts as a word."""
_HANDLERS_KEPT = 1000
_ATOMS = ATOMS.ids
_SIZED = Kinds(int, str, bytes).ids

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


def look(value: Any, before: Seen | None = None) -> Seen:
    """Look at a value: in full where affordable, else at a sample of it.

    ``before`` is what an earlier look gave. Where that was a sample, this one begins with a sample too: while it is
    the same, the value is taken to be as large as it was, and no full look is tried.
    """
    kind = type(value)
    if id(kind) in ATOMS.ids and size_of(value) <= FULL_BUDGET * BYTE_INVERSE:
        data = marshal.dumps(value, 2)
        return Seen(hashlib.sha1(data, usedforsecurity=False).hexdigest()[:16], True, False, False, False, _NOTHING)
    sample = None
    if before is not None and not before.full:
        sample = _walked(value, SAMPLE_BUDGET, sampling=True)
        if sample.digest == before.digest:
            return sample
    try:
        return _walked(value, FULL_BUDGET, sampling=False)
    except OverBudget:
        return sample or _walked(value, SAMPLE_BUDGET, sampling=True)


def _walked(value: Any, budget: int, *, sampling: bool) -> Seen:
    """What one walk gives. Raises OverBudget; a sample is cut short instead."""
    walk = Walk(budget, sampling=sampling)
    try:
        walk.visit(value)
    except OverBudget:
        if not sampling:
            raise
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
        self.parts.append(b"%d:%b" % (len(data), data))

    def text(self, text: str) -> None:
        """Add a word."""
        if len(text) > WORD:
            self.put(text.encode("utf-8", "surrogatepass"))
            return
        self.budget -= len(text) // BYTE_INVERSE + 50
        self.parts.append(_framed(text))

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
        if id(kind) in _ATOMS:
            self.budget -= NODE // 3
            if self.budget < 0:
                raise OverBudget
            if id(kind) in _SIZED and (size := size_of(value)) > LARGE:
                if self.sampling:
                    self.sampled = True
                    self.put(piece_of(value))
                    return
                self.charge(size // BYTE_INVERSE)
            data = marshal.dumps(value, 2)
            self.budget -= len(data) // BYTE_INVERSE + 50
            self.parts.append(b"%d:%b" % (len(data), data))
            return
        self.charge(NODE)
        if self.depth >= MAX_DEPTH:
            self.sampled = True
            self.put(b"deep")
            return
        handler = self.handlers.get(id(kind))
        if handler is None:
            handler = self.handlers[id(kind)] = _handler_of(kind)
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


_handlers: dict[int, tuple[weakref.ref[type], Handler]] = {}
"""How values of a library's types are looked at, by the type's id: 40 us to find out. Types of the notebook come and
go, and may be changed."""


def _handler_of(kind: type) -> Handler:
    known = _handlers.get(id(kind))
    if known is not None and known[0]() is kind:
        return known[1]
    from jupyter_repro.capture.values import fingerprint_instances, fingerprint_types

    handler = fingerprint_types.handler_of(kind)
    if fingerprint_instances.module_of(kind) != "__main__":
        if len(_handlers) >= _HANDLERS_KEPT:
            _handlers.clear()
        _handlers[id(kind)] = (weakref.ref(kind), handler)
    return handler


@lru_cache(maxsize=2048)
def _framed(text: str) -> bytes:
    """A short word as `Walk.put` writes it: names of attributes come by the hundred."""
    data = text.encode("utf-8", "surrogatepass")
    return b"%d:%b" % (len(data), data)
