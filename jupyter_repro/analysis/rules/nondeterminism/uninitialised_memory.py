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


class UninitialisedMemory(Rule):
    """A shown value rests on uninitialised memory."""

    code = "RPN410"
    name = "uninitialised-memory"
    severity = "warning"
    why = "The array holds whatever lay in memory, so its values differ from run to run."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell that makes such an array."""
        for group in rooted(ctx, lambda root: root.kind == "uninitialised"):
            calls = [root.call for root in group.roots if isinstance(root.call, ast.Call)]

            def change(_node: ast.expr, text: str) -> str | None:
                head, bracket, rest = text.partition("(")
                return head.replace("empty", "zeros") + bracket + rest if "empty" in head else None

            source = fixes.rewritten(ctx.code(ctx.by_id[group.cell]), calls, change)
            yield self.found(
                group.cell,
                f"{group.what} is shown without having been filled",
                "Use zeros, or fill the array before it is shown.",
                cells=group.cells,
                evidence=group.evidence,
                fix=fixes.replace_cell(ctx, group.cell, source, "Use zeros"),
            )
