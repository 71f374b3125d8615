"""Imports a module that is not installed.

## Why it hurts

The cell fails, and a lock made from this environment lacks the package.

## Example

    # %% a
    import not_installed_anywhere

## Instead

    # %% a
    import json

## Limits

Without a recorded run the rule looks into the environment that jupyter-repro runs in; where the kernel is another
one, that may be the wrong place. An import guarded by ``try`` is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.context import Context
from jupyter_repro.analysis.finding import Finding
from jupyter_repro.analysis.importable import INSTALLS, is_importable
from jupyter_repro.analysis.rule import Rule


def _other_kernel(ctx: Context) -> bool:
    """Whether the notebook names a kernel that is surely not the default one of this environment."""
    return ctx.document.kernel not in (None, "python3", "python")


class MissingImport(Rule):
    """A module is not installed."""

    code = "RPE501"
    name = "missing-import"
    severity = "error"
    why = "The replay fails at this import, and no lock can hold what is not installed."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell with imports that are not to be had."""
        written = {
            each.argument.split()[-1].rpartition("/")[2].removesuffix(".py")
            for cell in ctx.cells
            for each in ctx.code(cell).magics
            if each.name in ("%%writefile", "%%file") and each.argument
        }
        installed = any(INSTALLS.search(cell.source) for cell in ctx.cells)
        seen = {
            module.name.partition(".")[0]
            for session in ctx.history.sessions
            for run in session.runs
            for module in run.modules
        }
        told: set[str] = set()
        for cell in ctx.cells:
            if "raises-exception" in cell.tags:
                continue
            run = ctx.current_run(cell)
            if run is not None and run.status == "ok":
                continue
            tops = [
                each.module.partition(".")[0] for each in ctx.code(cell).imports if not each.guarded and not each.level
            ]
            missing = [
                top
                for top in dict.fromkeys(tops)
                if top and top not in seen and top not in written and top not in told and not is_importable(ctx, top)
            ]
            told.update(missing)
            if missing:
                yield self.found(
                    cell.id,
                    f"imports {', '.join(f'`{top}`' for top in missing)}, which is not installed here",
                    "Install it in the kernel's environment, or take the import out.",
                    severity="warning" if installed or _other_kernel(ctx) else None,
                )
