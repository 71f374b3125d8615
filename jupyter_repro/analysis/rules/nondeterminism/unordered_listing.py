"""Uses the order in which the file system lists files.

``glob``, ``os.listdir``, ``Path.iterdir`` and ``os.walk`` promise no order. On another disk, machine or checkout the
same files come in another one.

## Why it hurts

Concatenated tables, "the first file", colours of curves and batch numbers follow that order. The notebook gives the
same result on your machine every time, and another one elsewhere.

## Example

    # %% a
    from glob import glob

    files = glob("*.csv")
    # %% b
    print(files[0])

## Instead

    # %% a
    from glob import glob

    files = sorted(glob("*.csv"))
    # %% b
    print(files[0])

## Limits

A listing that is sorted later, counted, or put into a set is not reported.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings import fixes
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.analysis.rules.nondeterminism.rooted import rooted


class UnorderedListing(Rule):
    """A shown value rests on the order of a directory listing."""

    code = "RPN408"
    name = "unordered-listing"
    severity = "warning"
    why = "The order of a listing is up to the file system: the same files come in another order elsewhere."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell that lists files in whatever order."""
        for group in rooted(ctx, lambda root: root.kind == "listing"):
            calls = [root for root in group.roots if isinstance(root.call, ast.Call) and not root.what.endswith("walk")]
            yield self.found(
                group.cell,
                f"{group.what} lists files in no fixed order",
                "Put the listing into sorted(...).",
                cells=group.cells,
                evidence=group.evidence,
                fix=fixes.replace_calls(ctx, calls, fixes.wrapped("sorted"), "Sort the listing"),
            )
