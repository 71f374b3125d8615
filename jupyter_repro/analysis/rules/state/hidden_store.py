"""Takes values from IPython's store or from another notebook's memory.

``%store -r`` brings back variables that some other session saved on this machine.

## Why it hurts

The values are in nobody's document and in no file of the project. Elsewhere the cell fails, or finds something else.

## Example

    # %% a
    %store -r model
    # %% b
    print(model)

## Instead

    # %% a
    import json

    model = json.loads('{"weight": 1}')
    # %% b
    print(model)

Write the value to a file in the project, and read that.

## Limits

Names that a startup file defines are known from the journal only.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from jupyter_repro.analysis.code.cellcode import PREDEFINED
from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.lineage import made_by, maker_of
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.records import RunRecord, SessionRecord


def _predefined(name: str) -> bool:
    return name in PREDEFINED or name.startswith("_")


def _unmade(session: SessionRecord, run: RunRecord) -> tuple[str, ...]:
    """Names that the run found and that no run before it had made."""
    found = (name for name, fingerprint in run.reads.items() if fingerprint and not _predefined(name))
    return tuple(name for name in found if maker_of(session, run, name) is None)


class HiddenStore(Rule):
    """A value comes from outside document and project."""

    code = "RPS108"
    name = "hidden-store"
    severity = "warning"
    why = "The value lives in this machine's IPython profile, so nobody else has it."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell that reads the store, or a name that was there before the first recorded run."""
        for cell in ctx.cells:
            shown = ctx.shown_runs.get(cell.id)
            basis = (ctx.past_of(*shown),) if shown else ()
            needed = ctx.recall.fact((self.code, cell.id), basis, partial(_unmade, *shown)) if shown else ()
            if not needed and not ctx.code(cell).magics:
                continue
            magic = next(
                (each for each in ctx.code(cell).magics if each.name == "%store" and "-r" in each.argument.split()),
                None,
            )
            if magic is not None:
                yield self.found(
                    cell.id,
                    f"`%store {magic.argument}` takes values from this machine's IPython profile",
                    "Save the value to a file in the project and read it from there.",
                )
                continue
            from_before = [name for name in needed if not any(name in made_by(ctx, each) for each in ctx.cells)]
            if from_before:
                yield self.found(
                    cell.id,
                    f"uses {', '.join(f'`{each}`' for each in from_before)}, there before the first recorded run",
                    "Define it in the notebook: a startup file, the store or untracked work has made it.",
                )
