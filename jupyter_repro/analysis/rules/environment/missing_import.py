"""Imports a module that its kernel does not have.

## Why it hurts

The cell fails, and a lock made from this environment lacks the package.

## Example

    # %% a
    import numpy
    import not_installed_anywhere

## Instead

    # %% a
    import numpy
    import json

## Limits

Looks into the environment of the interpreter that ran the notebook last; without a recorded run, into that of the
kernel it names, and then it is a note only: the notebook may well be at home elsewhere. Where that kernel is not
installed here, or its environment has none of the notebook's libraries, nothing is said. A notebook that installs
packages itself, and an import guarded by ``try``, are left alone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.importable import is_importable, is_local
from jupyter_repro.analysis.facts.installs import installs, may_install
from jupyter_repro.analysis.facts.looks import has_imports, has_magics
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule


def _is_at_home(ctx: Context) -> bool:
    """Whether the kernel's environment has any of the libraries that the notebook imports."""
    tops = {each.module.partition(".")[0] for cell in ctx.cells for each in ctx.code(cell).imports if not each.level}
    tops -= sys.stdlib_module_names
    return any(is_importable(ctx, top) and not is_local(ctx, top) for top in tops if top)


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
            for cell in ctx.where(has_magics)
            for each in ctx.code(cell).magics
            if each.name in ("%%writefile", "%%file") and each.argument
        }
        if any(True for cell in ctx.where(may_install) for _ in installs(ctx.code(cell))):
            return
        told: set[str] = set()
        for cell in ctx.where(has_imports):
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
                if top
                and top not in written
                and top not in told
                and is_importable(ctx, top) is False
                and not ctx.was_imported(top)
            ]
            told.update(missing)
            if missing:
                yield self.found(
                    cell.id,
                    f"imports {', '.join(f'`{top}`' for top in missing)}, which its kernel does not have here",
                    "Install it in the kernel's environment, or take the import out.",
                    severity=None if ctx.history.sessions else "info",
                )
