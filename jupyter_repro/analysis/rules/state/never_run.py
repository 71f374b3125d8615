"""Was never run, while its neighbours were.

## Why it hurts

Restart & Run All will run it. Where it sets or changes a name that cells below use, what they show changes with it.

## Example

    # %% a
    size = 3
    # %% b
    size = 5
    # %% c
    print(size)
    # --- session
    # run a, c

## Instead

    # %% a
    size = 3
    # %% c
    print(size)
    # --- session
    # run a, c

## Limits

Cells of comments only are left alone. In a notebook with no executed cell at all, nothing is reported.
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings.finding import Edit, Finding, Fix
from jupyter_repro.analysis.findings.rule import Rule


class NeverRun(Rule):
    """A code cell has no run."""

    code = "RPS105"
    name = "never-run"
    severity = "info"
    why = "A replay will run it, and nobody has seen what it does."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each code cell without a run; a warning where cells below that were run use what it makes."""
        if not any(cell.execution_count for cell in ctx.cells):
            return
        for cell in ctx.cells:
            code = ctx.code(cell)
            if (
                cell.is_blank
                or cell.execution_count is not None
                or cell.outputs
                or (code.tree is not None and not code.tree.body)
            ):
                continue
            if ctx.runs_of(cell.id):
                continue
            made = {*code.names.binds, *code.names.changes}
            users = [
                each.id
                for each in ctx.below(cell.id)
                if each.execution_count
                and made.intersection(ctx.code(each).names.needed)
                and ctx.replay(each.id) != "ok"
            ]
            yield self.found(
                cell.id,
                "was never run" + (", and cells below use what it makes" if users else ""),
                "Run it, or delete it.",
                cells=users,
                fix=Fix(title="Run it", edits=tuple(Edit(action="rerun", cell=each) for each in [cell.id, *users])),
                severity="warning" if users else "info",
            )
