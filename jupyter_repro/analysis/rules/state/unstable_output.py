"""Gave different outputs from the same source and the same inputs.

The tracker saw the cell run twice with equal inputs, and it did not show the same.

## Why it hurts

Something that is not in the notebook decides what the cell shows.

## Example

    # %% a
    import os
    # %% b
    print(os.times())
    # --- session
    # run a, b, b

## Instead

    # %% a
    import os
    # %% b
    print("done")
    # --- session
    # run a, b, b

## Limits

Says so only where no other rule names the cause.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings.finding import Evidence, Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.analysis.runs.seen import seen
from jupyter_repro.model.document import DocumentCell
from jupyter_repro.records import RunRecord, is_full


def _same_inputs(one: RunRecord, other: RunRecord) -> bool:
    """Whether all inputs were read in full and were equal: files, and where the generators drawn from stood."""
    if one.reads.keys() != other.reads.keys() or not all(is_full(each) for each in one.reads.values()):
        return False
    files = [{touch.path: touch.digest for touch in run.files if touch.mode == "read"} for run in (one, other)]
    drawn = [{draw.generator: draw.before for draw in run.draws} for run in (one, other)]
    if not all(one.reads[name] == other.reads[name] for name in one.reads):
        return False
    return files[0] == files[1] and drawn[0] == drawn[1]


def _differing(ctx: Context, cell: DocumentCell) -> tuple[RunRecord, RunRecord] | None:
    """The cell's last run and the last one before with the same inputs, where the two showed different outputs."""
    ran = reversed(ctx.runs_of(cell.id))
    runs = (run for _, run in ran if run.source == cell.source and run.status == "ok")
    last = next(runs, None)
    other = next((run for run in runs if _same_inputs(run, last)), None) if last is not None else None
    if last is None or other is None:
        return None
    return None if seen(other.outputs) == seen(last.outputs) else (other, last)


class UnstableOutput(Rule):
    """Equal inputs gave different outputs."""

    code = "RPS111"
    name = "unstable-output"
    severity = "warning"
    why = "The same code on the same values showed different things, so a replay cannot be trusted to show either."
    needs_history = True

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell that was seen to differ, where nothing explains it."""
        explained = {each for flow in ctx.flows.values() for root in flow.shown for each in (root.cell,)}
        for cell in ctx.cells:
            newest = ctx.current_past(cell)
            if newest is None or ctx.flows[cell.id].shown or cell.id in explained:
                continue
            pair = ctx.recall.fact((self.code, cell.id), (newest, cell.source), partial(_differing, ctx, cell))
            if pair is not None:
                other, last = pair
                yield self.found(
                    cell.id,
                    f"runs {other.n} and {last.n} had the same source and inputs, and showed different outputs",
                    "Look for the clock, randomness, files or the network behind it.",
                    evidence=[
                        Evidence(cell=cell.id, run=other.n, text="one"),
                        Evidence(cell=cell.id, run=last.n, text="other"),
                    ],
                )
