"""Shows outputs of different kernel sessions side by side.

Some cells were run before the last restart and not since.

## Why it hurts

Values from two lives of the kernel stand next to each other. Each may be right for itself; nobody has seen them come
out of one run.

## Example

    # %% a
    x = 1
    print(x)
    # %% b
    y = 2
    print(y)
    # --- session
    # run a, b
    # restart
    # run a

## Instead

    # %% a
    x = 1
    print(x)
    # %% b
    y = 2
    print(y)
    # --- session
    # run a, b

## Limits

Cells without outputs are not counted.
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.context import Context
from jupyter_repro.analysis.finding import Edit, Finding, Fix
from jupyter_repro.analysis.rule import Rule


class MixedSessions(Rule):
    """Outputs come from several sessions."""

    code = "RPS110"
    name = "mixed-sessions"
    severity = "info"
    why = "Nobody has seen these outputs come out of one run."
    needs_history = True

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for the notebook."""
        shown = {
            cell.id: ctx.shown_runs[cell.id][0].header.id
            for cell in ctx.cells
            if cell.outputs and cell.id in ctx.shown_runs
        }
        sessions = list(dict.fromkeys(shown.values()))
        if len(sessions) < 2 or ctx.history.latest is None:
            return
        old = [cell_id for cell_id, session in shown.items() if session != ctx.history.latest.header.id]
        if old and any(ctx.replay(cell_id) != "ok" for cell_id in old):
            yield self.found(
                old[0],
                f"{len(old)} cells show outputs of an earlier kernel session",
                "Restart and run all, so that all outputs come from one run.",
                cells=old,
                fix=Fix(
                    title="Run the older cells again", edits=tuple(Edit(action="rerun", cell=each) for each in old)
                ),
            )
