"""Goes on without a module when its import fails.

## Why it hurts

The notebook runs in every environment, and computes something else in each: the branch taken depends on what happens
to be installed.

## Example

    # %% a
    try:
        import fastlib
    except:
        pass

## Instead

    # %% a
    import json

## Limits

A handler that binds a replacement or raises is taken to know what it does.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.looks import has_imports, has_magics
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule

_ANY = ("Exception", "BaseException", "ImportError", "ModuleNotFoundError")


def _passes(handler: ast.ExceptHandler) -> bool:
    """Whether nothing is done about the failure: nothing at all, or only a name set to a constant by a broad except."""
    broad = handler.type is None or (isinstance(handler.type, ast.Name) and handler.type.id in _ANY[:2])
    return all(
        isinstance(each, ast.Pass)
        or (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
        or (broad and isinstance(each, ast.Assign) and isinstance(each.value, ast.Constant))
        for each in handler.body
    )


def _imports(body: Iterable[ast.stmt]) -> bool:
    return any(isinstance(each, (ast.Import, ast.ImportFrom)) for each in body)


def _suppresses(ctx: Context, node: ast.With) -> bool:
    """``with suppress(ImportError):``."""
    calls = [item.context_expr for item in node.items if isinstance(item.context_expr, ast.Call)]
    return any(
        ctx.dotted(call.func) == "contextlib.suppress"
        and any(isinstance(each, ast.Name) and each.id in _ANY for each in call.args)
        for call in calls
    )


def _swallows(ctx: Context, node: ast.AST) -> bool:
    if isinstance(node, ast.Try):
        return _imports(node.body) and any(_passes(handler) for handler in node.handlers)
    return isinstance(node, ast.With) and _imports(node.body) and _suppresses(ctx, node)


class SwallowedImport(Rule):
    """A failing import is passed over."""

    code = "RPE510"
    name = "swallowed-import"
    severity = "info"
    why = "What is computed depends on what happens to be installed, and nothing says which."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell with an import whose failure is passed over."""
        for cell in ctx.in_order(ctx.where(has_imports), ctx.where(has_magics)):
            if any(_swallows(ctx, node) for node in ctx.code(cell).nodes):
                yield self.found(
                    cell.id,
                    "passes over the failure of an import",
                    "Let it fail, or say in the output which branch was taken.",
                )
            elif any(each.name == "%xmode" and each.argument == "Minimal" for each in ctx.code(cell).magics):
                yield self.found(
                    cell.id,
                    "`%xmode Minimal` leaves one line of every error",
                    "Leave tracebacks as they are: they say in which cell and line a replay failed.",
                )
