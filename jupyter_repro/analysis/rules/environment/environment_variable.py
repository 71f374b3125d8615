"""Needs an environment variable.

## Why it hurts

The variable is set on this machine, in a shell profile nobody sees. Elsewhere the cell fails with KeyError.

## Example

    # %% a
    import os

    folder = os.environ["DATA_FOLDER"]

## Instead

    # %% a
    import os

    folder = os.environ.get("DATA_FOLDER", "data")

## Limits

A variable that the notebook sets itself, or reads with a default, is not reported.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.model.document import DocumentCell

_CONTENT_WITH_NONE = ("print", "display", "bool", "str", "repr", "isinstance")


def _taken_for_granted(ctx: Context, cell: DocumentCell) -> Iterator[str]:
    """Variables asked for without a default, whose value is used at once: None would not do."""
    for node in ctx.code(cell).nodes:
        used: list[ast.expr] = []
        if isinstance(node, ast.Call) and ctx.dotted(node.func) not in _CONTENT_WITH_NONE:
            used = node.args
        elif isinstance(node, ast.Attribute):
            used = [node.value]
        elif isinstance(node, ast.BinOp):
            used = [node.left, node.right]
        for each in used:
            if (
                isinstance(each, ast.Call)
                and ctx.dotted(each.func) in ("os.getenv", "os.environ.get")
                and len(each.args) == 1
                and not each.keywords
                and isinstance(each.args[0], ast.Constant)
            ):
                yield str(each.args[0].value)


class EnvironmentVariable(Rule):
    """An environment variable is taken for granted."""

    code = "RPE515"
    name = "environment-variable"
    severity = "info"
    why = "Elsewhere the variable is not set, and the cell fails."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell that takes a variable for granted."""
        given: set[str] = set()
        for cell in ctx.naming("environ", "getenv", "env", "set_env"):
            given.update(
                each.argument.replace("=", " ").split()[0]
                for each in ctx.code(cell).magics
                if each.name in ("%env", "%set_env") and each.argument
            )
            wanted = []
            for node in ctx.code(cell).nodes:
                if (
                    isinstance(node, ast.Subscript)
                    and ctx.dotted(node.value) == "os.environ"
                    and isinstance(node.slice, ast.Constant)
                ):
                    if isinstance(node.ctx, ast.Load):
                        wanted.append(str(node.slice.value))
                    else:
                        given.add(str(node.slice.value))
            wanted += _taken_for_granted(ctx, cell)
            missing = [
                name for name in dict.fromkeys(wanted) if name not in given and name not in ("HOME", "PATH", "USER")
            ]
            if missing:
                yield self.found(
                    cell.id,
                    f"needs the environment variable {', '.join(f'`{name}`' for name in missing)}",
                    "Give a default, and say in the README what it is for.",
                )
