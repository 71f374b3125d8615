"""Shows a credential in its output.

## Why it hurts

Outputs are published with the notebook, and hardly anyone reads them before.

## Example

    # %% a
    print(settings)
    #> {'api_key': 'q8ZfK2mX7vPw4RtY9sLd'}

## Instead

    # %% a
    print(sorted(settings))
    #> ['api_key']

## Limits

The same shapes as for sources. The value is never shown or stored.
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.secrets import find_secrets
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.analysis.runs.outputtext import all_text
from jupyter_repro.model.document import DocumentCell


def _kinds(cell: DocumentCell) -> list[str]:
    """The kinds of secrets that the cell shows, each once."""
    text = all_text(cell, html=True) if cell.outputs else ""
    return list(dict.fromkeys(hit.kind for hit in find_secrets(text))) if text else []


class SecretInOutput(Rule):
    """An output holds a credential."""

    code = "RPD316"
    name = "secret-in-output"
    severity = "warning"
    why = "Outputs are published with the notebook, and so is the account."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell, naming kinds, never values."""
        for cell in ctx.where(_kinds):
            yield self.found(
                cell.id,
                "shows " + ", ".join(f"a {kind}" for kind in _kinds(cell)) + " in its output",
                "Revoke it, clear the output, and do not print it.",
            )
