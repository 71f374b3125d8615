r"""Writes a path with backslashes.

## Why it hurts

Only Windows takes them for folders. Elsewhere the cell looks for a file with backslashes in its name.

## Example

    # %% a
    text = open("data\\table.csv").read()

## Instead

    # %% a
    text = open("data/table.csv").read()

Windows understands forward slashes too.

## Limits

Absolute Windows paths are another rule (`absolute-path`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.filetouches import path_literals
from jupyter_repro.analysis.facts.fileusers import names_files
from jupyter_repro.analysis.findings import fixes
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.analysis.rules.data.absolute_path import is_absolute


def _forward(node: ast.expr) -> str | None:
    value = node.value if isinstance(node, ast.Constant) else None
    return '"' + value.replace("\\", "/") + '"' if isinstance(value, str) and '"' not in value else None


class BackslashPath(Rule):
    """A relative path has backslashes."""

    code = "RPD308"
    name = "backslash-path"
    severity = "warning"
    why = "Only Windows reads backslashes as folders."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell with such paths."""
        for cell in ctx.where(names_files):
            literals = [each for each in path_literals(ctx, cell) if "\\" in each.path and not is_absolute(each.path)]
            if literals:
                nodes = [each.node for each in literals if each.node is not None]
                source = fixes.rewritten(ctx.code(cell), nodes, lambda node, _text: _forward(node))
                yield self.found(
                    cell.id,
                    f"names {', '.join(f'`{each.path}`' for each in literals)} with backslashes",
                    "Use forward slashes.",
                    fix=fixes.replace_cell(ctx, cell.id, source, "Use forward slashes"),
                )
