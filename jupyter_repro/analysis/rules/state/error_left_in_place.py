"""Shows an error.

## Why it hurts

Restart & Run All stops here, and nothing below runs. If the error is gone by now, the document still tells readers
that the cell fails.

## Example

    # %% a
    totals = {"a": 1}
    # %% b
    print(totals["b"])
    #! KeyError: 'b'

## Instead

    # %% a
    totals = {"a": 1}
    # %% b
    print(totals.get("b"))
    #> None

An error that is meant to be seen: tag the cell `raises-exception`.

## Limits

A cell that catches and prints its exception is not reported.
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings.finding import Edit, Finding, Fix
from jupyter_repro.analysis.findings.rule import Rule


class ErrorLeftInPlace(Rule):
    """An error output is left in the document."""

    code = "RPS106"
    name = "error-left-in-place"
    severity = "error"
    why = "A replay stops here, unless the error has been dealt with since."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell with an error output that is not tagged as meant."""
        for cell in ctx.cells:
            error = next((output for output in cell.outputs if output.get("output_type") == "error"), None)
            if error is None or "raises-exception" in cell.tags or "nbval-raises-exception" in cell.tags:
                continue
            name = str(error.get("ename", "an error"))
            healed = ctx.replay(cell.id) in ("ok", "changes") or name == "KeyboardInterrupt"
            below = sum(1 for each in ctx.below(cell.id) if not each.is_blank)
            yield self.found(
                cell.id,
                f"ended with {name}"
                + (f"; a replay stops here, before {below} more cells" if below and not healed else ""),
                "Run it again to clear the error."
                if healed
                else "Mend the cell, or tag it raises-exception if the error is meant.",
                fix=Fix(title="Run it again", edits=(Edit(action="rerun", cell=cell.id),)) if healed else None,
                severity="warning" if name == "KeyboardInterrupt" else "error",
            )
