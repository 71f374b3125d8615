"""Uses what its library has announced to remove.

## Why it hurts

The notebook runs with the locked version, and stops with the next one.

## Example

    # %% a
    frame.append(row)
    #> FutureWarning: The frame.append method is deprecated and will be removed from pandas

## Instead

    # %% a
    pd.concat([frame, row])

## Limits

Reads the warnings in the outputs; a notebook that silences them shows none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.analysis.runs.outputtext import all_text

_WARNED = re.compile(r"\b(?:\w*Deprecation|Future|Pandas\d)Warning: [^\n]+")


class DeprecatedApi(Rule):
    """A deprecation warning stands in an output."""

    code = "RPE512"
    name = "deprecated-api"
    severity = "info"
    why = "The next version of the library removes it, and the cell fails."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each warning, at the first cell that shows it."""
        shown: dict[str, list[str]] = {}
        for cell in ctx.cells:
            for match in _WARNED.finditer(all_text(cell)):
                cells = shown.setdefault(" ".join(match.group().split())[:140], [])
                if cell.id not in cells:
                    cells.append(cell.id)
        for warning, cells in shown.items():
            yield self.found(
                cells[0],
                f"was warned: {warning}",
                "Follow the warning's advice, or stay on the locked version.",
                cells=cells,
            )
