"""Rests on a value that a deleted cell made or changed.

## Why it hurts

The value is still in memory, so all looks well until the kernel restarts. Then the name is missing, or it has the
value from before the deleted cell.

## Example

    # %% a
    prices = [3, 1, 2]
    # %% b
    prices.sort()
    # %% c
    print(prices)
    # --- session
    # run a, b, c
    # delete b

## Instead

    # %% a
    prices = [3, 1, 2]
    # %% b
    prices.sort()
    # %% c
    print(prices)
    # --- session
    # run a, b, c

## Limits

A cell that was cut and pasted elsewhere counts as the same cell.
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.lineage import downstream, mismatches
from jupyter_repro.analysis.findings.finding import Edit, Evidence, Finding, Fix
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.analysis.rules.state.grouped import by_place, names_in, weight


class DefinedByDeletedCell(Rule):
    """A shown result rests on a deleted cell."""

    code = "RPS103"
    name = "defined-by-deleted-cell"
    severity = "error"
    why = "After a restart the value is gone, or it is what it was before the deleted cell ran."
    needs_history = True

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each deleted cell that something shown rests on."""
        for _, group in by_place(mismatches(ctx), "deleted", lambda each: str(each.maker.n)):
            first = group[0]
            affected = dict.fromkeys(more for each in group for more in (each.cell, *downstream(ctx, each.cell)))
            did = "was made" if first.expected is None else "was changed"
            yield self.found(
                first.cell,
                f"rests on {names_in(group)}, which {did} by a deleted cell (run {first.maker.n})",
                "Put the deleted cell back, or do without it and run the cells below again.",
                cells=tuple(affected),
                fix=Fix(
                    title="Put the deleted cell back",
                    edits=(Edit(action="insert", index=ctx.by_id[first.cell].index, source=first.maker.source),),
                ),
                evidence=[Evidence(run=first.maker.n, text=first.maker.source)],
                severity=weight(ctx, first.cell),
            )
