"""Shows or saves the order of a set.

A set of strings is ordered by their hashes, and Python draws a new hash seed for every process.

## Why it hurts

``list(set(names))`` gives the same names in another order after each restart. Column orders, category codes, colours
and everything numbered by them change with it.

## Example

    # %% a
    names = ["ann", "bob", "cyd"]
    unique = list(set(names))
    # %% b
    print(unique[0])

## Instead

    # %% a
    names = ["ann", "bob", "cyd"]
    unique = sorted(set(names))
    # %% b
    print(unique[0])

``dict.fromkeys(names)`` keeps the order of first appearance.

## Limits

A set as the last expression of a cell is shown sorted by IPython and is not reported. Sets of plain numbers are left
alone: their order is the same in every process.
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings import fixes
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.analysis.rules.nondeterminism.rooted import rooted


class SetOrder(Rule):
    """A shown value rests on the order of a set."""

    code = "RPN409"
    name = "set-order-in-output"
    severity = "warning"
    why = "The order of a set changes with every restart, because Python seeds its hashes anew."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell that lets a set's order out."""
        for group in rooted(ctx, lambda root: root.kind == "set-order"):
            unsorted = [root for root in group.roots if root.what != "set.pop"]
            yield self.found(
                group.cell,
                "the order of a set becomes visible",
                "Put the set into sorted(...), or use dict.fromkeys to keep the order of first appearance.",
                cells=group.cells,
                here=group.here,
                evidence=group.evidence,
                fix=fixes.replace_calls(ctx, unsorted, fixes.wrapped("sorted"), "Sort the set"),
            )
