"""Shows a table with its middle left out.

## Why it hurts

What is compared, and what a reader can check, is only what is shown: rows and columns behind the dots may change
unseen.

## Example

    # %% a
    frame
    #>     a
    #> 0   1
    #> ..  ..
    #> 4999  7
    #>
    #> [5000 rows x 1 columns]

## Instead

    # %% a
    frame.describe()
    #>          a
    #> count  5000

## Limits

Recognised by the form that pandas, polars and numpy give to shortened values, and only for tables of which less than
a hundredth is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.analysis.runs.outputtext import all_text

_ROWS = re.compile(
    r"\[?([\d,]{2,}) rows (?:x|\u00d7) \d+ columns|^shape: \(([\d_,]+), \d+\)|^Length: (\d{2,})|\.\.\..*shape=\((\d+),",
    re.MULTILINE | re.DOTALL,
)
"""How pandas, polars and numpy say how much there is of what they show a few rows of."""


class TruncatedDisplay(Rule):
    """A shown table is cut."""

    code = "RPD311"
    name = "truncated-display"
    severity = "info"
    why = "Most of the table is not shown, so a change in it goes unseen."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell that shows much less than a table's rows."""
        for cell in ctx.cells:
            match = _ROWS.search(all_text(cell))
            rows = int(re.sub(r"\D", "", match[match.lastindex or 1])) if match else 0
            if rows >= 1000:
                yield self.found(
                    cell.id,
                    f"shows a few of {rows:,} rows",
                    "Show a summary or a digest beside it: frame.describe(), len(frame).",
                )
