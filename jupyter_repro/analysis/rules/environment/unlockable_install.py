"""Rests on a package that was installed from a folder or a repository.

## Why it hurts

An editable or local install has a version number and no release behind it. Who installs that version gets other code,
or none.

## Example

    # %% a
    import our_tool
    # --- session
    # distribution our-tool 0.1 editable
    # run a

## Instead

    # %% a
    import json
    # --- session
    # run a

An export carries the source or a wheel of it.

## Limits

Needs a recorded run.
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule

OURSELVES = "jupyter-repro"


class UnlockableInstall(Rule):
    """A distribution has no release behind it."""

    code = "RPE514"
    name = "unlockable-install"
    severity = "info"
    why = "The version's number does not name the code that ran."
    needs_history = True

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for the notebook."""
        latest = ctx.history.latest
        odd = (
            [
                each
                for each in latest.distributions
                if each.modules and each.name != OURSELVES and each.origin in ("editable", "vcs", "local")
            ]
            if latest
            else []
        )
        if odd:
            yield self.found(
                None,
                "rests on " + ", ".join(f"{each.name} {each.version} ({each.origin} install)" for each in odd),
                "Install a release, or pass the source on; an export does.",
            )
