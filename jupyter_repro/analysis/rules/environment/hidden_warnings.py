"""Silences all warnings.

## Why it hurts

What the libraries say about deprecated calls, failed convergence and lost precision reaches nobody, and these are the
places where a rerun differs first.

## Example

    # %% a
    import warnings

    warnings.filterwarnings("ignore")

## Instead

    # %% a
    import warnings

    warnings.filterwarnings("ignore", category=ResourceWarning)

## Limits

Filters for one category, module or message are left alone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.model.document import DocumentCell


def _silences(ctx: Context, cell: DocumentCell) -> bool:
    """Whether the cell silences every warning for all that comes."""
    nodes = ctx.code(cell).nodes
    passing = {
        id(inner)
        for node in nodes
        if isinstance(node, ast.With) and any("catch_warnings" in ast.unparse(item.context_expr) for item in node.items)
        for inner in ast.walk(node)
    }
    for name, node in ctx.calls(cell):
        if name in ("warnings.filterwarnings", "warnings.simplefilter") and id(node) not in passing:
            words = {each.arg: each.value for each in node.keywords}
            action = node.args[0] if node.args else words.get("action")
            chosen = len(node.args) > 1 or words.keys() & {"category", "module", "message"}
            if isinstance(action, ast.Constant) and action.value == "ignore" and not chosen:
                return True
    return any(
        isinstance(node, ast.Assign) and any(ctx.dotted(target) == "warnings.warn" for target in node.targets)
        for node in nodes
    )


class HiddenWarnings(Rule):
    """All warnings are silenced."""

    code = "RPE516"
    name = "hidden-warnings"
    severity = "info"
    why = "Warnings about what will change in a rerun reach nobody."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for the first such cell."""
        for cell in ctx.naming("filterwarnings", "simplefilter", "warn"):
            if _silences(ctx, cell):
                yield self.found(
                    cell.id,
                    "silences all warnings",
                    "Silence the one category that disturbs, and leave the others.",
                )
                return
