"""Would not come out of a replay as it is shown, for a reason that no other rule names.

The forecast walks the notebook from the top with what the journal knows. It says that this cell would show something
else, or fail, and the reason is one of the rarer ones: a setting, a draw that another draw has shifted, an object that
another name shares.

## Why it hurts

What the document shows is not what Restart & Run All gives.

## Example

    # %% a
    import random

    random.seed(1)
    # %% b
    first = random.random()
    # %% c
    print(random.random())
    # --- session
    # run a, b, c, a, c

## Instead

    # %% a
    import random

    random.seed(1)
    # %% b
    first = random.random()
    # %% c
    print(random.random())
    # --- session
    # run a, b, c

## Limits

Says so only of the first cell of a chain, and only where no other finding covers the cell.
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings.finding import Evidence, Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.analysis.rules.state.grouped import reruns

_NOISE = frozenset(["outside", "unsteady"])
"""Kinds of causes that leave open whether the replay differs: it may show what is shown, or anything else."""


class ReplayDiffers(Rule):
    """The forecast knows a reason that no other rule names."""

    code = "RPS112"
    name = "replay-differs"
    severity = "error"
    why = "What the document shows is not what a replay gives."
    needs_history = True

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell that starts a chain; the engine drops those that other rules cover."""
        rooted: dict[str, list[str]] = {}
        foreseen = {each.id: each for each in ctx.forecast.cells} if ctx.forecast is not None else {}
        for cell_id, each in foreseen.items():
            if each.replay in ("changes", "fails") and any(cause.kind != "outside" for cause in each.causes):
                above = [
                    other for other in each.cells if other in rooted and ctx.position[other] < ctx.position[cell_id]
                ]
                rooted.setdefault(above[0] if above else cell_id, []).append(cell_id)
        for cell_id, cells in rooted.items():
            each = foreseen[cell_id]
            noisy = all(cause.kind in _NOISE for cause in each.causes)
            chain = {*cells, *(other for other in each.cells if other in ctx.by_id)}
            yield self.found(
                cell_id,
                ("fails in a replay" if each.replay == "fails" else "shows something else in a replay")
                + f": {each.because}",
                "Run the cells again from the top of the chain, or put back what is missing.",
                cells=cells,
                fix=reruns(ctx, sorted(chain)) if each.replay == "changes" and not noisy else None,
                evidence=[Evidence(cell=cause.cell, run=cause.run, text=cause.text) for cause in each.causes],
                severity="warning" if noisy else "error",
            )
