"""Draws from a global generator that nothing above has seeded.

The cell takes numbers from the state of ``random``, ``numpy.random``, ``torch`` or ``tensorflow``, and no cell above
it sets that state. Every kernel starts from fresh entropy, so every run shows other values.

## Why it hurts

The numbers, tables and figures that rest on the draw cannot be had again, not even by you. A reader who reruns the
notebook cannot tell a changed result from a changed die.

## Example

    # %% a
    import numpy as np

    sample = np.random.normal(size=100)
    # %% b
    print(sample.mean())

## Instead

    # %% s
    import numpy as np

    np.random.seed(0)
    # %% a
    sample = np.random.normal(size=100)
    # %% b
    print(sample.mean())

Or make a generator of its own and pass it on: ``rng = np.random.default_rng(0)``.

## Limits

Without a recorded run, a draw is recognised by the function's name; what libraries draw inside is known from the
tracker only. A draw whose result is merely counted or measured (``len``, ``.shape``) is not reported.
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings import fixes
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.analysis.rules.nondeterminism.rooted import rooted, seen_to_differ


class UnseededRandom(Rule):
    """A shown value rests on a global generator in fresh state."""

    code = "RPN401"
    name = "unseeded-random"
    severity = "warning"
    why = "Each run draws other numbers, so what is shown cannot be had again."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell that draws; an error where two runs showed that it matters."""
        for group in rooted(
            ctx, lambda root: root.kind == "random" and root.generator not in ("fresh", "random_state")
        ):
            generators = list(dict.fromkeys(root.generator for root in group.roots))
            yield self.found(
                group.cell,
                f"{group.what} draws from {' and '.join(generators)} without a seed",
                f"Seed {' and '.join(generators)} before the first draw, or pass a seeded generator.",
                cells=group.cells,
                here=group.here,
                evidence=group.evidence,
                fix=fixes.seed_cell(ctx, generators, before=group.cell),
                severity="error" if seen_to_differ(ctx, (group.cell, *group.cells)) else None,
            )
