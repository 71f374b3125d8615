"""Shows outputs made by different versions of Python.

## Why it hurts

No single environment gives all that is shown.

## Example

    # %% a
    print(1)
    # %% b
    print(2)
    # --- session
    # run a
    # restart 3.10.0
    # run b

## Instead

    # %% a
    print(1)
    # %% b
    print(2)
    # --- session
    # run a, b

## Limits

The last number of the version is not counted: 3.11.4 and 3.11.9 are taken for the same.
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings.finding import Edit, Finding, Fix
from jupyter_repro.analysis.findings.rule import Rule


class MixedPythons(Rule):
    """Outputs come from several Pythons."""

    code = "RPE507"
    name = "mixed-python-versions"
    severity = "warning"
    why = "No single environment gives all that is shown."
    needs_history = True

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for the notebook."""
        pythons: dict[str, list[str]] = {}
        for cell in ctx.cells:
            if cell.outputs and cell.id in ctx.shown_runs:
                version = ".".join(ctx.shown_runs[cell.id][0].header.python.split(".")[:2])
                pythons.setdefault(version, []).append(cell.id)
        if len(pythons) > 1:
            fewest = min(pythons.values(), key=len)
            yield self.found(
                fewest[0],
                f"outputs were made by Python {' and '.join(sorted(pythons))}",
                "Restart and run all in one environment.",
                cells=fewest,
                fix=Fix(title="Run these cells again", edits=tuple(Edit(action="rerun", cell=each) for each in fewest)),
            )
