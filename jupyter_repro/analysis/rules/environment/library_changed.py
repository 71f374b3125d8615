"""Changes the installed packages in the middle of the notebook.

``%pip install`` or ``!pip install`` runs in a cell, or a package had another version in an earlier session.

## Why it hurts

Modules that are already imported stay as they were until a restart, so what is shown may come from the old version
and the replay from the new one. And who reruns the notebook gets their environment changed.

## Example

    # %% a
    import json
    # %% b
    %pip install tabulate==0.9.0
    # %% c
    print(json.dumps(1))

## Instead

    # %% a
    import json
    # %% c
    print(json.dumps(1))

Write the requirement into ``requirements.txt``, and install it before the kernel starts.

## Limits

An install in the first code cell, before anything is imported, is left to `unpinned-install`.
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.installs import installs, may_install
from jupyter_repro.analysis.facts.looks import has_imports
from jupyter_repro.analysis.findings.declared import as_requirement
from jupyter_repro.analysis.findings.finding import Edit, Finding, Fix
from jupyter_repro.analysis.findings.rule import Rule


class LibraryChanged(Rule):
    """Packages changed while the notebook was in use."""

    code = "RPE504"
    name = "library-changed"
    severity = "warning"
    why = "Modules imported before keep their old version until a restart, so the replay may use another one."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell that installs after something was imported."""
        imported = next((ctx.position[cell.id] for cell in ctx.where(has_imports)), len(ctx.cells))
        for cell in ctx.where(may_install):
            if ctx.position[cell.id] > imported and any(True for _ in installs(ctx.code(cell))):
                yield self.found(
                    cell.id,
                    "installs packages after others have been imported",
                    "Install before the kernel starts, from a requirements file.",
                    fix=as_requirement(ctx, cell),
                )
        latest = ctx.history.latest
        for cell_id, (session, _) in ctx.shown_runs.items():
            if latest is None or session is latest:
                continue
            old = {each.name: each.version for each in session.distributions if each.modules}
            new = {each.name: each.version for each in latest.distributions if each.modules}
            changed = [name for name in old if name in new and old[name] != new[name]]
            if changed and ctx.by_id[cell_id].outputs:
                yield self.found(
                    cell_id,
                    "shows an output made with "
                    + ", ".join(f"{name} {old[name]} (now {new[name]})" for name in changed),
                    "Run it again with the present version.",
                    fix=Fix(title="Run it again", edits=(Edit(action="rerun", cell=cell_id),)),
                )
                return
