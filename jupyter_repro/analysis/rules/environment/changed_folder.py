"""Changes the working folder.

## Why it hurts

Relative paths mean something else from here on. Run twice, ``%cd ..`` climbs twice; run out of order, files are
looked for, and written, elsewhere.

## Example

    # %% a
    %cd ..
    # %% b
    print(open("README").read())

## Instead

    # %% b
    print(open("../README").read())

## Limits

A change inside a function is found where the function is defined.
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.ondisk import CHANGES_FOLDER, folder_change
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.analysis.rules.data.absolute_path import is_absolute


class ChangedFolder(Rule):
    """The working folder changes."""

    code = "RPE508"
    name = "changed-folder"
    severity = "info"
    why = "Relative paths mean something else afterwards, and running the cell twice moves twice."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell; a warning where the step is relative or names a folder of this machine."""
        for cell in ctx.naming(*CHANGES_FOLDER):
            where = folder_change(ctx, cell)
            if where is not None:
                risky = where.startswith("..") or is_absolute(where)
                yield self.found(
                    cell.id,
                    f"changes the working folder to `{where}`" if where else "changes the working folder",
                    "Leave the folder alone, and name files relative to the notebook.",
                    severity="warning" if risky else "info",
                )
