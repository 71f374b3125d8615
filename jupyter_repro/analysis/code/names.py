"""Which names a cell needs from before, and which it makes: scopes respected, certainty kept apart from possibility."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from jupyter_repro.analysis.code.syntax import children, nodes_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """A cell's names at module level, each with the line of its first occurrence.

    ``reads`` are needed for certain when the cell runs; ``maybe`` may be needed (in a branch that a handler guards, or
    after a conditional definition); ``deferred`` are needed when a function defined here is called.
    """

    reads: dict[str, int] = field(default_factory=dict)
    maybe: dict[str, int] = field(default_factory=dict)
    rebound: frozenset[str] = frozenset()
    """Of ``maybe``, those read only where the cell may have bound them itself before."""
    branched: frozenset[str] = frozenset()
    """Of ``rebound``, those that the cell may have bound in a branch alone: which one it took decides what is read."""
    deferred: dict[str, int] = field(default_factory=dict)
    binds: dict[str, int] = field(default_factory=dict)
    unsure: frozenset[str] = frozenset()
    """Of ``binds``, those that a branch may leave as they were. A loop is taken to run at least once."""
    changes: dict[str, int] = field(default_factory=dict)
    """Names whose value is changed in place as far as the syntax shows: ``x[0] = 1``, ``x += [1]``, ``x.append(1)``."""
    deletes: dict[str, int] = field(default_factory=dict)
    open: bool = False
    """Whether names may come into being that the text does not show (star import, ``exec``)."""

    @property
    def needed(self) -> set[str]:
        """All that the cell may need from before."""
        return {*self.reads, *self.maybe, *self.deferred}


CHANGING_METHODS = frozenset(
    [
        "append",
        "extend",
        "insert",
        "remove",
        "pop",
        "clear",
        "sort",
        "reverse",
        "update",
        "setdefault",
        "add",
        "discard",
        "popitem",
        "appendleft",
        "extendleft",
        "fill",
        "put",
        "itemset",
        "resize",
        "fit",
        "partial_fit",
    ]
)


_CHANGING_FIRST = frozenset("next setattr delattr heappush heappop heapify heapreplace heappushpop insort".split())
"""Functions that change their first argument in place."""

_SETTINGS = frozenset(["rcParams", "options"])
"""Attributes of modules that hold process-wide settings: those are kept apart from the names that lead to them."""


def names_of(tree: ast.Module, predefined: frozenset[str]) -> Names:
    """The names of a parsed cell. ``predefined`` are never counted as needed."""
    walk = _Walk(predefined)
    walk.body(tree.body)
    return Names(
        reads=walk.reads,
        maybe={name: line for name, line in walk.maybe.items() if name not in walk.reads},
        rebound=frozenset(walk.maybe) - walk.fresh,
        branched=frozenset(walk.maybe) - walk.fresh - walk.looped,
        deferred=walk.deferred,
        binds=walk.binds,
        unsure=frozenset(walk.binds) - walk.certain - walk.looped - walk.caught,
        changes=walk.changes,
        deletes=walk.deletes,
        open=walk.open,
    )


class _Walk:
    def __init__(self, predefined: frozenset[str]) -> None:
        self.predefined = predefined
        self.reads: dict[str, int] = {}
        self.maybe: dict[str, int] = {}
        self.deferred: dict[str, int] = {}
        self.binds: dict[str, int] = {}
        self.changes: dict[str, int] = {}
        self.deletes: dict[str, int] = {}
        self.open = False
        self.certain: set[str] = set()
        """Bound on every path so far."""
        self.looped: set[str] = set()
        """Bound on every path through a loop that no branch is around."""
        self.fresh: set[str] = set()
        """Read where nothing of the cell can have bound them."""
        self.caught: set[str] = set()
        """Names of exceptions in handlers, which are gone after them."""
        self.uncertain = 0
        """Depth of constructs that may not run, or whose failure is handled."""
        self.scopes: list[set[str]] = []
        """Local names of comprehensions and functions around."""
        self.functions = 0

    def visit(self, node: ast.AST) -> None:
        """As `ast.NodeVisitor` has it, without looking for the method and all fields each time."""
        method = _METHODS.get(node.__class__)
        if method is not None:
            method(self, node)
        else:
            for child in children(node):
                self.visit(child)

    def visit_Constant(self, node: ast.Constant) -> None:
        """Nothing is below."""

    def body(self, statements: Iterable[ast.stmt]) -> None:
        for statement in statements:
            self.visit(statement)

    # names
    def visit_Name(self, node: ast.Name) -> None:
        context = node.ctx.__class__
        if context is ast.Load:
            self._read(node.id, node.lineno)
        elif context is ast.Store:
            self._bind(node.id, node.lineno)
        else:
            self._delete(node.id, node.lineno)

    def _read(self, name: str, line: int) -> None:
        if name in self.certain or (self.scopes and any(name in scope for scope in self.scopes)):
            return
        if name in self.predefined and name not in self.binds:
            return
        if self.functions:
            self.deferred.setdefault(name, line)
        elif self.uncertain or name in self.binds:
            self.maybe.setdefault(name, line)
            if name not in self.binds:
                self.fresh.add(name)
        else:
            self.reads.setdefault(name, line)

    def _bind(self, name: str, line: int) -> None:
        if self.scopes:
            self.scopes[-1].add(name)
            return
        self.binds.setdefault(name, line)
        self.certain.add(name)

    def _delete(self, name: str, line: int) -> None:
        if self.scopes:
            return
        if name not in self.certain:
            self._read(name, line)
        self.deletes.setdefault(name, line)
        self.certain.discard(name)

    def _changed(self, node: ast.expr) -> None:
        root: ast.expr = node
        while isinstance(root, (ast.Attribute, ast.Subscript)):
            if isinstance(root, ast.Attribute) and root.attr in _SETTINGS:
                return
            root = root.value
        if isinstance(root, ast.Name) and root is not node and not any(root.id in scope for scope in self.scopes):
            self.changes.setdefault(root.id, root.lineno)

    # statements
    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            self._target(target)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.visit(node.annotation)
        if node.value is not None:
            self.visit(node.value)
            self._target(node.target)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self._read(node.target.id, node.target.lineno)
            if node.target.id not in self.certain and not self.scopes:
                self.changes.setdefault(node.target.id, node.target.lineno)
        self.visit(node.value)
        self._target(node.target)

    def _target(self, target: ast.expr) -> None:
        for part in nodes_of(target) if target.__class__ is not ast.Name else ():
            if isinstance(part, (ast.Attribute, ast.Subscript)) and isinstance(part.ctx, ast.Store):
                self._changed(part)
        self.visit(target)

    def visit_Call(self, node: ast.Call) -> None:
        function = node.func
        if isinstance(function, ast.Attribute):
            inplace = (
                word.arg == "inplace" and isinstance(word.value, ast.Constant) and word.value.value is True
                for word in node.keywords
            )
            if function.attr in CHANGING_METHODS or any(inplace):
                self._changed(function)
        elif isinstance(function, ast.Name) and function.id in ("exec", "execfile"):
            self.open = True
        called = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if called in _CHANGING_FIRST and node.args and isinstance(node.args[0], ast.Name):
            first = node.args[0]
            if not any(first.id in scope for scope in self.scopes):
                self.changes.setdefault(first.id, first.lineno)
        for child in children(node):
            self.visit(child)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        scopes, self.scopes = self.scopes, [] if not self.functions else self.scopes
        self.visit(node.target)
        self.scopes = scopes

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self.visit(node.iter)
        self._target(node.target)
        inside = self._branch(node.body, loop=True)
        if not self.uncertain:
            self.looped |= inside
        self._branch(node.orelse)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> None:
        self.visit_For(node)

    def visit_While(self, node: ast.While) -> None:
        self.visit(node.test)
        self._branch(node.body, loop=True)
        self._branch(node.orelse)

    def visit_If(self, node: ast.If) -> None:
        self.visit(node.test)
        then = self._branch(node.body)
        self.certain |= then & self._branch(node.orelse)

    def visit_Try(self, node: ast.Try | ast.TryStar) -> None:
        ends = [self._branch([*node.body, *node.orelse], loop=not node.handlers)]
        for handler in node.handlers:
            if handler.type is not None:
                self.visit(handler.type)
            if handler.name and not self.scopes:
                self.binds.setdefault(handler.name, handler.lineno)
                self.caught.add(handler.name)
            scope = {handler.name} if handler.name else set()
            if self.scopes:
                self.scopes[-1] |= scope
            self.certain |= scope
            end = self._branch(handler.body)
            self.certain -= scope
            if not _leaves(handler.body):
                ends.append(end)
        self.certain |= set.intersection(*ends)
        self.body(node.finalbody)

    def visit_TryStar(self, node: ast.TryStar) -> None:
        self.visit_Try(node)

    def visit_Match(self, node: ast.Match) -> None:
        self.visit(node.subject)
        for case in node.cases:
            for part in nodes_of(case.pattern):
                name = getattr(part, "name", None) or getattr(part, "rest", None)
                if isinstance(name, str):
                    self._bind(name, node.lineno)
            self._branch(case.body)

    def _branch(self, statements: list[ast.stmt], *, loop: bool = False) -> set[str]:
        """Walk statements that may not run; the names certain at their end, which are not certain afterwards."""
        before = set(self.certain)
        self.uncertain += not loop
        self.body(statements)
        self.uncertain -= not loop
        inside, self.certain = self.certain, before
        return inside

    def visit_Import(self, node: ast.Import) -> None:
        for name in node.names:
            self._bind(name.asname or name.name.partition(".")[0], node.lineno)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for name in node.names:
            if name.name == "*":
                self.open = True
            else:
                self._bind(name.asname or name.name, node.lineno)

    # scopes
    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for part in (*node.decorator_list, *node.args.defaults, *(each for each in node.args.kw_defaults if each)):
            self.visit(part)
        self._bind(node.name, node.lineno)
        self._function(node.args, node.body)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        for part in (*node.args.defaults, *(each for each in node.args.kw_defaults if each)):
            self.visit(part)
        self._function(node.args, [ast.Expr(value=node.body)])

    def _function(self, arguments: ast.arguments, body: list[ast.stmt]) -> None:
        local = {each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
        local |= {each.arg for each in (arguments.vararg, arguments.kwarg) if each}
        outer: set[str] = set()
        for statement in body:
            for part in nodes_of(statement):
                if isinstance(part, ast.Global):
                    outer.update(part.names)
        local |= _bound(body) - outer
        self.scopes.append(local)
        self.functions += 1
        self.body(body)
        self.functions -= 1
        self.scopes.pop()

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for part in (*node.decorator_list, *node.bases, *(word.value for word in node.keywords)):
            self.visit(part)
        self.scopes.append(set())
        self.body(node.body)
        self.scopes.pop()
        self._bind(node.name, node.lineno)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> None:
        self.visit(node.generators[0].iter)
        self.scopes.append(set())
        for number, generator in enumerate(node.generators):
            if number:
                self.visit(generator.iter)
            self.visit(generator.target)
            for condition in generator.ifs:
                self.visit(condition)
        for part in (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,):
            self.visit(part)
        self.scopes.pop()

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension


_METHODS: dict[type[ast.AST], Callable[[_Walk, Any], None]] = {
    getattr(ast, name.removeprefix("visit_")): method
    for name, method in vars(_Walk).items()
    if name.startswith("visit_")
}


def _bound(statements: Iterable[ast.stmt]) -> set[str]:
    """Names bound anywhere in these statements, nested functions and classes left out."""
    found: set[str] = set()
    waiting: list[ast.AST] = list(statements)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
            continue
        if isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            found.update(name.asname or name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            found.add(node.name)
        waiting.extend(children(node))
    return found


def _leaves(statements: list[ast.stmt]) -> bool:
    return bool(statements) and isinstance(statements[-1], (ast.Raise, ast.Return, ast.Continue, ast.Break))
