"""Shows a result made from a value that has changed since.

A cell above was run again and left another value; this cell was not run again.

## Why it hurts

The document shows numbers that do not belong together: the cell above says one thing, the result below was made from
another. Restart & Run All gives the result that belongs to what is shown above.

## Example

    # %% a
    limit = 10
    # %% b
    print(limit * 2)
    # --- session
    # run a, b
    # edit a: limit = 20
    # run a

## Instead

    # %% a
    limit = 20
    # %% b
    print(limit * 2)
    # --- session
    # run a, b

## Limits

Compares fingerprints: where a value was too large to be read in full, a rerun counts as a change.
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.lineage import Mismatch, downstream, mismatches
from jupyter_repro.analysis.findings.finding import Evidence, Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.analysis.rules.state.grouped import by_place, names_in, reruns, weight


def _when(found: Mismatch) -> str:
    """Which run changed the value, in words."""
    if found.latest is None:
        return "in a later run"
    return f"run {found.latest.n}" + (
        "" if any(each is found.latest for each in found.session.runs) else " of a later session"
    )


class StaleInput(Rule):
    """An input of a shown result has changed since."""

    code = "RPS101"
    name = "stale-input"
    severity = "error"
    why = "The result shown was made from an older value than the one the cells above now give."
    needs_history = True

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell that changed and was not followed up, with all that shows the old value."""
        for place, group in by_place(mismatches(ctx), "stale", lambda each: each.maker_cell):
            cells = [each.cell for each in group]
            first = group[0]
            affected = dict.fromkeys([*cells, *(more for each in cells for more in downstream(ctx, each))])
            yield self.found(
                first.cell,
                f"shows a result made from {names_in(group)} as run {first.maker.n} left it; "
                f"{ctx.label(place)} has changed it since ({_when(first)})",
                "Run it again, and the cells below that depend on it.",
                cells=tuple(affected),
                fix=reruns(ctx, list(affected)),
                evidence=[
                    Evidence(cell=place, run=first.latest.n if first.latest else None, text="changed the value later")
                ],
                severity=weight(ctx, first.cell),
            )
