"""Shows a result made from a file that has changed since.

## Why it hurts

The file that was read is no longer there: another content has its name. A replay reads the new one, and what is shown
changes without any change of code.

## Example

    # %% a
    print(open("table.csv").read())
    # --- session
    # file table.csv: 1,2
    # run a
    # file table.csv: 3,4

## Instead

    # %% a
    print(open("table.csv").read())
    # --- session
    # file table.csv: 1,2
    # run a

## Limits

Files that a cell of the notebook writes again in the replay are left out. Content counts, not the date of the file.
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.lineage import downstream
from jupyter_repro.analysis.facts.ondisk import digest_on_disk
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.analysis.rules.state.grouped import reruns
from jupyter_repro.records import RunRecord, SessionRecord


def _written_since(ctx: Context, session: SessionRecord, run: RunRecord, path: str) -> bool:
    """Whether a cell of this notebook wrote the file later: then that is the cause, and another rule's business."""
    return any(
        touch.path == path and touch.mode == "write" for each in session.runs if each.n >= run.n for touch in each.files
    )


class ChangedInputFile(Rule):
    """An input file has another content than when it was read."""

    code = "RPD303"
    name = "changed-input-file"
    severity = "error"
    why = "A replay reads another content than the one the shown result was made from."
    needs_history = True

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each file whose content is no longer the one that was read."""
        written: set[str] = set()
        found: dict[str, list[str]] = {}
        for cell in ctx.cells:
            shown = ctx.shown_runs.get(cell.id)
            if shown is not None:
                for touch in shown[1].files:
                    if touch.mode != "read" or touch.role != "user" or touch.path in written or touch.digest is None:
                        continue
                    now = digest_on_disk(ctx, touch.path, touch.size)
                    if (
                        now is not None
                        and now != touch.digest
                        and not _written_since(ctx, shown[0], shown[1], touch.path)
                    ):
                        found.setdefault(touch.path, []).append(cell.id)
                written.update(touch.path for touch in shown[1].files if touch.mode == "write")
        for path, cells in found.items():
            affected = dict.fromkeys([*cells, *(more for each in cells for more in downstream(ctx, each))])
            yield self.found(
                cells[0],
                f"read `{path}`, whose content has changed since",
                "Run the cells again with the new file, or put the old one back.",
                cells=tuple(affected),
                fix=reruns(ctx, list(affected)),
            )
