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

from jupyter_repro.analysis.cellcode import PREDEFINED
from jupyter_repro.analysis.context import Context
from jupyter_repro.analysis.finding import Finding
from jupyter_repro.analysis.lineage import made_by, maker_of
from jupyter_repro.analysis.rule import Rule


def _predefined(name: str) -> bool:
    return name in PREDEFINED or name.startswith("_")


class HiddenStore(Rule):
    """A value comes from outside document and project."""

    code = "RPS108"
    name = "hidden-store"
    severity = "warning"
    why = "The value lives in this machine's IPython profile, so nobody else has it."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell that reads the store, or a name that was there before the first recorded run."""
        for cell in ctx.cells:
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
            shown = ctx.shown_runs.get(cell.id)
            if shown is None:
                continue
            from_before = [
                name
                for name, fingerprint in shown[1].reads.items()
                if fingerprint
                and maker_of(*shown, name) is None
                and not any(name in made_by(ctx, each) for each in ctx.cells)
                and not _predefined(name)
            ]
            if from_before:
                yield self.found(
                    cell.id,
                    f"uses {', '.join(f'`{each}`' for each in from_before)}, there before the first recorded run",
                    "Define it in the notebook: a startup file, the store or untracked work has made it.",
                )
