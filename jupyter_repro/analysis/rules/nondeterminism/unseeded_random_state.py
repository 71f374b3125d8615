"""Leaves random_state at None: a split, a search, a model or a sample that differs every time.

scikit-learn, imbalanced-learn and pandas draw from numpy's global state when ``random_state`` is not given, and
nothing above seeds that state.

## Why it hurts

Scores, coefficients and confusion matrices below change a little in every run. The cause is far from the effect: one
split at the top moves every number in the notebook.

## Example

    # %% a
    from sklearn.model_selection import train_test_split

    train, test = train_test_split(list(range(100)))
    # %% b
    print(sum(test))

## Instead

    # %% a
    from sklearn.model_selection import train_test_split

    train, test = train_test_split(list(range(100)), random_state=0)
    # %% b
    print(sum(test))

## Limits

Known are the names of scikit-learn, imbalanced-learn, umap, scipy.stats and pandas whose result really depends on the
draw; ``LogisticRegression`` and others that take ``random_state`` but seldom use it are left alone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from jupyter_repro.analysis import fixes
from jupyter_repro.analysis.context import Context
from jupyter_repro.analysis.finding import Finding
from jupyter_repro.analysis.rule import Rule
from jupyter_repro.analysis.rules.nondeterminism.rooted import rooted


class UnseededRandomState(Rule):
    """A shown value rests on a call with ``random_state=None``."""

    code = "RPN403"
    name = "unseeded-random-state"
    severity = "warning"
    why = "With random_state=None the result differs from run to run, and so does every score that rests on it."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell with such calls."""
        for group in rooted(ctx, lambda root: root.kind == "random" and root.generator == "random_state"):
            code = ctx.code(ctx.by_id[group.cell])
            calls = [root.call for root in group.roots if isinstance(root.call, ast.Call)]
            source = fixes.rewritten(code, calls, fixes.with_keyword("random_state", str(fixes.SEED)))
            yield self.found(
                group.cell,
                f"{group.what} is called without random_state",
                "Pass random_state=0 (any fixed number).",
                cells=group.cells,
                evidence=group.evidence,
                fix=fixes.replace_cell(ctx, group.cell, source, "Pass random_state=0")
                or fixes.seed_cell(ctx, ["numpy"], before=group.cell),
            )
