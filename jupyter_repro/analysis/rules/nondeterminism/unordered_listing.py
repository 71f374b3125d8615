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
from functools import partial

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings import fixes
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.analysis.flow.nodes import called
from jupyter_repro.analysis.rules.nondeterminism.rooted import rooted


def _asked_one_by_one(ctx: Context) -> frozenset[int]:
    """Calls whose result is given to ``next``, which takes no list."""
    nexts = (node for cell in ctx.naming("next") for name, node in ctx.calls(cell) if name == "next" and node.args)
    return frozenset(id(node.args[0]) for node in nexts)


def _sorted(one_by_one: frozenset[int], node: ast.expr, text: str) -> str:
    """A listing in order; entries of ``scandir`` have none of their own."""
    by_name = ", key=lambda entry: entry.name" if isinstance(node, ast.Call) and called(node) == "scandir" else ""
    return f"iter(sorted({text}{by_name}))" if id(node) in one_by_one else f"sorted({text}{by_name})"


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
                here=group.here,
                evidence=group.evidence,
                fix=fixes.replace_calls(ctx, calls, partial(_sorted, _asked_one_by_one(ctx)), "Sort the listing"),
            )
