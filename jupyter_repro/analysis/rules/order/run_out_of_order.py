"""Was run out of order, and it shows.

The value that this cell took came from a cell further down, or from one above that another cell has overtaken. In
document order it would have been another value.

## Why it hurts

The shown result belongs to an order that exists in nobody's document. Restart & Run All goes from top to bottom.

## Example

    # %% a
    scale = 1
    # %% b
    print(scale)
    # %% c
    scale = 10
    # --- session
    # run a, c, b

## Instead

    # %% a
    scale = 1
    # %% b
    print(scale)
    # %% c
    scale = 10
    # --- session
    # run a, b, c

## Limits

Order alone is not reported: cells may be run in any order as long as each took the values that document order gives.
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.lineage import Mismatch, downstream, mismatches
from jupyter_repro.analysis.findings.finding import Evidence, Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.analysis.rules.state.grouped import names_in, reruns, weight


class RunOutOfOrder(Rule):
    """A shown result took values that document order does not give it."""

    code = "RPO201"
    name = "run-out-of-order"
    severity = "error"
    why = "In document order the cell takes another value, so it shows something else."
    needs_history = True

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell that took values of another order."""
        found = [
            each for each in mismatches(ctx) if each.kind in ("below", "passed-over") and each.expected is not None
        ]
        groups: dict[str, list[Mismatch]] = {}
        for each in found:
            groups.setdefault(each.cell, []).append(each)
        for cell_id, group in groups.items():
            first = group[0]
            affected = [cell_id, *downstream(ctx, cell_id)]
            where = "further down" if first.kind == "below" else "above, which another cell overtakes"
            makers = [each.expected for each in group if each.expected is not None]
            yield self.found(
                cell_id,
                f"took {names_in(group)} from {ctx.label(first.maker_cell)} {where}; in document order it comes from "
                f"{ctx.label(first.expected)}",
                "Run the cells in document order, or move the cell to where its values are made.",
                cells=affected,
                fix=reruns(ctx, [*makers, *affected]),
                evidence=[Evidence(cell=each.maker_cell, run=each.maker.n, text=f"made {each.name}") for each in group],
                severity=weight(ctx, cell_id),
            )
