"""Which names a cell needs from before, binds, deletes and may change in place: from its syntax tree alone.

Flow-aware: a name counts as read when it is loaded on a path on which the cell has not bound it yet. What a function
defined in the cell loads counts where the cell first uses that function, and not at all when it never does. Bodies of
``for``, ``while`` and ``with`` are taken to run; what a lone ``if`` binds is *perhaps* bound, and a later load of it is
perhaps a read (`CellNames.maybe`): the end of the run tells.

Cannot see: names made by strings that are only known at run time (``exec``, ``eval``, ``globals()[...]``), by magics
and by star imports; `CellNames.opaque` says which of these there were.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from jupyter_repro.capture.code import cellmagics
from jupyter_repro.capture.code.scopes import COMPREHENSIONS, Scope, annotations_of, defaults, dotted, leaves


@dataclass(slots=True)
class Call:
    """A call in the cell: ``path`` is the dotted name of what is called (``df.iloc.foo``), "" where it has none."""

    path: str
    arguments: tuple[str, ...]
    """Roots of the names that go in as arguments."""
    keywords: tuple[str, ...]
    inplace: bool
    """Called with ``inplace=True``, or with an ``inplace`` that the text does not tell."""


@dataclass(slots=True)
class CellNames:
    """What the text of a cell says about names of the module level."""

    reads: set[str] = field(default_factory=set)
    maybe: set[str] = field(default_factory=set)
    """Needed from before unless a branch of the cell bound them first."""
    interpolated: set[str] = field(default_factory=set)
    """Names in the line of a magic or shell (``{name}``, ``$name``, ``%store name``): needed if it is there."""
    binds: dict[str, bool] = field(default_factory=dict)
    """Name -> whether it is bound on every path."""
    deletes: set[str] = field(default_factory=set)
    stores: set[str] = field(default_factory=set)
    """Roots of ``x[...] = ``, ``x.a = ``, ``x += ``, ``del x[...]``, also through names the cell derived from them."""
    module_stores: set[str] = field(default_factory=set)
    """Dotted targets of plain attribute stores: ``plt.rcParams``, ``mod.LIMIT``."""
    calls: list[Call] = field(default_factory=list)
    opaque: list[str] = field(default_factory=list)
    """Constructs that can read or bind names the text does not show."""


_cache: dict[str, CellNames] = {}
_CACHE_SIZE = 512


def names_of(python: str, tree: ast.Module) -> CellNames:
    """The names of a parsed cell, remembered by its text."""
    found = _cache.get(python)
    if found is None:
        if len(_cache) >= _CACHE_SIZE:
            _cache.clear()
        found = _cache[python] = _Walk().cell(tree)
    return found


@dataclass(slots=True)
class _Deferred:
    """What a function or class of this cell will load when it is used."""

    loads: set[str] = field(default_factory=set)
    binds: set[str] = field(default_factory=set)
    """Bound through ``global``."""


class _Walk:
    """One walk over one cell."""

    def __init__(self) -> None:
        self.found = CellNames()
        self.bound: set[str] = set()
        """Bound on every path so far."""
        self.perhaps: set[str] = set()
        """Bound on some path so far."""
        self.deferred: dict[str, _Deferred] = {}
        self.using: set[str] = set()
        self.derived: dict[str, set[str]] = {}
        """Local name -> roots of what it was taken from, so that ``for row in rows: row[0] = 1`` changes ``rows``."""

    def cell(self, tree: ast.Module) -> CellNames:
        self.statements(tree.body)
        found = self.found
        for name in self.perhaps | self.bound:
            found.binds[name] = name in self.bound
        found.maybe -= found.reads
        found.interpolated -= found.reads | found.maybe
        return found

    # names

    def load(self, name: str) -> None:
        if name in self.deferred:
            self.use(name)
        if name in self.bound:
            return
        if name in self.perhaps:
            self.found.maybe.add(name)
        else:
            self.found.reads.add(name)

    def use(self, name: str) -> None:
        """A function or class of this cell is used: what it loads is loaded now."""
        if name in self.using:
            return
        self.using.add(name)
        later = self.deferred[name]
        for each in sorted(later.loads):
            self.load(each)
        for each in later.binds:
            self.perhaps.add(each)

    def bind(self, name: str) -> None:
        self.bound.add(name)
        self.perhaps.add(name)
        self.deferred.pop(name, None)
        self.using.discard(name)
        self.derived.pop(name, None)
        self.found.deletes.discard(name)

    def delete(self, name: str) -> None:
        if name not in self.bound:
            self.load(name)
        self.bound.discard(name)
        self.perhaps.discard(name)
        self.found.deletes.add(name)

    def stored(self, target: ast.expr) -> None:
        for root in self.roots(target):
            self.found.stores.add(root)
        if isinstance(target, ast.Attribute):
            path = dotted(target)
            if path:
                self.found.module_stores.add(path)

    def roots(self, node: ast.expr | None, seen: frozenset[str] = frozenset()) -> set[str]:
        """Names whose value the expression may be a part of, followed through names of this cell."""
        if node is None:
            return set()
        if isinstance(node, ast.Name):
            if node.id in seen:
                return set()
            further = self.derived.get(node.id, ())
            return {node.id}.union(*(self._follow(each, seen | {node.id}) for each in further))
        if isinstance(node, (ast.Attribute, ast.Subscript, ast.Starred, ast.Await, ast.NamedExpr)):
            return self.roots(node.value, seen)
        if isinstance(node, ast.Call):
            inner = self.roots(node.func.value, seen) if isinstance(node.func, ast.Attribute) else set()
            return inner.union(*(self.roots(each, seen) for each in node.args))
        if isinstance(node, (ast.Tuple, ast.List)):
            return set().union(*(self.roots(each, seen) for each in node.elts))
        if isinstance(node, ast.IfExp):
            return self.roots(node.body, seen) | self.roots(node.orelse, seen)
        return set()

    def _follow(self, name: str, seen: frozenset[str]) -> set[str]:
        return self.roots(ast.Name(id=name), seen)

    # statements

    def statements(self, body: Iterable[ast.stmt]) -> None:
        for statement in body:
            self.statement(statement)

    def statement(self, node: ast.stmt) -> None:
        method = _STATEMENTS.get(type(node))
        if method is not None:
            method(self, node)
        else:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    self.expression(child)

    def assign(self, node: ast.Assign) -> None:
        if isinstance(node.value, ast.Lambda) and all(isinstance(each, ast.Name) for each in node.targets):
            later = self.function(node.value)
            for target in node.targets:
                self.target(target)
                self.deferred[target.id] = later  # type: ignore[attr-defined]
            return
        self.expression(node.value)
        taken = self.roots(node.value)
        for target in node.targets:
            self.target(target, taken)

    def annotated(self, node: ast.AnnAssign) -> None:
        self.expression(node.annotation)
        if node.value is not None:
            self.expression(node.value)
            self.target(node.target, self.roots(node.value))

    def augmented(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self.load(node.target.id)
            self.stored(node.target)
        self.expression(node.value)
        self.target(node.target)

    def target(self, node: ast.expr, taken: set[str] | None = None) -> None:
        """Bind or store to an assignment's target; ``taken`` are the roots of the value."""
        if isinstance(node, ast.Name):
            self.bind(node.id)
            if taken and taken != {node.id}:
                self.derived[node.id] = taken - {node.id}
        elif isinstance(node, (ast.Tuple, ast.List)):
            for each in node.elts:
                self.target(each, taken)
        elif isinstance(node, ast.Starred):
            self.target(node.value, taken)
        elif isinstance(node, (ast.Attribute, ast.Subscript)):
            self.expression(node.value)
            if isinstance(node, ast.Subscript):
                self.expression(node.slice)
            self.stored(node)

    def deletion(self, node: ast.Delete) -> None:
        for target in node.targets:
            for each in target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]:
                if isinstance(each, ast.Name):
                    self.delete(each.id)
                else:
                    self.target(each)

    def loop(self, node: ast.For | ast.AsyncFor) -> None:
        self.expression(node.iter)
        self.target(node.target, self.roots(node.iter))
        self.statements(node.body)
        self.statements(node.orelse)

    def while_loop(self, node: ast.While) -> None:
        self.expression(node.test)
        self.statements(node.body)
        self.statements(node.orelse)

    def condition(self, node: ast.If) -> None:
        self.expression(node.test)
        self.branches([node.body, node.orelse])

    def branches(self, bodies: list[list[ast.stmt]]) -> None:
        """Alternatives: bound afterwards is what all of them bind, those that leave left out."""
        before = set(self.bound)
        ends = []
        for body in bodies:
            self.bound = set(before)
            self.statements(body)
            if not leaves(body):
                ends.append(self.bound)
        self.bound = set.intersection(*ends) if ends else before

    def attempt(self, node: ast.Try) -> None:
        before = set(self.bound)
        self.statements(node.body)
        self.statements(node.orelse)
        ends = [self.bound]
        for handler in node.handlers:
            self.bound = set(before)
            if handler.type is not None:
                self.expression(handler.type)
            if handler.name:
                self.bound.add(handler.name)
            self.statements(handler.body)
            if handler.name:
                self.bound.discard(handler.name)
            if not leaves(handler.body):
                ends.append(self.bound)
        self.bound = set.intersection(*ends)
        self.statements(node.finalbody)

    def context(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            self.expression(item.context_expr)
            if item.optional_vars is not None:
                self.target(item.optional_vars, self.roots(item.context_expr))
        self.statements(node.body)

    def match(self, node: ast.Match) -> None:
        self.expression(node.subject)
        taken = self.roots(node.subject)
        before = set(self.bound)
        ends = [before]
        for case in node.cases:
            self.bound = set(before)
            for part in ast.walk(case.pattern):
                if isinstance(part, ast.expr):
                    self.expression(part)
                for name in (getattr(part, "name", None), getattr(part, "rest", None)):
                    if isinstance(name, str):
                        self.target(ast.Name(id=name, ctx=ast.Store()), taken)
            if case.guard is not None:
                self.expression(case.guard)
            self.statements(case.body)
            ends.append(self.bound)
        self.bound = set.intersection(*ends)

    def imports(self, node: ast.Import) -> None:
        for each in node.names:
            self.bind(each.asname or each.name.partition(".")[0])

    def imports_from(self, node: ast.ImportFrom) -> None:
        for each in node.names:
            if each.name == "*":
                self.found.opaque.append(f"from {'.' * node.level}{node.module or ''} import *")
            else:
                self.bind(each.asname or each.name)

    def definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for decorator in node.decorator_list:
            self.expression(decorator)
        later = self.function(node)
        self.bind(node.name)
        self.deferred[node.name] = later
        if node.decorator_list:
            self.use(node.name)  # a decorator may call it at once

    def class_definition(self, node: ast.ClassDef) -> None:
        for part in (*node.decorator_list, *node.bases, *(word.value for word in node.keywords)):
            self.expression(part)
        inner = Scope(class_body=True)
        inner.statements(node.body)
        for name in sorted(inner.loads):
            self.load(name)
        self.bind(node.name)
        self.deferred[node.name] = _Deferred(inner.later, inner.globals_bound)

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> _Deferred:
        """Load what is evaluated at definition; what the body loads when it is called."""
        for part in defaults(node.args):
            self.expression(part)
        if not isinstance(node, ast.Lambda):
            for part in annotations_of(node):
                self.expression(part)
        inner = Scope()
        inner.function_body(node)
        return _Deferred(inner.loads | inner.later, inner.globals_bound)

    # expressions

    def expression(self, node: ast.expr) -> None:
        kind = type(node)
        if kind is ast.Name:
            self.load(node.id)  # type: ignore[attr-defined]
        elif kind is ast.Constant:
            return
        elif kind is ast.Call:
            self.call(node)  # type: ignore[arg-type]
        elif kind is ast.Lambda:
            later = self.function(node)  # type: ignore[arg-type]
            for name in sorted(later.loads):
                self.load(name)
        elif isinstance(node, COMPREHENSIONS):
            self.expression(node.generators[0].iter)
            inner = Scope()
            inner.comprehension(node, first_iter=False)
            for name in sorted(inner.loads | inner.later):
                self.load(name)
            for name in inner.leaked:
                self.bind(name)
            self.comprehension_calls(node)
        elif kind is ast.NamedExpr:
            self.expression(node.value)  # type: ignore[attr-defined]
            self.target(node.target, self.roots(node.value))  # type: ignore[attr-defined]
        else:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    self.expression(child)
                elif isinstance(child, ast.keyword):
                    self.expression(child.value)

    def call(self, node: ast.Call) -> None:
        path = self.note_call(node)
        self.expression(node.func)
        for argument in node.args:
            self.expression(argument)
        for word in node.keywords:
            self.expression(word.value)
        if path in ("exec", "eval") and node.args:
            self.evaluated(node.args[0], path)
        elif path in ("globals", "locals", "vars") and not node.args:
            self.found.opaque.append(f"{path}()")
        elif isinstance(node.func, ast.Attribute) and _is_shell(node.func.value):
            self.magic(node, node.func.attr)

    def note_call(self, node: ast.Call) -> str:
        """Remember the call, for the question what it may have changed; its dotted path."""
        path = dotted(node.func)
        base = node.func.value if isinstance(node.func, ast.Attribute) else None
        if base is not None and not path:
            path = f".{node.func.attr}"  # type: ignore[attr-defined]
        arguments: set[str] = set()
        for argument in (*node.args, *(word.value for word in node.keywords)):
            arguments |= self.roots(argument)
        receivers = self.roots(base)
        inplace = any(
            word.arg in ("inplace", "out") and not (isinstance(word.value, ast.Constant) and not word.value.value)
            for word in node.keywords
        )
        for receiver in sorted(receivers) or [""]:
            tail = path.rpartition(".")[2]
            whole = path if path.partition(".")[0] == receiver else f"{receiver}..{tail}" if receiver else path
            self.found.calls.append(
                Call(whole, tuple(sorted(arguments)), tuple(word.arg or "**" for word in node.keywords), inplace)
            )
        return path

    def comprehension_calls(self, node: ast.expr) -> None:
        """Calls inside a comprehension change what the comprehension runs over: ``[ax.grid() for ax in axes]``."""
        kept = self.derived
        self.derived = dict(kept)
        for generator in node.generators:  # type: ignore[attr-defined]
            taken = self.roots(generator.iter)
            for part in ast.walk(generator.target):
                if isinstance(part, ast.Name):
                    self.derived[part.id] = taken
        for part in ast.walk(node):
            if isinstance(part, ast.Call):
                self.note_call(part)
        self.derived = kept

    def evaluated(self, source: ast.expr, what: str) -> None:
        """``exec`` or ``eval`` of a constant string is read like the cell itself."""
        if isinstance(source, ast.Constant) and isinstance(source.value, str):
            try:
                tree = ast.parse(source.value.strip(), mode="exec")
            except (SyntaxError, ValueError, RecursionError):
                return
            self.statements(tree.body)
        else:
            self.found.opaque.append(f"{what} of a computed string")

    def magic(self, node: ast.Call, method: str) -> None:
        """Magics after IPython's transformation: the body of ``%%time`` and its like is Python of this cell."""
        texts = [each.value if isinstance(each, ast.Constant) else None for each in node.args]
        name = str(texts[0]) if texts and texts[0] is not None else ""
        if method == "run_cell_magic" and name in cellmagics.PYTHON_CELLS:
            line, body = ([*texts[1:], "", ""])[:2]
            if name == "timeit":
                self.evaluated(ast.Constant(cellmagics.without_options(str(line or ""))), name)
            self.evaluated(ast.Constant(cellmagics.transformed(str(body or ""))), name)
            if name == "capture" and line:
                for word in str(line).split():
                    if word.isidentifier():
                        self.bind(word)
        elif method == "run_line_magic" and name in cellmagics.PYTHON_LINES:
            self.evaluated(
                ast.Constant(cellmagics.without_options(str(texts[1] if len(texts) > 1 else "") or "")), name
            )
        elif method == "run_line_magic" and name in cellmagics.OPAQUE_LINES:
            self.found.opaque.append(f"%{name}")
        elif method in ("run_cell", "ex", "run_cell_magic", "reset", "push") and (
            method != "run_cell_magic" or name in cellmagics.OPAQUE_CELLS
        ):
            self.found.opaque.append(f"%%{name}" if method == "run_cell_magic" else f"get_ipython().{method}()")
        if method.startswith("run_") and len(texts) > 1 and name in cellmagics.OPAQUE_LINES | cellmagics.OPAQUE_CELLS:
            self.found.interpolated |= cellmagics.handed_over(name, str(texts[1] or "")) - self.bound
        lines = texts if not method.startswith("run_") else texts[1:2]
        for line in lines:
            if isinstance(line, str) and ("$" in line or "{" in line):
                self.interpolated(line)

    def interpolated(self, text: str) -> None:
        """Names that a magic's or a shell line's ``{name}`` or ``$name`` takes from the namespace."""
        for name in cellmagics.interpolations(text):
            if name not in self.bound:
                self.found.interpolated.add(name)


_STATEMENTS: dict[type[ast.stmt], Callable[[_Walk, Any], None]] = {
    ast.Assign: _Walk.assign,
    ast.AnnAssign: _Walk.annotated,
    ast.AugAssign: _Walk.augmented,
    ast.Delete: _Walk.deletion,
    ast.For: _Walk.loop,
    ast.AsyncFor: _Walk.loop,
    ast.While: _Walk.while_loop,
    ast.If: _Walk.condition,
    ast.Try: _Walk.attempt,
    ast.With: _Walk.context,
    ast.AsyncWith: _Walk.context,
    ast.Match: _Walk.match,
    ast.Import: _Walk.imports,
    ast.ImportFrom: _Walk.imports_from,
    ast.FunctionDef: _Walk.definition,
    ast.AsyncFunctionDef: _Walk.definition,
    ast.ClassDef: _Walk.class_definition,
}
if hasattr(ast, "TryStar"):
    _STATEMENTS[ast.TryStar] = _Walk.attempt


def _is_shell(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "get_ipython"
