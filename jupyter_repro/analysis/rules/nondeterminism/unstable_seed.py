"""Seeds a generator with something that differs every time.

``seed(hash("name"))``, ``seed(time.time())``, ``seed(os.getpid())``: the call looks like care, and has no effect on
reproducibility. Hashes of strings differ between processes unless ``PYTHONHASHSEED`` is set.

## Why it hurts

A reader, and most checks, take the generator for seeded. The results change all the same.

## Example

    # %% a
    import random

    random.seed(hash("experiment"))
    # %% b
    print(random.random())

## Instead

    # %% a
    import random

    random.seed(0)
    # %% b
    print(random.random())

For a seed from a name, take a digest that does not depend on the process: ``zlib.crc32(b"experiment")``.

## Limits

Seeing through a function of another module needs a recorded run.
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings import fixes
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.analysis.rules.nondeterminism.rooted import rooted


class UnstableSeed(Rule):
    """A seed is made of a hash, the clock, or entropy."""

    code = "RPN404"
    name = "unstable-seed"
    severity = "warning"
    why = "The seed itself differs in every process, so the generator is not seeded at all."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell with such seeds."""
        for group in rooted(ctx, lambda root: root.kind == "seed"):
            change = fixes.with_seed(str(fixes.SEED))
            yield self.found(
                group.cell,
                f"{group.what} is given a seed that differs in every process",
                "Seed with a number, or with a digest such as zlib.crc32 of the text.",
                cells=group.cells,
                here=group.here,
                evidence=group.evidence,
                fix=fixes.replace_calls(ctx, group.roots, change, "Seed with a number"),
            )
