"""Reads a file whose content differs from run to run.

A cell above writes values to it that come from unseeded randomness, the clock or entropy.

## Why it hurts

The randomness goes through the disk, and nothing at the place where it is read gives it away.

## Example

    # %% a
    import random

    with open("noise.txt", "w") as out:
        out.write(str(random.random()))
    # %% b
    print(open("noise.txt").read())

## Instead

    # %% a
    import random

    random.seed(0)
    with open("noise.txt", "w") as out:
        out.write(str(random.random()))
    # %% b
    print(open("noise.txt").read())

## Limits

Files are matched by name within one notebook.
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.filetouches import touches
from jupyter_repro.analysis.facts.fileusers import file_users
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule


class RandomFile(Rule):
    """An input file holds values that differ from run to run."""

    code = "RPD314"
    name = "unstable-file"
    severity = "warning"
    why = "The content of the file differs in every run, and so does what is made from it."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell that reads such a file."""
        unstable: dict[str, str] = {}
        for cell in file_users(ctx):
            touched = touches(ctx, cell)
            for path in sorted(touched.reads - touched.writes):
                if path in unstable and (cell.outputs or not ctx.has_outputs):
                    yield self.found(
                        cell.id,
                        f"reads `{path}`, whose content {ctx.label(unstable[path])} makes anew in every run",
                        "Seed what is written there.",
                        cells=[unstable[path]],
                    )
            saved = {root for root in ctx.flows[cell.id].saved if root.kind in ("random", "seed", "entropy", "clock")}
            for path in touched.writes:
                if saved:
                    unstable[path] = cell.id
                else:
                    unstable.pop(path, None)
