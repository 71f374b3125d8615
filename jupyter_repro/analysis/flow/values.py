"""What `flow` passes from hand to hand: roots, the values that carry them, and what is said of each cell."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from jupyter_repro.analysis.code.cellcode import CellCode
from jupyter_repro.analysis.tables.sources import Kind


@dataclass(frozen=True, kw_only=True, slots=True)
class Root:
    """Where a value that differs from run to run comes in."""

    kind: Kind
    what: str
    """The call, as a person would say it: ``numpy.random.rand``."""
    cell: str
    line: int
    generator: str = ""
    """For ``random``: the global generator drawn from, ``random_state`` or ``fresh``."""
    call: ast.expr | None = field(default=None, compare=False, hash=False, repr=False)
    """Its node, in the source of this cell or of the one that holds the function in which it stands; None where only
    the tracker saw it."""
    parameter: str = ""
    """The keyword that would fix it: ``random_state``, ``seed``."""
    detail: str = ""
    """The address, for ``network``."""
    behind: str = ""
    """For what draws later than it is made: the global generator that it draws from, empty where there is none."""


FRESH = "unseeded:"

Roots = frozenset[Root]
NONE: Roots = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Observed:
    """What a recorded run of the cell's present source drew: generator -> whether it was seeded.

    ``unseeded:<call>`` stands for generators made from fresh entropy, by the cell or by a library.
    """

    draws: Mapping[str, bool]
    importing: bool = False
    """Whether the run loaded modules: some draw from Python's own generator while they are loaded."""

    @property
    def fresh(self) -> bool:
        """Whether a generator was made from fresh entropy."""
        return any(each.startswith(FRESH) for each in self.draws)


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowCell:
    """A cell to follow: its code, whether it shows anything (None: unknown, outputs were stripped), and a figure."""

    id: str
    code: CellCode
    shows: bool | None
    figure: bool
    talks: bool = False
    """Whether something was printed."""
    observed: Observed | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CellFlow:
    """What came in in a cell, and what of all roots can be seen in its outputs or in the files it writes."""

    roots: Roots = NONE
    shown: Roots = NONE
    saved: Roots = NONE


Code = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Value:
    """What is known of a value without running anything."""

    roots: Roots = NONE
    is_set: bool = False
    """A set whose elements' hashes differ from process to process."""
    holds_set: bool = False
    """A container with such sets in it."""
    mapping: bool = False
    """A dict: iterating gives its keys."""
    none: bool = False
    """Surely None."""
    balanced: bool = False
    """Rows were drawn to a strategy: which ones differs, how many of each class does not."""
    estimator: bool = False
    """A model: printed as its parameters, what it learnt cannot be seen in that."""
    fitted: bool = False
    """An estimator that has learnt: the notebook's own display shows that."""
    address: str = ""
    """Where on the network it points, in whole or in its first part."""
    client: bool = False
    """Talks to the network by its methods."""
    pool: bool = False
    """Runs what it is given in threads or processes at a time."""
    code: Code | None = None
    home: str = ""
    """The cell that defines ``code``."""
    scope: Mapping[str, Value] | None = field(default=None, compare=False, repr=False)
    """What a function defined in a call sees of that call."""
    defaults: Mapping[str, Value] | None = field(default=None, compare=False, repr=False)
    """Parameter -> what it is where nothing is passed."""
    instance: ast.ClassDef | None = None
    attributes: Mapping[str, Value] = field(default_factory=dict)
    """Of an instance of a class of the notebook."""
    element: Value | None = None
    """What iterating gives, where that is known."""
    parts: tuple[Value, ...] = ()
    """What unpacking gives, where that is known."""

    def joined(self, *others: Value) -> Value:
        """A value that may be any of these."""
        return Value(self.roots.union(*(other.roots for other in others)), self.is_set or any(o.is_set for o in others))

    @property
    def everything(self) -> Roots:
        """Roots of the value and of its attributes."""
        if not self.attributes:
            return self.roots
        return self.roots.union(*(each.everything for each in self.attributes.values()))


NOTHING = Value()


def carrying(roots: Roots) -> Value:
    """A value of which no more is known than the roots it rests on."""
    return Value(roots) if roots else NOTHING
