"""Names that functions, lambdas, comprehensions and class bodies take from the module level."""

from __future__ import annotations

import ast
from collections.abc import Iterable

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Scope:
    """Names that a function, lambda, comprehension or class body takes from the module level."""

    def __init__(self, *, class_body: bool = False) -> None:
        self.local: set[str] = set()
        self.loads: set[str] = set()
        self.later: set[str] = set()
        """Loaded by functions nested in a class body, when they are called."""
        self.globals_bound: set[str] = set()
        self.leaked: set[str] = set()
        """Bound by ``:=`` in a comprehension: they belong to the scope around it."""
        self.class_body = class_body

    def function_body(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        arguments = node.args
        self.local |= {each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
        self.local |= {each.arg for each in (arguments.vararg, arguments.kwarg) if each}
        if isinstance(node, ast.Lambda):
            self.visit(node.body)
            return
        declared = _declared_global(node.body)
        bound = _bound_in(node.body)
        self.globals_bound |= declared & bound
        self.local |= bound - declared
        for statement in node.body:
            self.visit(statement)

    def statements(self, body: Iterable[ast.stmt]) -> None:
        """A class body, in order: what it has bound already is its own."""
        for statement in body:
            self.visit(statement)

    def comprehension(self, node: ast.expr, *, first_iter: bool) -> None:
        for number, generator in enumerate(node.generators):  # type: ignore[attr-defined]
            if number or first_iter:
                self.visit(generator.iter)
            for part in ast.walk(generator.target):
                if isinstance(part, ast.Name):
                    self.local.add(part.id)
            for test in generator.ifs:
                self.visit(test)
        for each in ("elt", "key", "value"):
            child = getattr(node, each, None)
            if child is not None:
                self.visit(child)

    def visit(self, node: ast.AST) -> None:
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Load):
                if node.id not in self.local:
                    self.loads.add(node.id)
            elif isinstance(node.ctx, ast.Store):
                if self.class_body:
                    self.local.add(node.id)
            elif node.id not in self.local:
                self.loads.add(node.id)
        elif isinstance(node, FUNCTIONS):
            self.nested_function(node)
        elif isinstance(node, ast.ClassDef):
            self.nested_class(node)
        elif isinstance(node, COMPREHENSIONS):
            inner = Scope()
            inner.comprehension(node, first_iter=True)
            self.take(inner)
            self.local |= inner.leaked if not self.class_body else set()
        elif isinstance(node, ast.NamedExpr):
            self.visit(node.value)
            self.leaked.add(node.target.id)
            self.local.add(node.target.id)
        elif isinstance(node, ast.Assign):
            self.visit(node.value)
            for target in node.targets:
                self.visit(target)
        elif isinstance(node, ast.AugAssign):
            if isinstance(node.target, ast.Name) and node.target.id not in self.local:
                self.loads.add(node.target.id)
            self.visit(node.value)
            self.visit(node.target)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            if self.class_body:
                self.local |= {each.asname or each.name.partition(".")[0] for each in node.names}
        else:
            for child in ast.iter_child_nodes(node):
                self.visit(child)

    def nested_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        for part in defaults(node.args):
            self.visit(part)
        if not isinstance(node, ast.Lambda):
            for part in (*node.decorator_list, *annotations_of(node)):
                self.visit(part)
        inner = Scope()
        inner.function_body(node)
        self.globals_bound |= inner.globals_bound
        if self.class_body:
            self.later |= inner.loads | inner.later  # a method does not see the class body's names
            if not isinstance(node, ast.Lambda):
                self.local.add(node.name)
        else:
            self.take(inner)

    def nested_class(self, node: ast.ClassDef) -> None:
        for part in (*node.decorator_list, *node.bases, *(word.value for word in node.keywords)):
            self.visit(part)
        inner = Scope(class_body=True)
        inner.statements(node.body)
        self.globals_bound |= inner.globals_bound
        self.take(inner)
        if self.class_body:
            self.local.add(node.name)

    def take(self, inner: Scope) -> None:
        own = set() if self.class_body else self.local
        self.loads |= inner.loads - (self.local if self.class_body else own)
        self.later |= inner.later - own


def dotted(node: ast.expr) -> str:
    """``a.b.c`` for a chain of attributes on a name, else ""."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    parts.append(node.id)
    return ".".join(reversed(parts))


def leaves(body: list[ast.stmt]) -> bool:
    """Whether a body surely does not reach what comes after it."""
    return bool(body) and isinstance(body[-1], (ast.Raise, ast.Return, ast.Continue, ast.Break))


def defaults(arguments: ast.arguments) -> list[ast.expr]:
    """Default values: evaluated when the function is defined."""
    return [*arguments.defaults, *(each for each in arguments.kw_defaults if each is not None)]


def annotations_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.expr]:
    """Annotations of a function's parameters and result."""
    arguments = node.args
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg)
    found = [each.annotation for each in every if each is not None and each.annotation is not None]
    return [*found, node.returns] if node.returns is not None else found


def _declared_global(body: list[ast.stmt]) -> set[str]:
    found: set[str] = set()
    for node in _own_nodes(body):
        if isinstance(node, ast.Global):
            found.update(node.names)
    return found


def _bound_in(body: list[ast.stmt]) -> set[str]:
    """Names bound anywhere in a function's body, nested scopes left out."""
    found: set[str] = set()
    for node in _own_nodes(body):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            found.update(each.asname or each.name.partition(".")[0] for each in node.names)
        elif (isinstance(node, ast.ExceptHandler) and node.name) or (
            isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name
        ):
            found.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            found.add(node.rest)
    return found


def _own_nodes(body: list[ast.stmt]) -> Iterable[ast.AST]:
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            continue
        waiting.extend(ast.iter_child_nodes(node))
