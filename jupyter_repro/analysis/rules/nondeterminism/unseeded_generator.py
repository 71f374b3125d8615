"""Makes a generator without a seed.

``numpy.random.default_rng()``, ``RandomState()`` and ``random.Random()`` without an argument start from fresh
entropy, whatever was seeded before.

## Why it hurts

All that is drawn from the generator differs in every run, and ``np.random.seed`` does not help: the new generator has
a state of its own.

## Example

    # %% a
    import numpy as np

    rng = np.random.default_rng()
    # %% b
    print(rng.integers(10, size=5))

## Instead

    # %% a
    import numpy as np

    rng = np.random.default_rng(0)
    # %% b
    print(rng.integers(10, size=5))

## Limits

A seed that comes from a variable counts as a seed, unless that variable itself differs from run to run.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Set

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings import fixes
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.analysis.flow import Root
from jupyter_repro.analysis.rules.nondeterminism.rooted import rooted


def _is_generator(root: Root) -> bool:
    return root.generator == "fresh" and not root.what.startswith("the bootstrap of")


class UnseededGenerator(Rule):
    """A shown value rests on a generator made from fresh entropy."""

    code = "RPN402"
    name = "unseeded-generator"
    severity = "warning"
    why = "A generator without a seed starts from fresh entropy, so every run draws other numbers."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell that makes such generators."""
        for group in rooted(ctx, _is_generator):
            calls = [root for root in group.roots if isinstance(root.call, ast.Call)]
            direct = {id(root.call) for root in calls if root.call is not None and root.call.lineno == root.line}

            def change(node: ast.expr, text: str, direct: Set[int] = frozenset(direct)) -> str | None:
                # Within a function, what is None here may be a seed elsewhere.
                return fixes.with_seed(str(fixes.SEED), only_none=id(node) not in direct)(node, text)

            yield self.found(
                group.cell,
                f"{group.what} makes a generator without a seed",
                "Give it a number: default_rng(0)."
                if calls
                else "Pass a seed to the library's function: rng=, seed= or random_state=.",
                cells=group.cells,
                here=group.here,
                evidence=group.evidence,
                fix=fixes.replace_calls(ctx, calls, change, "Seed the generator"),
            )
