"""Imports a module of the project.

## Why it hurts

The notebook alone does not run. Changes in the module change the results, and the notebook does not show it.

## Example

    # %% a
    # file: helper_module.py
    import helper_module

## Instead

    # %% a
    import json

An export carries the module's source; whoever passes the notebook on by hand has to think of it.

## Limits

Without a recorded run, found by a file or folder of that name beside the notebook.
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.importable import is_local
from jupyter_repro.analysis.facts.looks import has_imports
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule


class LocalModule(Rule):
    """A module is a file of the project."""

    code = "RPE503"
    name = "local-module"
    severity = "info"
    why = "The notebook alone is not enough: the module's source belongs to it."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for the notebook's first cell that imports each local module."""
        told: set[str] = set()
        for cell in ctx.in_order(ctx.runs_with["modules"], ctx.where(has_imports)):
            run = ctx.current_run(cell)
            if run is not None:
                tops = [each.name.partition(".")[0] for each in run.modules if each.origin == "local"]
            else:
                tops = [each.module.partition(".")[0] for each in ctx.code(cell).imports if not each.level]
                tops = [top for top in tops if is_local(ctx, top)]
            new = [top for top in dict.fromkeys(tops) if top not in told]
            told.update(new)
            if new:
                yield self.found(
                    cell.id,
                    f"imports {', '.join(f'`{top}`' for top in new)} from the project's own files",
                    "Pass the module on together with the notebook; an export does.",
                )
