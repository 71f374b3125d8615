"""Uses a file outside the notebook's folder by a relative path.

## Why it hurts

The notebook alone, or its folder alone, is not enough to run it. An export has to carry the file and rewrite the
path.

## Example

    # %% a
    text = open("../../shared/table.csv").read()

## Instead

    # %% a
    text = open("shared/table.csv").read()

## Limits

A path that stays inside the same git repository is not reported.
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.filetouches import path_literals
from jupyter_repro.analysis.facts.fileusers import names_files
from jupyter_repro.analysis.facts.ondisk import project_root
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule


class PathOutsideProject(Rule):
    """A relative path leaves the project."""

    code = "RPD306"
    name = "path-outside-project"
    severity = "info"
    why = "Whoever gets the notebook's folder does not get this file."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell that names such files."""
        root = project_root(ctx)
        for cell in ctx.where(names_files):
            paths = [each.path for each in path_literals(ctx, cell) if each.path.startswith(("../", "..\\"))]
            outside = [
                path for path in dict.fromkeys(paths) if root not in (ctx.folder.resolve() / path).resolve().parents
            ]
            if outside:
                yield self.found(
                    cell.id,
                    f"uses {', '.join(f'`{path}`' for path in outside)} outside the project",
                    "Keep data inside the project's folder.",
                )
