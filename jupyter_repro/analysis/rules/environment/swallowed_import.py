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

from jupyter_repro.analysis.context import Context
from jupyter_repro.analysis.finding import Finding
from jupyter_repro.analysis.rule import Rule


def _passes(handler: ast.ExceptHandler) -> bool:
    return all(
        isinstance(each, ast.Pass) or (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
        for each in handler.body
    )


class SwallowedImport(Rule):
    """A failing import is passed over."""

    code = "RPE510"
    name = "swallowed-import"
    severity = "info"
    why = "What is computed depends on what happens to be installed, and nothing says which."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell with an import whose failure is passed over."""
        for cell in ctx.cells:
            for node in ctx.code(cell).nodes:
                if not isinstance(node, ast.Try) or not any(
                    isinstance(each, (ast.Import, ast.ImportFrom)) for each in node.body
                ):
                    continue
                if any(_passes(handler) for handler in node.handlers):
                    yield self.found(
                        cell.id,
                        "passes over the failure of an import",
                        "Let it fail, or say in the output which branch was taken.",
                    )
                    break
