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
from collections.abc import Iterable, Iterator

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.analysis.rules.data.absolute_path import is_absolute
from jupyter_repro.model.document import DocumentCell

_ADDING = ("sys.path.append", "sys.path.insert", "sys.path.extend", "site.addsitedir")


def _is_path(ctx: Context, target: ast.expr) -> bool:
    """``sys.path`` or a part of it."""
    return ctx.dotted(target.value if isinstance(target, ast.Subscript) else target) == "sys.path"


def _added(ctx: Context, cell: DocumentCell) -> Iterator[str]:
    """What the cell adds to the import path, as written."""
    for name, node in ctx.calls(cell):
        if name in _ADDING and node.args:
            yield ast.unparse(node.args[-1])
    for each in ctx.code(cell).nodes:
        if isinstance(each, ast.AugAssign) and ctx.dotted(each.target) == "sys.path":
            yield ast.unparse(each.value)
        if isinstance(each, ast.Assign) and any(_is_path(ctx, target) for target in each.targets):
            yield ast.unparse(each.value)
    for magic in ctx.code(cell).magics:
        if magic.name in ("%env", "%set_env") and magic.argument.startswith("PYTHONPATH"):
            yield magic.argument[len("PYTHONPATH") :].strip(" =")


class PathEdit(Rule):
    """The import path is changed."""

    code = "RPE513"
    name = "import-path-edit"
    severity = "info"
    why = "The module is found on this machine only, and no lock knows of it."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell; a warning for a folder of this machine."""
        for cell in ctx.naming("path", "PYTHONPATH", *(word.rpartition(".")[2] for word in _ADDING)):
            where = next(_added(ctx, cell), None)
            if where is not None:
                yield self.found(
                    cell.id,
                    f"adds `{where[:60]}` to the import path",
                    "Put the module beside the notebook, or install it.",
                    severity="warning" if is_absolute(where.strip("'\"")) else "info",
                )
