"""Takes results in the order in which threads or processes finish.

``as_completed`` and ``imap_unordered`` hand out what is ready first.

## Why it hurts

Which task is ready first depends on the load of the machine. Lists, tables and sums of floats built from the results
change from run to run.

## Example

    # %% a
    from concurrent.futures import ThreadPoolExecutor, as_completed

    with ThreadPoolExecutor() as pool:
        jobs = [pool.submit(pow, 2, n) for n in range(4)]
        results = [job.result() for job in as_completed(jobs)]
    # %% b
    print(results)

## Instead

    # %% a
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor() as pool:
        jobs = [pool.submit(pow, 2, n) for n in range(4)]
        results = [job.result() for job in jobs]
    # %% b
    print(results)

## Limits

Sums of floats over threads inside a native library differ in their last digits, and no source shows it.
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.analysis.rules.nondeterminism.rooted import rooted


class ThreadOrder(Rule):
    """A shown value rests on the order in which tasks finish."""

    code = "RPN416"
    name = "thread-order"
    severity = "warning"
    why = "Which task finishes first depends on the machine's load, so the order differs from run to run."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell that takes results as they come."""
        for group in rooted(ctx, lambda root: root.kind == "threads"):
            yield self.found(
                group.cell,
                f"{group.what} gives results in the order they finish",
                "Collect results in the order of submission, or sort them.",
                cells=group.cells,
                here=group.here,
                evidence=group.evidence,
            )
