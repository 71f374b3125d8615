"""Uses a module that no installed distribution owns.

It was imported all right, but it belongs neither to the standard library, nor to an installed package, nor to the
project: it lies somewhere on ``sys.path``.

## Why it hurts

A lock file lists distributions. This module is in none, so nobody else gets it.

## Example

    # %% a
    import sys
    sys.path.insert(0, "../elsewhere")
    # %% b
    import stray_module
    # --- session
    # file ../elsewhere/stray_module.py: x = 1
    # run a, b

## Instead

    # %% a
    import json
    # %% b
    print(json.dumps(1))
    # --- session
    # run a, b

## Limits

Needs a recorded run: only the live kernel knows where a module came from.
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings.finding import Evidence, Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.records import Module


def _is_stray(module: Module) -> bool:
    outside = module.path is not None and (module.path.startswith(("/", "../")) or ":" in module.path[:3])
    return (
        module.distribution is None
        and (module.origin == "unknown" or (module.origin == "local" and outside))
        and module.path is not None
    )


class UnlockedImport(Rule):
    """A module belongs to no distribution."""

    code = "RPE502"
    name = "unlocked-import"
    severity = "warning"
    why = "No lock can name it, so nobody else gets it."
    needs_history = True

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each run that imported such modules."""
        told: set[str] = set()
        for cell in ctx.runs_with["modules"]:
            run = ctx.current_run(cell)
            stray = [each for each in run.modules if _is_stray(each)] if run is not None else []
            stray = [each for each in stray if each.name.partition(".")[0] not in told]
            told.update(each.name.partition(".")[0] for each in stray)
            if stray:
                names = dict.fromkeys(each.name.partition(".")[0] for each in stray)
                yield self.found(
                    cell.id,
                    f"imports {', '.join(f'`{name}`' for name in names)}, which belongs to no installed distribution",
                    "Put the module into the project, or make it a package and install it.",
                    evidence=[
                        Evidence(cell=cell.id, run=run.n if run else None, text=each.path or each.name)
                        for each in stray
                    ],
                )
