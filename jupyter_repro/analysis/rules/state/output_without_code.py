"""Shows an output, but holds no code.

The code was deleted from the cell after it ran.

## Why it hurts

The result cannot be had again by anyone: nothing in the document makes it, and a replay leaves the cell empty.

## Example

    # %% a
    score = 0.93
    # %% b
    #> 0.93

## Instead

    # %% a
    score = 0.93
    # %% b
    print(score)
    #> 0.93

## Limits

Cells of comments only are treated the same.
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.code.cellcode import parse
from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings import fixes
from jupyter_repro.analysis.findings.finding import Edit, Finding, Fix
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.model.document import DocumentCell


def _shows_without_code(cell: DocumentCell) -> bool:
    if not cell.outputs or cell.is_blank:
        return bool(cell.outputs)
    code = parse(cell.source)
    return code.tree is not None and not code.tree.body and not code.magics


class OutputWithoutCode(Rule):
    """An output has no code."""

    code = "RPS107"
    name = "output-without-code"
    severity = "warning"
    why = "Nothing in the document makes this output, so a replay loses it."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell with outputs and no code; the source comes back from the journal."""
        for cell in ctx.where(_shows_without_code):
            shown = ctx.shown_runs.get(cell.id)
            source = shown[1].source if shown and shown[1].source.strip() else None
            yield self.found(
                cell.id,
                "shows an output but holds no code",
                "Put the code back, or clear the output.",
                fix=fixes.replace_cell(ctx, cell.id, source, "Put the code back")
                or Fix(title="Delete the cell", edits=(Edit(action="delete", cell=cell.id),)),
            )
