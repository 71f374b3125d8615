"""Changes where Python looks for modules.

## Why it hurts

``sys.path.append`` with a folder of this machine finds the module here and nowhere else, and no lock knows of it.

## Example

    # %% a
    import sys

    sys.path.append("/home/alice/tools")

## Instead

    # %% a
    import json

Put the module beside the notebook, or install it (``pip install -e``).

## Limits

A relative folder inside the project is only noted.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from jupyter_repro.analysis.context import Context
from jupyter_repro.analysis.finding import Finding
from jupyter_repro.analysis.rule import Rule
from jupyter_repro.analysis.rules.data.absolute_path import is_absolute


class PathEdit(Rule):
    """The import path is changed."""

    code = "RPE513"
    name = "import-path-edit"
    severity = "info"
    why = "The module is found on this machine only, and no lock knows of it."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell; a warning for a folder of this machine."""
        for cell in ctx.cells:
            for name, node in ctx.calls(cell):
                if name in ("sys.path.append", "sys.path.insert", "sys.path.extend", "site.addsitedir") and node.args:
                    where = node.args[-1]
                    text = where.value if isinstance(where, ast.Constant) and isinstance(where.value, str) else ""
                    yield self.found(
                        cell.id,
                        f"adds `{ast.unparse(where)[:60]}` to the import path",
                        "Put the module beside the notebook, or install it.",
                        severity="warning" if is_absolute(text) else "info",
                    )
                    break
