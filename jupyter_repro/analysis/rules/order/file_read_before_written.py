"""Reads a file that only a cell further down writes.

## Why it hurts

On a fresh checkout the file is not there when the cell runs. Where it is there, it is the one of the last time.

## Example

    # %% a
    print(open("totals.txt").read())
    # %% b
    with open("totals.txt", "w") as out:
        out.write("3")

## Instead

    # %% b
    with open("totals.txt", "w") as out:
        out.write("3")
    # %% a
    print(open("totals.txt").read())

## Limits

Without a recorded run only plain file names in the source are compared.
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.filetouches import touches
from jupyter_repro.analysis.facts.fileusers import file_users
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule


class FileReadBeforeWritten(Rule):
    """A file is read above the cell that writes it."""

    code = "RPO203"
    name = "file-read-before-written"
    severity = "warning"
    why = "A replay reads the file as it was left the last time, or finds none."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each file that is read above where it is written."""
        written: set[str] = set()
        reads: dict[str, str] = {}
        for cell in file_users(ctx):
            touched = touches(ctx, cell)
            for path in touched.writes:
                if path in reads and path not in written:
                    yield self.found(
                        reads[path],
                        f"reads `{path}`, which {ctx.label(cell.id)} further down writes",
                        "Write the file above where it is read.",
                        cells=[cell.id],
                    )
                written.add(path)
            for path in touched.inputs - touched.writes:
                reads.setdefault(path, cell.id)
