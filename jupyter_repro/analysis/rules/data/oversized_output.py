"""Holds outputs of more than a megabyte.

## Why it hurts

The notebook becomes slow to open, impossible to review, and every rerun adds its size to the repository's history.

## Example

    # %% a
    print(text)
    #>size 1200000

## Instead

    # %% a
    print(text[:100])
    #> the first hundred

## Limits

Counts the bytes in the file, images included.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.model.document import DocumentCell

LIMIT = 1_000_000
"""Bytes."""


def _size(output: dict[str, Any]) -> int:
    parts = [output.get("text", ""), *output.get("data", {}).values(), *output.get("traceback", ())]
    return sum(len(part) if isinstance(part, str) else len(repr(part)) for part in parts)


def _whole(cell: DocumentCell) -> int:
    return sum(map(_size, cell.outputs))


def _is_too_large(cell: DocumentCell) -> bool:
    return _whole(cell) > LIMIT


class OversizedOutput(Rule):
    """An output is too large."""

    code = "RPD312"
    name = "oversized-output"
    severity = "info"
    why = "Large outputs make the file slow, unreviewable, and heavy in every commit."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell above the limit."""
        for cell in ctx.where(_is_too_large):
            yield self.found(
                cell.id,
                f"holds {_whole(cell) / 1e6:.1f} MB of output",
                "Show less, save figures at a lower resolution, or write the result to a file.",
            )
