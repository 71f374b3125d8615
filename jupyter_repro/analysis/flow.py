"""Follows values that differ from run to run through the notebook, from the call that brings them in to what is shown.

An abstract reading of the cells from the top, without running anything: each name carries the set of roots its value
rests on. Branches are joined, loop bodies read once, functions of the notebook are read at each call. It errs towards
silence: a value that passes through something not understood keeps its roots, one that is only counted or measured
(``len``, ``.shape``, ``sorted`` for an order) loses them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from jupyter_repro.analysis import sources
from jupyter_repro.analysis.cellcode import CellCode
from jupyter_repro.analysis.sources import Kind
from jupyter_repro.model.document import DocumentCell
from jupyter_repro.records import RunRecord, SessionRecord


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
    call: ast.Call | ast.expr | None = field(default=None, compare=False, hash=False, repr=False)
    """The node in this cell's own source, None where the call stands in a function of another cell."""
    parameter: str = ""
    """The keyword that would fix it: ``random_state``, ``seed``."""


_IMAGE = re.compile(r"^image/|plotly|bokeh|vega")

Roots = frozenset[Root]
NONE: Roots = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Observed:
    """What a recorded run of the cell's present source drew: generator -> whether it was seeded."""

    draws: Mapping[str, bool]


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowCell:
    """A cell to follow: its code, whether it shows anything (None: unknown, outputs were stripped), and a figure."""

    id: str
    code: CellCode
    shows: bool | None
    figure: bool
    observed: Observed | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CellFlow:
    """What came in in a cell, and what of all roots can be seen in its outputs or in the files it writes."""

    roots: Roots = NONE
    shown: Roots = NONE
    saved: Roots = NONE


@dataclass(frozen=True, slots=True)
class _Value:
    roots: Roots = NONE
    is_set: bool = False
    holds_set: bool = False
    balanced: bool = False
    """Rows were drawn to a strategy: which ones differs, how many of each class does not."""
    code: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef | None = None
    home: str = ""
    """The cell that defines ``code``."""
    instance: ast.ClassDef | None = None

    def joined(self, *others: _Value) -> _Value:
        return _Value(
            self.roots.union(*(other.roots for other in others)), self.is_set or any(o.is_set for o in others)
        )


_NOTHING = _Value()
_SHOWING = frozenset(["print", "display", "pprint", "display_html", "show"])
_SAVING = frozenset(
    [
        "to_csv",
        "to_parquet",
        "to_excel",
        "to_json",
        "to_pickle",
        "to_feather",
        "to_hdf",
        "to_sql",
        "savefig",
        "save",
        "savez",
        "savetxt",
        "dump",
        "write",
        "writerow",
        "writerows",
    ]
)
_FILLING = frozenset(
    [
        "append",
        "extend",
        "insert",
        "add",
        "update",
        "setdefault",
        "appendleft",
        "fit",
        "partial_fit",
        "fit_transform",
        "put",
        "fill",
        "set",
        "push",
    ]
)
_DEPTH = 8


def flow_cell(
    cell: DocumentCell, code: CellCode, session: SessionRecord | None, run: RunRecord | None, *, stripped: bool
) -> FlowCell:
    """A cell of the document, with what a run of its present source drew. ``stripped``: no cell has outputs."""
    observed = None
    watched = session is not None and session.header.layers.get("randomness") == "on"
    if run is not None and watched and not any("random" in spot for spot in run.blind_spots):
        observed = Observed(draws={draw.generator: draw.seeded for draw in run.draws})
    return FlowCell(
        id=cell.id,
        code=code,
        shows=None if stripped else bool(cell.outputs),
        figure=any(_IMAGE.search(mime) for output in cell.outputs for mime in output.get("data", {})),
        observed=observed,
    )


_KEPT: dict[tuple[object, ...], dict[str, CellFlow]] = {}
"""The last few answers: the forecast and the findings ask the same, and one more run seldom changes it."""


def follow(cells: Sequence[FlowCell]) -> dict[str, CellFlow]:
    """What each cell brings in and shows, by cell id. ``cells`` in document order."""
    key = tuple((cell.id, cell.code.source, cell.shows, cell.figure, _drawn(cell.observed)) for cell in cells)
    if key not in _KEPT:
        reader = _Reader()
        while len(_KEPT) >= 4:
            del _KEPT[next(iter(_KEPT))]
        _KEPT[key] = {cell.id: reader.cell(cell) for cell in cells}
    return _KEPT[key]


def _drawn(observed: Observed | None) -> tuple[tuple[str, bool], ...] | None:
    return None if observed is None else tuple(sorted(observed.draws.items()))


class _Reader:
    def __init__(self) -> None:
        self.names: dict[str, _Value] = {}
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
        self.frames: list[tuple[ast.AST, ast.Call, str]] = []
        self.returned: list[_Value] = []
        self.weak = 0

    def cell(self, cell: FlowCell) -> CellFlow:
        tree = cell.code.tree
        if tree is None:
            return CellFlow()
        self.now = cell
        self.modules.update(each.module.partition(".")[0] for each in cell.code.imports)
        before = self.names, self.aliases, self.seeded, self.seed_roots
        self._read(tree, *before, ambient=NONE)
        unexplained = self._unexplained_draws(before[0], before[2])
        if unexplained:
            self._read(tree, *before, ambient=unexplained)
        roots = {root for root in self.roots if not self._refuted(root)}
        shown = {root for root in self.shown if not (root in self.roots and root not in roots)}
        visible = cell.shows is not False
        return CellFlow(
            roots=frozenset(roots), shown=frozenset(shown) if visible else NONE, saved=frozenset(self.saved)
        )

    def _read(
        self,
        tree: ast.Module,
        names: dict[str, _Value],
        aliases: dict[str, str],
        seeded: dict[str, bool],
        seed_roots: dict[str, Roots],
        *,
        ambient: Roots,
    ) -> None:
        """Read the cell, starting from what the cells above left."""
        self.names, self.aliases = dict(names), {**aliases, **self.now.code.aliases}
        self.seeded, self.seed_roots = dict(seeded), dict(seed_roots)
        self.roots, self.shown, self.saved, self.ambient = set(), set(), set(), ambient
        for statement in tree.body[:-1]:
            self._statement(statement)
        if tree.body:
            self._last(tree.body[-1])

    def _last(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.Expr):
            value = self._eval(statement.value)
            silent = self.now.code.source.rstrip().endswith(";")
            if not silent or self.now.figure:
                self.shown |= value.roots
        else:
            self._statement(statement)

    def _unexplained_draws(self, names: Mapping[str, _Value], seeded: Mapping[str, bool]) -> Roots:
        """Draws the tracker saw, unseeded, in a generator that neither the text nor what came in explains."""
        if self.now.observed is None:
            return NONE
        came_in = (root for name in self.now.code.names.needed for root in names.get(name, _NOTHING).roots)
        known = {"numpy" if root.generator == "random_state" else root.generator for root in (*self.roots, *came_in)}
        found = [
            Root(kind="random", what="a call in this cell", cell=self.now.id, line=1, generator=generator)
            for generator, was_seeded in self.now.observed.draws.items()
            if generator in sources.SEED_SNIPPETS
            and not was_seeded
            and not seeded.get(generator)
            and generator not in known
        ]
        return frozenset(found)

    def _refuted(self, root: Root) -> bool:
        """Whether the tracker looked and saw no draw of this generator in this very source."""
        observed = self.now.observed
        return (
            observed is not None and root.kind == "random" and root.generator in ("random", "numpy", "torch")
            and root.generator not in observed.draws
        )  # fmt: skip

    # statements
    def _body(self, statements: Iterable[ast.stmt]) -> None:
        for statement in statements:
            self._statement(statement)

    def _maybe(self, *blocks: list[ast.stmt]) -> None:
        self.weak += 1
        for block in blocks:
            self._body(block)
        self.weak -= 1

    def _statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Expr(value=value):
                self._eval(value)
            case ast.Assign(targets=targets, value=value):
                result = self._eval(value)
                for target in targets:
                    self._assign(target, result, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._assign(target, self._eval(value), value)
            case ast.AugAssign(target=target, value=value):
                self._assign(target, self._eval(value).joined(self._eval_target(target)), value)
            case ast.For() | ast.AsyncFor():
                self._assign(node.target, self._element(node.iter), node.iter)
                self._maybe(node.body, node.orelse)
            case ast.While():
                self._eval(node.test)
                self._maybe(node.body, node.orelse)
            case ast.If():
                self._eval(node.test)
                self._maybe(node.body, node.orelse)
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    value_ = self._eval(item.context_expr)
                    if item.optional_vars is not None:
                        self._assign(item.optional_vars, value_, item.context_expr)
                self._body(node.body)
            case ast.Try() | ast.TryStar():
                self._body([*node.body, *node.orelse])
                self._maybe(*(handler.body for handler in node.handlers))
                self._body(node.finalbody)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                self.names[node.name] = _Value(code=node, home=self.now.id)
            case ast.Return():
                self.returned.append(self._eval(node.value) if node.value else _NOTHING)
            case ast.Match():
                self._eval(node.subject)
                self._maybe(*(case.body for case in node.cases))
            case ast.Import() | ast.ImportFrom():
                for name in node.names:
                    self.names.pop(name.asname or name.name.partition(".")[0], None)
            case _:
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr):
                        self._eval(child)

    def _assign(self, target: ast.expr, value: _Value, source: ast.expr) -> None:
        match target:
            case ast.Name(id=name):
                self.aliases.pop(name, None)
                dotted = self._dotted(source) if isinstance(source, (ast.Name, ast.Attribute)) else None
                if dotted and name not in self.names and not value.roots:
                    self.aliases[name] = dotted
                old = self.names.get(name, _NOTHING)
                self.names[name] = replace(value, roots=value.roots | old.roots) if self.weak else value
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                if isinstance(source, (ast.Tuple, ast.List)) and len(source.elts) == len(parts):
                    for part, each in zip(parts, source.elts, strict=True):
                        self._assign(part, self._eval(each), each)
                else:
                    for part in parts:
                        self._assign(part, _Value(value.roots, balanced=value.balanced), source)
            case ast.Starred(value=inner):
                self._assign(inner, value, source)
            case ast.Subscript() | ast.Attribute():
                self._fill(target, value.roots, filled=isinstance(target, ast.Subscript))
            case _:
                pass

    def _fill(self, target: ast.expr, roots: Roots, *, filled: bool = False) -> None:
        """A part of a name's value was set: the name takes on what came in."""
        while isinstance(target, (ast.Subscript, ast.Attribute)):
            target = target.value
        if isinstance(target, ast.Name):
            old = self.names.get(target.id, _NOTHING)
            kept = frozenset(root for root in old.roots if not (filled and root.kind == "uninitialised"))
            if kept != old.roots or roots - kept:
                self.names[target.id] = replace(old, roots=kept | roots)

    def _eval_target(self, target: ast.expr) -> _Value:
        while isinstance(target, (ast.Subscript, ast.Attribute)):
            target = target.value
        return self.names.get(target.id, _NOTHING) if isinstance(target, ast.Name) else _NOTHING

    # expressions
    def _eval(self, node: ast.expr | None) -> _Value:
        match node:
            case None | ast.Constant():
                return _NOTHING
            case ast.Name(id=name):
                return self.names.get(name, _NOTHING)
            case ast.Attribute(value=base, attr=attribute):
                dotted = self._dotted(node)
                if dotted in ("os.environ",):
                    return _Value(frozenset([self._root("environment", "os.environ", node)]))
                value = self._eval(base)
                return (
                    _NOTHING
                    if attribute in sources.CONSTANT_ATTRIBUTES
                    else _Value(value.roots, instance=value.instance)
                )
            case ast.Call():
                return self._call(node)
            case ast.Lambda():
                return _Value(code=node, home=self.now.id)
            case ast.Set(elts=parts):
                value = _NOTHING.joined(*(self._eval(part) for part in parts))
                return _Value(_without_order(value.roots), is_set=not all(_is_number(part) for part in parts))
            case ast.Dict() | ast.List() | ast.Tuple():
                parts_ = [self._eval(child) for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
                holds = any(part.is_set or part.holds_set for part in parts_)
                return _Value(_NOTHING.joined(*parts_).roots, holds_set=holds)
            case ast.Subscript(value=base, slice=index):
                value, at = self._eval(base), self._eval(index)
                return _Value(value.roots | at.roots, is_set=value.holds_set)
            case ast.SetComp():
                return _Value(_without_order(self._comprehension(node).roots), is_set=not _numeric(node.elt))
            case ast.ListComp() | ast.GeneratorExp() | ast.DictComp():
                return self._comprehension(node)
            case ast.BinOp(left=left, right=right):
                a, b = self._eval(left), self._eval(right)
                if isinstance(node.op, ast.Sub) and _clocks(a) and _clocks(b):
                    elapsed = self._root("timing", "the time elapsed", node)
                    return _Value((a.roots | b.roots) - _clocks(a) - _clocks(b) | {elapsed})
                ordered = isinstance(node.op, (ast.BitAnd, ast.BitOr, ast.Sub, ast.BitXor))
                return _Value(a.roots | b.roots, is_set=ordered and (a.is_set or b.is_set))
            case ast.Compare(left=left, comparators=others):
                values = [self._eval(left), *(self._eval(other) for other in others)]
                roots = _NOTHING.joined(*values).roots
                return _Value(
                    _without_order(roots) if any(isinstance(op, (ast.In, ast.NotIn)) for op in node.ops) else roots
                )
            case ast.NamedExpr(target=target, value=inner):
                value = self._eval(inner)
                self._assign(target, value, inner)
                return value
            case ast.JoinedStr(values=parts):
                return _Value(_NOTHING.joined(*(self._ordered(part) for part in parts)).roots)
            case ast.FormattedValue(value=inner):
                return _Value(self._printed(inner))
            case ast.Starred(value=inner):
                return self._ordered(inner)
            case ast.IfExp(test=_, body=body, orelse=orelse):
                return self._eval(body).joined(self._eval(orelse))
            case _:
                parts_ = [self._eval(child) for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
                return _Value(_NOTHING.joined(*parts_).roots)

    def _ordered(self, node: ast.expr) -> _Value:
        """The value where its order counts: a set brings in the order of its hashes."""
        value = self._eval(node)
        if not value.is_set:
            return value
        return _Value(value.roots | {self._root("set-order", "the order of a set", node)})

    def _printed(self, node: ast.expr) -> Roots:
        """What printing brings out: as text, a container shows the order of the sets in it."""
        value = self._ordered(node)
        return value.roots | ({self._root("set-order", "the order of a set", node)} if value.holds_set else NONE)

    def _element(self, node: ast.expr) -> _Value:
        return _Value(self._ordered(node).roots)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> _Value:
        kept = dict(self.names)
        total: Roots = NONE
        for generator in node.generators:
            element = self._eval(generator.iter) if isinstance(node, ast.SetComp) else self._element(generator.iter)
            total |= element.roots
            self._assign(generator.target, _Value(element.roots), generator.iter)
            for condition in generator.ifs:
                total |= self._eval(condition).roots
        parts = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        values = [self._eval(part) for part in parts]
        holds = any(value.is_set or value.holds_set for value in values)
        total = total.union(*(value.roots for value in values)) if not _constant(parts) else NONE
        self.names = kept
        return _Value(total, holds_set=holds and not isinstance(node, ast.SetComp))

    # calls
    def _call(self, node: ast.Call) -> _Value:
        dotted = self._dotted(node.func)
        arguments = [*node.args, *(word.value for word in node.keywords)]
        values = [self._eval(argument) for argument in arguments]
        given = _NOTHING.joined(*values).roots
        known = self._known(node, dotted, given)
        if known is not None:
            return known
        if isinstance(node.func, ast.Name):
            return self._function(node, node.func.id, dotted, values, given)
        if isinstance(node.func, ast.Attribute):
            return self._method(node, node.func, dotted, values, given)
        return _Value(given | self._eval(node.func).roots)

    def _known(self, node: ast.Call, dotted: str | None, given: Roots) -> _Value | None:
        """What the tables say of a call, None where they say nothing."""
        if dotted is None:
            return None
        if dotted in sources.SEEDERS:
            steady = bool(node.args or node.keywords) and not given and not _is_none(_first(node))
            unsteady = not steady and bool(node.args or node.keywords) and not _is_none(_first(node))
            seeds = {self._root("seed", dotted, node)} if unsteady else set()
            for generator in sources.SEEDERS[dotted]:
                self.seeded[generator] = steady or unsteady
                self.seed_roots[generator] = frozenset(seeds)
            return _NOTHING
        if dotted in sources.DRAWS:
            generator = sources.DRAWS[dotted]
            if self.seeded.get(generator):
                roots = given | self.seed_roots.get(generator, NONE)
            else:
                roots = given | {self._root("random", dotted, node, generator)}
            if dotted.endswith(".shuffle") and node.args:
                self._fill(node.args[0], roots)
                if isinstance(node.args[0], ast.Name):
                    self.names[node.args[0].id] = _Value(self.names.get(node.args[0].id, _NOTHING).roots | roots)
            return _Value(roots)
        if dotted in sources.GENERATORS:
            if (node.args or node.keywords) and not _is_none(_first(node)):
                return _Value(given)
            parameter = sources.GENERATORS[dotted]
            return _Value(frozenset([self._root("random", dotted, node, "fresh", parameter=parameter)]))
        if dotted in sources.BOOTSTRAPS and not _has(node, "seed") and not _turned_off(node, "errorbar", "ci"):
            root = self._root("random", f"the bootstrap of {dotted}", node, "fresh", parameter="seed")
            if self.now.figure:
                self.shown |= given | {root}
            return _Value(given)
        drawn = self._random_state(node, dotted)
        if drawn is not None:
            return _Value(given | drawn, balanced=dotted.rpartition(".")[2] in sources.BALANCING)
        kind = sources.ANSWERS.get(dotted)
        if (
            dotted in sources.TAKES_TIME
            and len(node.args) > (dotted == "time.strftime")
            and not _is_none(node.args[-1])
        ):
            return _Value(given)
        if dotted in sources.READERS and node.args and _is_url(node.args[0]):
            kind = "network"
        if kind is not None:
            return _Value(given | {self._root(kind, dotted, node)})
        if dotted == "hash" and not all(_is_number(argument) for argument in node.args):
            return _Value(given | {self._root("hash", "hash", node)})
        return None

    def _random_state(self, node: ast.Call, dotted: str) -> Roots | None:
        package, _, rest = dotted.partition(".")
        name = rest.rpartition(".")[2]
        named = name in sources.RANDOM_STATE.get(package, ())
        if not named and package == "sklearn" and name in sources.SHUFFLED_BY_OPTION:
            named = any(word.arg == "shuffle" and _is_true(word.value) for word in node.keywords)
        if not named or any(word.arg is None for word in node.keywords):
            return None
        state = next((word.value for word in node.keywords if word.arg == "random_state"), None)
        if (state is not None and not _is_none(state)) or self.seeded.get("numpy"):
            return NONE
        if name == "train_test_split" and any(
            word.arg == "shuffle" and _is_false(word.value) for word in node.keywords
        ):
            return NONE
        return frozenset([self._root("random", f"{package}'s {name}", node, "random_state", parameter="random_state")])

    def _function(self, node: ast.Call, name: str, dotted: str | None, values: list[_Value], given: Roots) -> _Value:
        value = self.names.get(name)
        if value is not None and value.code is not None:
            return self._enter(node, value, values)
        if name in _SHOWING:
            for argument in node.args:
                self.shown |= self._printed(argument) if name == "print" else self._eval(argument).roots
            return _NOTHING
        if name in sources.CONSTANT_CALLS or (name in sources.COUNTING and values and values[0].balanced):
            return _NOTHING
        if name in ("set", "frozenset"):
            return _Value(
                _without_order(given), is_set=not all(_is_range(argument) for argument in node.args) or not node.args
            )
        if name in sources.ORDER_FREE_CALLS:
            return _Value(_without_order(given))
        if name in sources.ORDER_TAKING:
            given |= _NOTHING.joined(*(self._ordered(argument) for argument in node.args)).roots
        self._seen(node, given)
        total = given | self.ambient_in(node) | (value.roots if value else NONE)
        return _Value(total if name in sources.TEXT_CALLS else _without_places(total))

    def _method(
        self, node: ast.Call, function: ast.Attribute, dotted: str | None, values: list[_Value], given: Roots
    ) -> _Value:
        name = function.attr
        base = self._eval(function.value)
        if base.instance is not None and (method := _method_of(base.instance, name)) is not None:
            return self._enter(node, _Value(code=method, home=self.now.id), [base, *values])
        if base.balanced and name in ("fit_resample", "fit_sample", "copy"):
            return _Value(base.roots | given, balanced=True)
        if base.balanced and name in sources.COUNTING:
            return _NOTHING
        if name == "sort" and isinstance(function.value, ast.Name):
            self.names[function.value.id] = replace(base, roots=_without_order(base.roots))
            return _NOTHING
        if name in sources.LISTING_METHODS and dotted is None and not base.instance:
            return _Value(base.roots | given | {self._root("listing", f"Path.{name}", node)})
        if name == "sample" and dotted is None and not base.roots and self._draws_rows(node):
            return _Value(given | {self._root("random", "DataFrame.sample", node, "random_state", "random_state")})
        if (
            name == "rvs"
            and not _has(node, "random_state")
            and "scipy" in self.modules
            and not self.seeded.get("numpy")
        ):
            return _Value(
                given | {self._root("random", "scipy.stats' rvs", node, "random_state", parameter="random_state")}
            )
        if name in ("union", "intersection", "difference", "symmetric_difference", "copy") and base.is_set:
            return _Value(base.roots | given, is_set=True)
        if name == "pop" and base.is_set and not node.args:
            return _Value(base.roots | {self._root("set-order", "set.pop", node)})
        if name in ("sort_values", "sort_index", "sorted", "value_counts"):
            return _Value(_without_order(base.roots | given))
        if name in sources.ORDER_TAKING:
            given |= _NOTHING.joined(*(self._ordered(argument) for argument in node.args)).roots
        if name in _FILLING or name.startswith(("add_", "set_", "fit")):
            self._fill(function, given | self.ambient_in(node), filled=name in ("fill", "put"))
        if name in _SAVING:
            self.saved |= base.roots | given
            return _NOTHING
        if name in _SHOWING:
            self.shown |= base.roots | given
        total = base.roots | given | self.ambient_in(node)
        self._seen(node, total)
        text = name in sources.TEXT_CALLS or (dotted or "").startswith(("os.path.", "pathlib."))
        return _Value(total if text else _without_places(total))

    def _draws_rows(self, node: ast.Call) -> bool:
        """Whether ``x.sample(...)`` looks like that of pandas, unseeded."""
        if "pandas" not in self.modules or self.seeded.get("numpy") or _has(node, "random_state"):
            return False
        return _has(node, "n") or _has(node, "frac") or not node.args or _is_number(node.args[0])

    def ambient_in(self, node: ast.Call) -> Roots:
        """Draws that only the tracker saw: any call of the cell may have made them."""
        if self.ambient and not self.frames:
            self.roots |= self.ambient
            return self.ambient
        return NONE

    def _seen(self, node: ast.Call, roots: Roots) -> None:
        """A call in a cell that shows a figure may draw what it is given."""
        if self.now.figure and roots:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if not name.startswith("fit") and (_is_plotting(name) or self._dotted(node.func) in sources.BOOTSTRAPS):
                self.shown |= roots

    def _enter(self, node: ast.Call, value: _Value, values: list[_Value]) -> _Value:
        """Read a function of the notebook as called here."""
        code = value.code
        if isinstance(code, ast.ClassDef):
            start = _method_of(code, "__init__")
            inside = self._enter(node, _Value(code=start, home=value.home), [_NOTHING, *values]) if start else _NOTHING
            return _Value(inside.roots.union(*(each.roots for each in values)) if start else NONE, instance=code)
        if code is None or len(self.frames) >= _DEPTH or any(frame[0] is code for frame in self.frames):
            return _NOTHING.joined(*values)
        names, returned, aliases = self.names, self.returned, dict(self.aliases)
        self.frames.append((code, node, value.home))
        self.names, self.returned = dict(names), []
        arguments = [*code.args.posonlyargs, *code.args.args]
        for argument, each in zip(arguments, values, strict=False):
            self.names[argument.arg] = each
        for argument in arguments[len(values) :]:
            self.names[argument.arg] = _NOTHING
        for word in node.keywords:
            if word.arg:
                self.names[word.arg] = self._eval(word.value)
        if isinstance(code, ast.Lambda):
            self.returned.append(self._eval(code.body))
        else:
            self._body(code.body)
        result = _NOTHING.joined(*self.returned)
        self.frames.pop()
        self.names, self.returned, self.aliases = names, returned, aliases
        return result

    # places
    def _root(self, kind: Kind, what: str, node: ast.expr, generator: str = "", parameter: str = "") -> Root:
        place: ast.expr = self.frames[0][1] if self.frames else node
        root = Root(
            kind=kind, what=what, cell=self.now.id, line=place.lineno, generator=generator, parameter=parameter,
            call=None if self.frames else node,
        )  # fmt: skip
        self.roots.add(root)
        return root

    def _dotted(self, node: ast.expr) -> str | None:
        """The full dotted name that an expression stands for: ``np.random.rand`` -> ``numpy.random.rand``."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        if node.id in self.names and node.id not in self.aliases:
            return None
        first = self.aliases.get(node.id)
        if first is None:
            return node.id if not parts and node.id in ("id", "hash", "input") else None
        return ".".join([first, *reversed(parts)])


def _clocks(value: _Value) -> Roots:
    """Roots whose difference is a duration."""
    return frozenset(root for root in value.roots if root.kind == "clock" or root.what.startswith("time."))


def _is_plotting(name: str) -> bool:
    return name not in ("figure", "subplots", "subplot", "append", "transform", "predict")


def _without_order(roots: Roots) -> Roots:
    return frozenset(root for root in roots if root.kind not in sources.ORDER_KINDS)


def _without_places(roots: Roots) -> Roots:
    """What is read from a folder, or computed on some cores, does not say where that was."""
    return frozenset(root for root in roots if root.kind != "environment")


def _method_of(code: ast.ClassDef, name: str) -> ast.FunctionDef | None:
    return next((each for each in code.body if isinstance(each, ast.FunctionDef) and each.name == name), None)


def _first(node: ast.Call) -> ast.expr | None:
    return node.args[0] if node.args else (node.keywords[0].value if node.keywords else None)


def _has(node: ast.Call, keyword: str) -> bool:
    return any(word.arg is None or (word.arg == keyword and not _is_none(word.value)) for word in node.keywords)


def _turned_off(node: ast.Call, *keywords: str) -> bool:
    return any(
        word.arg in keywords and isinstance(word.value, ast.Constant) and word.value.value in (None, False, "sd", "se")
        for word in node.keywords
    )


def _is_none(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_true(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _is_number(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp):
        return _is_number(node.operand)
    return isinstance(node, ast.Constant) and isinstance(node.value, (int, float, bool))


def _is_range(node: ast.expr) -> bool:
    return (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range") or (
        isinstance(node, (ast.List, ast.Tuple, ast.Set)) and all(_is_number(part) for part in node.elts)
    )  # fmt: skip


def _numeric(node: ast.expr) -> bool:
    """Whether an expression is plainly a number: its hash is the same in every process."""
    return _is_number(node) or (
        isinstance(node, ast.BinOp)
        and (_numeric(node.left) or _numeric(node.right))
        and not isinstance(node.op, ast.Mod)
    )


def _constant(parts: Iterable[ast.expr]) -> bool:
    return all(isinstance(part, ast.Constant) for part in parts)


def _is_url(node: ast.expr) -> bool:
    text = node
    if isinstance(text, ast.JoinedStr) and text.values:
        text = text.values[0]
    value = text.value if isinstance(text, ast.Constant) else None
    return isinstance(value, str) and value.lower().startswith(("http://", "https://", "ftp://", "s3://", "gs://"))
