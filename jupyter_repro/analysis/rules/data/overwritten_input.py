"""Reads a file and writes it back in place.

## Why it hurts

The first run destroys its own input. A second run starts from the changed file, so it gives something else, and the
original is gone.

## Example

    # %% a
    text = open("notes.txt").read()
    # %% b
    with open("notes.txt", "w") as out:
        out.write(text + "!")

## Instead

    # %% a
    text = open("notes.txt").read()
    # %% b
    with open("notes-marked.txt", "w") as out:
        out.write(text + "!")

## Limits

A file that the notebook itself has written before it is read is an intermediate, and not reported.
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.filetouches import touches
from jupyter_repro.analysis.facts.fileusers import file_users
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule

_DATABASES = (".db", ".sqlite", ".sqlite3", ".duckdb", ".log")
"""Files that are meant to be changed in place."""


class OverwrittenInput(Rule):
    """An input file is overwritten."""

    code = "RPD304"
    name = "overwritten-input"
    severity = "warning"
    why = "The notebook changes its own input, so the next replay starts from something else."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each input file that its cell or one below overwrites."""
        inputs: dict[str, str] = {}
        made: set[str] = set()
        for cell in file_users(ctx):
            touched = touches(ctx, cell)
            for path in touched.inputs - made:
                inputs.setdefault(path, cell.id)
            for path in sorted(touched.writes):
                reader = inputs.pop(path, None)
                if reader is not None and not path.endswith(_DATABASES):
                    yield self.found(
                        cell.id,
                        f"overwrites `{path}`, which "
                        + ("it reads itself" if reader == cell.id else f"{ctx.label(reader)} reads as an input"),
                        "Write to another file.",
                        cells=[reader],
                    )
                made.add(path)
