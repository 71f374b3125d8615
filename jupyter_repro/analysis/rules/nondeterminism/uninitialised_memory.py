"""Shows an array that was never filled.

``np.empty`` and ``torch.empty`` hand out memory as it is, with whatever lay there before.

## Why it hurts

The values are remains of other computations. They are often zeros while you look, and something else in the next run.

## Example

    # %% a
    import numpy as np

    buffer = np.empty(3)
    # %% b
    print(buffer)

## Instead

    # %% a
    import numpy as np

    buffer = np.zeros(3)
    # %% b
    print(buffer)

## Limits

An array counts as filled once any part of it was assigned.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings import fixes
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.analysis.rules.nondeterminism.rooted import rooted


def _with_zeros(node: ast.expr, text: str) -> str | None:
    """``np.zeros`` for ``np.empty``; a name that was imported alone has no sister that is sure to be there."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    head, bracket, rest = text.partition("(")
    return head.replace("empty", "zeros") + bracket + rest if "empty" in head else None


class UninitialisedMemory(Rule):
    """A shown value rests on uninitialised memory."""

    code = "RPN410"
    name = "uninitialised-memory"
    severity = "warning"
    why = "The array holds whatever lay in memory, so its values differ from run to run."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell that makes such an array."""
        for group in rooted(ctx, lambda root: root.kind == "uninitialised"):
            yield self.found(
                group.cell,
                f"{group.what} is shown without having been filled",
                "Use zeros, or fill the array before it is shown.",
                cells=group.cells,
                here=group.here,
                evidence=group.evidence,
                fix=fixes.replace_calls(ctx, group.roots, _with_zeros, "Use zeros"),
            )
