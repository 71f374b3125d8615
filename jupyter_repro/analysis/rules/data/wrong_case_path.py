"""Names a file with other capitals than it has.

## Why it hurts

macOS and Windows find the file all the same. Linux, and so most servers and containers, does not.

## Example

    # %% a
    # file: Table.csv
    text = open("table.csv").read()

## Instead

    # %% a
    # file: Table.csv
    text = open("Table.csv").read()

## Limits

Only paths written out in the source are compared with the folder.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.filetouches import path_literals
from jupyter_repro.analysis.facts.fileusers import names_files
from jupyter_repro.analysis.facts.ondisk import other_case
from jupyter_repro.analysis.findings import fixes
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule


def _respelled(wrong: Mapping[str, str]) -> Callable[[ast.expr, str], str | None]:
    def change(node: ast.expr, text: str) -> str | None:
        value = node.value if isinstance(node, ast.Constant) else None
        return text.replace(value, wrong[value]) if isinstance(value, str) else None

    return change


class WrongCasePath(Rule):
    """A path differs from the file's name in its capitals only."""

    code = "RPD307"
    name = "wrong-case-path"
    severity = "warning"
    why = "On a file system that tells capitals apart, the file is not found."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell with such paths."""
        for cell in ctx.where(names_files):
            wrong = {
                each.path: found
                for each in path_literals(ctx, cell)
                if each.mode == "read" and (found := other_case(ctx, each.path))
            }
            if not wrong:
                continue
            nodes = [each.node for each in path_literals(ctx, cell) if each.node is not None and each.path in wrong]
            source = fixes.rewritten(ctx.code(cell), nodes, _respelled(wrong))
            yield self.found(
                cell.id,
                ", ".join(f"`{path}` is `{found}` on disk" for path, found in wrong.items()),
                "Write the name as it is on disk.",
                fix=fixes.replace_cell(ctx, cell.id, source, "Write it as on disk"),
            )
