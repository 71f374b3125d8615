"""Writes a file that another cell writes too.

## Why it hurts

Which of the two is on the disk depends on which cell ran last. After a replay it is the lower one.

## Example

    # %% a
    open("result.txt", "w").write("one")
    # %% b
    open("result.txt", "w").write("two")

## Instead

    # %% a
    open("result-1.txt", "w").write("one")
    # %% b
    open("result-2.txt", "w").write("two")

## Limits

Appending is not told from overwriting where a recorded run is the source.
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.filetouches import touches
from jupyter_repro.analysis.facts.fileusers import file_users
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.model.document import DocumentCell


def _appends(ctx: Context, cell: DocumentCell, path: str) -> bool:
    return any(f"{quote}{path}{quote}, {quote}a" in cell.source for quote in "'\"") or ctx.code(cell).source.startswith(
        "%%writefile -a"
    )


class OutputWrittenTwice(Rule):
    """Two cells write the same file."""

    code = "RPD305"
    name = "output-written-twice"
    severity = "info"
    why = "Which content the file has depends on which cell ran last."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each file that several cells write."""
        writers: dict[str, str] = {}
        told: set[str] = set()
        for cell in file_users(ctx):
            touched = touches(ctx, cell)
            for path in sorted(touched.writes):
                first = writers.setdefault(path, cell.id)
                if (
                    first != cell.id
                    and path not in told
                    and path not in touched.reads
                    and not _appends(ctx, cell, path)
                ):
                    told.add(path)
                    yield self.found(
                        cell.id,
                        f"writes `{path}`, which {ctx.label(first)} writes too",
                        "Give each result a file of its own.",
                        cells=[first],
                    )
