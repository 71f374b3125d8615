"""Holds a credential in its source.

## Why it hurts

Whoever gets the notebook gets the account. An export is refused as long as the secret is there, and removing it later
does not remove it from the repository's history.

## Example

    # %% a
    password = "correct-horse7"

## Instead

    # %% a
    import os

    password = os.environ["DB_PASSWORD"]

## Limits

Finds tokens by their shape, and assignments to names that promise a secret. The value is never shown or stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.secrets import SecretHit, find_secrets
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.model.document import DocumentCell


@lru_cache(maxsize=8192)
def _in_source(source: str) -> tuple[SecretHit, ...]:
    return tuple(find_secrets(source))


def _has_secret(cell: DocumentCell) -> bool:
    return bool(_in_source(cell.source))


class SecretInSource(Rule):
    """A source holds a credential."""

    code = "RPD315"
    name = "secret-in-source"
    severity = "warning"
    why = "Whoever gets the notebook gets the account."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell, naming kinds and lines, never values."""
        for cell in ctx.where(_has_secret):
            hits = _in_source(cell.source)
            yield self.found(
                cell.id,
                "holds " + ", ".join(f"a {hit.kind} (line {hit.line})" for hit in hits),
                "Revoke it, and take it from an environment variable or a keyring.",
            )
