"""Installs packages without saying which version.

## Why it hurts

The line gets whatever is newest that day. Next year it is another library under the same name.

## Example

    # %% a
    !pip install pandas
    # %% b
    print(1)

## Instead

    # %% a
    # /// script
    # dependencies = [
    #     "pandas==2.2.3",
    # ]
    # ///
    # %% b
    print(1)

This comment is inline script metadata (PEP 723), which ``uv`` and ``juv`` read; the fix takes the line out of the cell
and declares there what it installs, at the version that is installed now. A locked requirements file beside the
notebook does as well.

## Limits

A requirements file is taken to be pinned. There is no fix for conda (its packages have other names), for lines that do
something else besides, and for packages that are not installed here.
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.installs import installs, is_pinned, may_install, requirements
from jupyter_repro.analysis.findings.declared import as_requirement
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule


class UnpinnedInstall(Rule):
    """An install names no version."""

    code = "RPE505"
    name = "unpinned-install"
    severity = "warning"
    why = "The newest version of that day is installed, and it is another one tomorrow."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell that installs without versions."""
        for cell in ctx.where(may_install):
            wanted = [name for each in installs(ctx.code(cell)) for name in requirements(each)]
            loose = [name for name in wanted if not is_pinned(name)]
            if loose:
                yield self.found(
                    cell.id,
                    f"installs {', '.join(f'`{name}`' for name in dict.fromkeys(loose))} without a version",
                    "Declare it with its version (package==1.2.3), or install from a locked requirements file.",
                    fix=as_requirement(ctx, cell),
                )
