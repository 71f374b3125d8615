"""Reads a file that is not there.

## Why it hurts

The cell fails after a restart, although its old output still stands in the document.

## Example

    # %% a
    print(open("gone.csv").read())

## Instead

    # %% a
    with open("here.csv", "w") as out:
        out.write("1")
    # %% b
    print(open("here.csv").read())

## Limits

Without a recorded run only file names written out in the source are looked for, and not below a change of the working
folder. A file whose name appears in any cell above is taken to be made there.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.filetouches import path_literals, touches
from jupyter_repro.analysis.facts.fileusers import file_users
from jupyter_repro.analysis.facts.ondisk import CHANGES_FOLDER, changes_folder, looks_like_file, on_disk
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.model.document import DocumentCell

_PASSING = ("/tmp/", "/var/tmp/", "/proc/", "/dev/", "/sys/")


def _is_named_above(ctx: Context, cell: DocumentCell, name: str) -> bool:
    """Whether a cell above mentions the file: it may make it."""
    return any(name in each.source for each in ctx.cells[: ctx.position[cell.id]])


class MissingInputFile(Rule):
    """An input file is missing."""

    code = "RPD302"
    name = "missing-input-file"
    severity = "error"
    why = "The replay does not find the file and fails."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell that reads missing files."""
        written: set[str] = set()
        moved = False
        for cell in ctx.in_order(file_users(ctx), ctx.naming(*CHANGES_FOLDER)):
            run = ctx.current_run(cell)
            touched = touches(ctx, cell)
            if run is not None:
                gone = [
                    path
                    for path in sorted(touched.reads - touched.writes)
                    if path not in written and not on_disk(ctx, path)
                ]
                gone = [path for path in gone if not path.startswith(_PASSING)]
            else:
                gone = [
                    each.path
                    for each in path_literals(ctx, cell)
                    if each.mode == "read"
                    and not moved
                    and looks_like_file(each.path)
                    and each.path not in written
                    and not _is_named_above(ctx, cell, PurePosixPath(each.path).name)
                    and not on_disk(ctx, each.path)
                ]
            written |= touched.writes
            moved = moved or changes_folder(ctx, cell)
            if gone and not any(output.get("output_type") == "error" for output in cell.outputs):
                yield self.found(
                    cell.id,
                    f"reads {', '.join(f'`{path}`' for path in dict.fromkeys(gone))}, which is not there"
                    + (" any more" if run is not None else ""),
                    "Put the file back, or say in the notebook where it comes from.",
                )
