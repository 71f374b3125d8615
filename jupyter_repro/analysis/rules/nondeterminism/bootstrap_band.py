"""Draws a confidence band by an unseeded bootstrap.

seaborn's ``lineplot``, ``barplot``, ``pointplot``, ``regplot`` and ``lmplot`` resample the data to draw their bands,
from fresh entropy, whatever was seeded. There is no random call in sight.

## Why it hurts

The figure is a little different in every run, and no image comparison can be exact.

## Example

    # %% a
    import seaborn as sns

    sns.barplot(x=[1, 1, 2, 2], y=[3, 4, 5, 6])
    #[image]

## Instead

    # %% a
    import seaborn as sns

    sns.barplot(x=[1, 1, 2, 2], y=[3, 4, 5, 6], seed=0)
    #[image]

``errorbar=None`` draws no band, ``errorbar="sd"`` one without resampling.

## Limits

A plot of data with one observation per point draws no band; that cannot be seen without running it.
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings import fixes
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.analysis.rules.nondeterminism.rooted import rooted


class BootstrapBand(Rule):
    """A figure holds an unseeded bootstrap."""

    code = "RPN415"
    name = "unseeded-bootstrap"
    severity = "warning"
    why = "The band is resampled from fresh entropy each time, so the figure is never quite the same."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell with such plots."""
        for group in rooted(ctx, lambda root: root.what.startswith("the bootstrap of")):
            change = fixes.with_keyword("seed", str(fixes.SEED))
            yield self.found(
                group.cell,
                f"{group.what} is unseeded",
                "Pass seed=0, or errorbar=None if the band is not needed.",
                cells=group.cells,
                here=group.here,
                evidence=group.evidence,
                fix=fixes.replace_calls(ctx, group.roots, change, "Pass seed=0"),
            )
