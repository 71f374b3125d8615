"""Shows an object by its address.

The object has no text form of its own, so Python prints its type and where it lies in memory.

## Why it hurts

The address differs in every run and says nothing to a reader.

## Example

    # %% a
    class Model: pass

    Model()
    #> <__main__.Model at 0x7f3c5c0b2d10>

## Instead

    # %% a
    class Model: pass

    model = Model()
    # %% b
    type(model).__name__
    #> 'Model'

## Limits

Comparisons in this tool look past addresses; others do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.analysis.runs.outputtext import all_text
from jupyter_repro.model.document import DocumentCell

_ADDRESS = re.compile(
    r"<(?:[^<>\n]|<[^<>\n]{1,60}>){1,120} at 0x[0-9a-fA-F]{6,}[^<>\n]{0,40}>"
    r"|&lt;[^&\n]{1,120} at 0x[0-9a-fA-F]{6,}|\[[^\]\n]{0,80} at 0x[0-9a-fA-F]{6,}"
)


def _has_address(cell: DocumentCell) -> bool:
    return _ADDRESS.search(all_text(cell)) is not None


class AddressInOutput(Rule):
    """An output holds an address."""

    code = "RPN414"
    name = "address-in-output"
    severity = "info"
    why = "An address differs in every run, and tells a reader nothing."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for the notebook, at the first such output."""
        found = {cell.id: match for cell in ctx.where(_has_address) if (match := _ADDRESS.search(all_text(cell)))}
        for cell_id, match in list(found.items())[:1]:
            yield self.found(
                cell_id,
                f'the output shows an address ("{match.group()[:60]}")',
                "End the line with a semicolon, assign the result, or give the class a __repr__.",
                cells=tuple(found),
            )
