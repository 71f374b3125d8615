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

Known are functions of scikit-learn, imbalanced-learn, SciPy, networkx, statsmodels, torch, seaborn, pandas and a dozen
smaller libraries whose result really depends on the draw (the table is `analysis/tables/seedable.py`). Those that take
``random_state`` but seldom use it are reported only with the option that makes them: ``LogisticRegression`` with
``solver="saga"``, a decision tree with ``max_features``. A journal shows the draws of any other library, too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings import fixes
from jupyter_repro.analysis.findings.finding import Finding, Fix
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.analysis.rules.nondeterminism.rooted import Rooted, rooted
from jupyter_repro.analysis.tables.seedable import SEED_WORDS


def _seeded(ctx: Context, group: Rooted) -> Fix | None:
    """A fix that passes a number for the keyword of each call; else one that seeds the generators behind them."""
    seedable = [root for root in group.roots if root.parameter in SEED_WORDS and isinstance(root.call, ast.Call)]
    words = {id(root.call): root.parameter for root in seedable}

    def change(node: ast.expr, text: str) -> str | None:
        return fixes.with_keyword(words[id(node)], str(fixes.SEED))(node, text)

    title = f"Pass {' and '.join(f'{word}=0' for word in dict.fromkeys(words.values()))}"
    generators = [root.behind for root in group.roots if root.behind]
    return fixes.replace_calls(ctx, seedable, change, title) or fixes.seed_cell(ctx, generators, before=group.cell)


class UnseededRandomState(Rule):
    """A shown value rests on a call with ``random_state=None``."""

    code = "RPN403"
    name = "unseeded-random-state"
    severity = "warning"
    why = "Without a seed the result differs from run to run, and so does every score that rests on it."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell with such calls."""
        for group in rooted(ctx, lambda root: root.kind == "random" and root.generator == "random_state"):
            words = list(dict.fromkeys(root.parameter for root in group.roots if root.parameter in SEED_WORDS))
            generators = list(dict.fromkeys(root.behind for root in group.roots if root.behind))
            yield self.found(
                group.cell,
                f"{group.what} is called without {words[0] if words else 'a seed'}",
                f"Pass {words[0]}=0 (any fixed number)." if words else f"Seed {' and '.join(generators)} above.",
                cells=group.cells,
                here=group.here,
                evidence=group.evidence,
                fix=_seeded(ctx, group),
            )
