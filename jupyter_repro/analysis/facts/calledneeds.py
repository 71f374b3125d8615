"""Names that a cell needs for certain because it calls functions of the notebook, whose bodies are read then."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from jupyter_repro.analysis.code.cellcode import PREDEFINED
from jupyter_repro.analysis.code.names import names_of
from jupyter_repro.analysis.code.syntax import children
from jupyter_repro.analysis.facts.context import Context

_DEPTH = 5


def called_needs(ctx: Context) -> Mapping[str, frozenset[str]]:
    """Cell -> names of the notebook that functions need which its top level calls, those of their callees included."""
    if "called needs" not in ctx.kept:
        ctx.kept["called needs"] = dict(_needs(ctx))
    kept: Mapping[str, frozenset[str]] = ctx.kept["called needs"]
    return kept


def _needs(ctx: Context) -> Iterable[tuple[str, frozenset[str]]]:
    functions: dict[str, ast.FunctionDef] = {}
    for cell in ctx.cells:
        code = ctx.code(cell)
        here = [node for node in (code.tree.body if code.tree else ()) if isinstance(node, ast.FunctionDef)]
        for name in code.names.binds.keys() & functions.keys():
            del functions[name]
        functions.update({node.name: node for node in here if not node.decorator_list})
        if not functions or code.tree is None:
            continue
        needed = _called(code.tree.body, functions, depth=0)
        if needed:
            yield cell.id, needed - code.names.binds.keys()


def _called(body: Iterable[ast.stmt], functions: Mapping[str, ast.FunctionDef], depth: int) -> frozenset[str]:
    """What the functions need that these statements call for certain."""
    needed: set[str] = set()
    for statement in body if depth < _DEPTH else ():
        if isinstance(statement, (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return)):
            for name in _calls(statement):
                if name in functions:
                    needed |= _needs_of(functions[name])
                    needed |= _called(functions[name].body, functions, depth + 1)
        elif isinstance(statement, ast.With):
            needed |= _called(statement.body, functions, depth)
    return frozenset(needed)


def _calls(node: ast.AST) -> Iterable[str]:
    """Names of the functions that are called in a statement whatever happens."""
    if isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.IfExp, ast.BoolOp)):
        return
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        yield node.func.id
    for child in children(node):
        yield from _calls(child)


def _needs_of(function: ast.FunctionDef) -> set[str]:
    """Names that the body reads for certain and does not make itself."""
    args = function.args
    own = {each.arg for each in (*args.posonlyargs, *args.args, *args.kwonlyargs)}
    own |= {each.arg for each in (args.vararg, args.kwarg) if each is not None}
    if any(isinstance(each, (ast.Yield, ast.YieldFrom)) for each in ast.walk(function)):
        return set()  # its body runs when it is asked for the first value
    names = names_of(ast.Module(body=_until_return(function.body), type_ignores=[]), PREDEFINED | own)
    return set(names.reads) - names.binds.keys()


def _until_return(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements that run whatever happens: none after one that may return."""
    kept: list[ast.stmt] = []
    for statement in body:
        if any(isinstance(each, (ast.Return, ast.Raise)) for each in ast.walk(statement)):
            if isinstance(statement, ast.Return) and statement.value is not None:
                kept.append(ast.Expr(value=statement.value))
            break
        kept.append(statement)
    return kept
