"""Shows the built-in hash or the identity of an object.

``hash("text")`` differs between processes, ``id(x)`` is an address.

## Why it hurts

Buckets, sample splits and file names made from ``hash`` change with every restart.

## Example

    # %% a
    bucket = hash("anna") % 10
    # %% b
    print(bucket)

## Instead

    # %% a
    import zlib

    bucket = zlib.crc32(b"anna") % 10
    # %% b
    print(bucket)

## Limits

``hash`` of a number written out is the same everywhere and is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.analysis.rules.nondeterminism.rooted import rooted


class HashInOutput(Rule):
    """A shown value rests on a hash or an address."""

    code = "RPN412"
    name = "hash-in-output"
    severity = "warning"
    why = "Python's hashes and identities are made anew in every process."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell that asks for a hash or an identity."""
        for group in rooted(ctx, lambda root: root.kind in ("hash", "identity")):
            yield self.found(
                group.cell,
                f"{group.what} gives another value in every process",
                "Use a digest of the content: zlib.crc32 or hashlib.sha256.",
                cells=group.cells,
                here=group.here,
                evidence=group.evidence,
            )
