"""Was edited after it ran: the output belongs to another source.

## Why it hurts

A reader takes the output for what the code above it gives. The value in memory, and everything made from it, still
comes from the old source.

## Example

    # %% a
    rate = 0.1
    print(rate)
    # --- session
    # run a
    # edit a: rate = 0.2; print(rate)

## Instead

    # %% a
    rate = 0.2
    print(rate)
    # --- session
    # run a

## Limits

Edits of comments and spaces are not reported. Without a journal nobody knows what ran.
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.lineage import downstream, same_code
from jupyter_repro.analysis.findings.finding import Evidence, Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.analysis.rules.state.grouped import reruns, weight


class EditedSinceRun(Rule):
    """A shown output was made by another source."""

    code = "RPS102"
    name = "edited-since-run"
    severity = "error"
    why = "The output shown, and what was made from it, come from a source that is no longer there."
    needs_history = True

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell whose shown run had another source, and whose effect can be seen."""
        for cell in ctx.cells:
            shown = ctx.shown_runs.get(cell.id)
            if shown is None or cell.is_blank or same_code(shown[1].source, cell.source):
                continue
            if ctx.current_run(cell) is not None and not cell.outputs:
                continue
            after = downstream(ctx, cell.id)
            if ctx.replay(cell.id) == "ok" and not after:
                continue
            if not (cell.outputs or after or ctx.replay(cell.id) in ("changes", "fails")):
                continue
            yield self.found(
                cell.id,
                "was edited after the run whose output it shows",
                "Run it again, and the cells below that depend on it; or take the old source back.",
                cells=after,
                fix=reruns(ctx, [cell.id, *after]),
                evidence=[Evidence(cell=cell.id, run=shown[1].n, text=shown[1].source)],
                severity=weight(ctx, cell.id, *after),
            )
