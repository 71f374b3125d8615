"""Shows or saves a value from the system's entropy.

``uuid.uuid4``, ``secrets`` and ``os.urandom`` cannot be seeded at all.

## Why it hurts

Identifiers made this way differ in every run, and so do file names, keys and joins that rest on them.

## Example

    # %% a
    import uuid

    run_id = uuid.uuid4()
    # %% b
    print(run_id)

## Instead

    # %% a
    import uuid

    run_id = uuid.uuid5(uuid.NAMESPACE_URL, "experiment-1")
    # %% b
    print(run_id)

## Limits

An identifier that is never shown or saved is not reported.
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.analysis.rules.nondeterminism.rooted import rooted


class RandomIdentifier(Rule):
    """A shown value rests on entropy."""

    code = "RPN411"
    name = "random-identifier"
    severity = "warning"
    why = "The value comes from the system's entropy, which nothing can seed."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell that asks for entropy."""
        for group in rooted(ctx, lambda root: root.kind in ("entropy", "scratch")):
            yield self.found(
                group.cell,
                f"{group.what} gives another value in every run",
                "Derive identifiers from the content (uuid.uuid5, a digest), or draw them from a seeded generator.",
                cells=group.cells,
                here=group.here,
                evidence=group.evidence,
            )
