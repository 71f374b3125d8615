"""The state while cells are read: what each name carries, which generators are seeded, what was seen and saved."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, replace

from jupyter_repro.analysis.code.syntax import chain_of
from jupyter_repro.analysis.flow import nodes
from jupyter_repro.analysis.flow.values import NONE, NOTHING, FlowCell, Root, Roots, Value
from jupyter_repro.analysis.tables import sources
from jupyter_repro.analysis.tables.sources import Kind


@dataclass(frozen=True, slots=True)
class Frame:
    """A call of a function of the notebook that is being read."""

    code: ast.AST
    call: ast.expr
    home: str


class Scope(ABC):
    """Names and what they carry. Its heirs read expressions, calls and statements."""

    def __init__(self) -> None:
        self.names: dict[str, Value] = {}
        self.aliases: dict[str, str] = {}
        self.seeded: dict[str, bool] = {}
        self.seed_roots: dict[str, Roots] = {}
        """Generator -> the call that gave it a seed which itself differs."""
        self.modules: set[str] = set()
        self.now: FlowCell
        self.roots: set[Root] = set()
        self.shown: set[Root] = set()
        self.saved: set[Root] = set()
        self.ambient: Roots = NONE
        """Draws that only the tracker saw: any call of the cell may have made them."""
        self.frames: list[Frame] = []
        self.returned: list[Value] = []
        self.filled: set[str] = set()
        """Names of this frame whose values were changed in place."""
        self.bound: set[str] = set()
        """Names that this frame binds."""
        self.weak = 0
        """How many branches and loops deep: what is assigned there may not be."""
        self.spoken: set[Root] = set()
        """What the calls of this cell rest on: where a cell talks and no ``print`` is in sight, they have done it."""
        self.printed_here = False
        self.racing: Roots = NONE
        """Set while a function is read that runs beside others of its kind."""
        self.later = False
        """Set while a function is read that was handed over: it may be called now, or in another cell."""
        self.settled = False
        """Whether a library was called in this cell that takes its randomness from a global generator, seeded above."""
        self.idle = False
        """Whether a model of `seedable.IDLE` was made: fitting it draws, to no effect."""
        self.under: Roots = NONE
        """What decides whether the statements that are read now run at all."""

    @abstractmethod
    def evaluate(self, node: ast.expr | None) -> Value:
        """What an expression carries."""

    @abstractmethod
    def body(self, statements: Iterable[ast.stmt]) -> None:
        """Read statements in order."""

    # names
    def assign(self, target: ast.expr, value: Value, source: ast.expr) -> None:
        """Bind what stands left of an equals sign."""
        match target:
            case ast.Name(id=name):
                self._bind(name, value, source)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                self._unpack(parts, value, source)
            case ast.Starred(value=inner):
                self.assign(inner, value, source)
            case ast.Subscript() | ast.Attribute():
                self.fill(target, value, filled=isinstance(target, ast.Subscript))
            case _:
                pass

    def _bind(self, name: str, value: Value, source: ast.expr) -> None:
        self.aliases.pop(name, None)
        self.bound.add(name)
        dotted = self.dotted(source) if isinstance(source, (ast.Name, ast.Attribute)) else None
        if dotted and name not in self.names and not value.roots:
            self.aliases[name] = dotted
        if self.under:
            value = replace(value, roots=value.roots | self.under)
        old = self.names.get(name)
        if self.weak and old is not None and not (value.roots >= old.roots and value.none <= old.none):
            value = replace(value, roots=value.roots | old.roots, none=value.none and old.none)
        self.names[name] = value

    def _unpack(self, targets: list[ast.expr], value: Value, source: ast.expr) -> None:
        if isinstance(source, (ast.Tuple, ast.List)) and len(source.elts) == len(targets):
            values = [(self.evaluate(each), each) for each in source.elts]
            for target, (part, each) in zip(targets, values, strict=True):
                self.assign(target, part, each)
        elif len(value.parts) == len(targets):
            for target, part in zip(targets, value.parts, strict=True):
                self.assign(target, part, source)
        else:
            ordered = self.ordered(source, value)
            for target in targets:
                self.assign(target, Value(ordered.roots, balanced=value.balanced), source)

    def fill(self, target: ast.expr, value: Value, *, filled: bool = False, holding: bool = False) -> None:
        """A part of a name's value was set: the name takes on what came in.

        ``filled``: memory was written. ``holding``: what came in is a part now, and a set stays one.
        """
        name = nodes.base_name(target)
        if name is None or (name in self.aliases and name not in self.names):
            return  # a module keeps what it is
        old = self.names.get(name, NOTHING)
        attribute = _attribute(target)
        roots = value.everything | self.racing | self.under
        if old.instance is not None and attribute is not None:
            direct = isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name)
            before = old.attributes.get(attribute, NOTHING)
            after = (
                value
                if direct and attribute not in old.attributes
                else replace(before, roots=_written(before.roots, filled) | roots, none=False)
            )
            if after != before:
                self.names[name] = replace(old, attributes={**old.attributes, attribute: after})
                self.filled.add(name)
            return
        kept = _written(old.roots, filled)
        if kept != old.roots or roots - kept or (value.is_set and not old.holds_set):
            holds = old.holds_set or (value.is_set and (holding or isinstance(target, ast.Subscript)))
            self.names[name] = replace(old, roots=kept | roots, holds_set=holds)
            self.filled.add(name)

    def replace_name(self, target: ast.expr, value: Value) -> None:
        """A name's value was changed as a whole: sorted, shuffled."""
        if isinstance(target, ast.Name):
            self.names[target.id] = value
            self.filled.add(target.id)

    def gives_none(self, node: ast.expr | None) -> bool:
        """Whether an expression is surely None: written out, or through a name."""
        return node is not None and self.evaluate(node).none

    def has(self, node: ast.Call, keyword: str) -> bool:
        """Whether something else than None is passed for a keyword, or may be."""
        if nodes.opens_keywords(node):
            return True
        value = nodes.keyword(node, keyword)
        return value is not None and not self.gives_none(value)

    # places
    def root(
        self,
        kind: Kind,
        what: str,
        node: ast.expr,
        generator: str = "",
        parameter: str = "",
        behind: str = "",
        detail: str = "",
    ) -> Root:
        """A root that comes in here; inside a function of the notebook: where the cell calls it."""
        place = self.frames[0].call if self.frames else node
        behind = behind or (generator if self.later and generator in ("random", "numpy", "torch") else "")
        root = Root(
            kind=kind, what=what, cell=self.now.id, line=place.lineno, generator=generator, parameter=parameter,
            call=node, behind=behind, detail=detail,
        )  # fmt: skip
        self.roots.add(root)
        return root

    def disproved(self, root: Root) -> bool:
        """Whether a call that would draw from a global generator when it is made left that as it was."""
        seen = self.now.observed
        return seen is not None and root.behind in ("random", "numpy", "torch") and seen.draws.get(root.behind, True)

    def dotted(self, node: ast.expr) -> str | None:
        """The full dotted name that an expression stands for: ``np.random.rand`` -> ``numpy.random.rand``."""
        names = chain_of(node)
        if not names or (names[0] in self.names and names[0] not in self.aliases):
            return None
        start = self.aliases.get(names[0])
        if start is None:
            return names[0] if names in (["id"], ["hash"], ["input"]) else None
        return ".".join([start, *names[1:]])

    # order
    def ordered(self, node: ast.expr, value: Value) -> Value:
        """The value where its order counts: a set brings in the order of its hashes."""
        if not value.is_set:
            return value
        return replace(value, roots=value.roots | {self.root("set-order", "the order of a set", node)}, is_set=False)

    def printed(self, node: ast.expr, value: Value) -> Roots:
        """What printing brings out: as text, a container shows the order of the sets in it."""
        if value.estimator:
            return NONE
        roots = self.ordered(node, value).roots
        return roots | ({self.root("set-order", "the order of a set", node)} if value.holds_set else NONE)

    def show(self, roots: Roots) -> None:
        """Something reached an output."""
        self.shown |= roots | self.racing | self.under


def without_order(roots: Roots) -> Roots:
    """What is left when the order no longer counts."""
    return frozenset(root for root in roots if root.kind not in sources.ORDER_KINDS)


def without_places(roots: Roots) -> Roots:
    """What is read from a folder, or computed on some cores, does not say where that was."""
    return frozenset(root for root in roots if root.kind not in ("environment", "scratch")) if roots else NONE


def _written(roots: Roots, filled: bool) -> Roots:
    """What is left of a value's roots when its memory was written."""
    return frozenset(root for root in roots if root.kind != "uninitialised") if filled else roots


def deciding(roots: Roots) -> Roots:
    """Of what a condition rests on: that which makes two runs go different ways."""
    return frozenset(root for root in roots if root.kind in ("random", "seed", "hash", "entropy")) if roots else NONE


def _attribute(target: ast.expr) -> str | None:
    """``a`` of ``x.a[0].b = ...``."""
    found = None
    while isinstance(target, (ast.Subscript, ast.Attribute)):
        found = target.attr if isinstance(target, ast.Attribute) else None
        target = target.value
    return found
