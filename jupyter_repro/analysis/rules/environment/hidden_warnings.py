"""Silences all warnings.

## Why it hurts

What the libraries say about deprecated calls, failed convergence and lost precision reaches nobody, and these are the
places where a rerun differs first.

## Example

    # %% a
    import warnings

    warnings.filterwarnings("ignore")

## Instead

    # %% a
    import warnings

    warnings.filterwarnings("ignore", category=ResourceWarning)

## Limits

Filters for one category, module or message are left alone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from jupyter_repro.analysis.context import Context
from jupyter_repro.analysis.finding import Finding
from jupyter_repro.analysis.rule import Rule


class HiddenWarnings(Rule):
    """All warnings are silenced."""

    code = "RPE516"
    name = "hidden-warnings"
    severity = "info"
    why = "Warnings about what will change in a rerun reach nobody."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for the first such cell."""
        for cell in ctx.cells:
            for name, node in ctx.calls(cell):
                words = [each.arg for each in node.keywords]
                plain = (
                    len(node.args) == 1 and isinstance(node.args[0], ast.Constant) and node.args[0].value == "ignore"
                )
                if (
                    name in ("warnings.filterwarnings", "warnings.simplefilter")
                    and plain
                    and not {"category", "module", "message"} & set(words)
                ):
                    yield self.found(
                        cell.id,
                        "silences all warnings",
                        "Silence the one category that disturbs, and leave the others.",
                    )
                    return
