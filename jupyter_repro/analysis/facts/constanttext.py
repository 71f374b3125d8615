"""The text of an expression where the notebook alone decides it: constants, names bound once, paths put together."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Mapping

from jupyter_repro.analysis.facts.context import Context

_SAME_PATH = ("os.path.expanduser", "os.path.abspath", "os.path.normpath", "os.path.realpath")
"""Functions whose result names the file that they are given."""

UNKNOWN = "{}"
"""Stands for a part that is computed."""


def text_of(ctx: Context, node: ast.expr | None) -> str | None:
    """The text of an expression, with ``{}`` for what is computed in it; None where it is no text at all."""
    return _text(ctx, node, _constants(ctx), depth=0)


def _constants(ctx: Context) -> Mapping[str, ast.expr]:
    """Names that are assigned exactly once in the whole notebook, at the top level of a cell."""
    if "constant names" not in ctx.kept:
        found: dict[str, list[ast.expr | None]] = {}
        for cell in ctx.cells:
            tree = ctx.code(cell).tree
            plain = {
                node.targets[0].id: node.value
                for node in (tree.body if tree is not None else ())
                if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)
            }
            for name in ctx.code(cell).names.binds:
                found.setdefault(name, []).append(plain.get(name))
        ctx.kept["constant names"] = {
            name: values[0] for name, values in found.items() if len(values) == 1 and values[0] is not None
        }
    kept: Mapping[str, ast.expr] = ctx.kept["constant names"]
    return kept


def _text(ctx: Context, node: ast.expr | None, names: Mapping[str, ast.expr], depth: int) -> str | None:
    if depth > 8:
        return None
    match node:
        case ast.Constant(value=str(value)):
            return value
        case ast.Name(id=name) if name in names:
            return _text(ctx, names[name], names, depth + 1)
        case ast.JoinedStr(values=parts):
            return "".join(_text(ctx, part, names, depth + 1) or UNKNOWN for part in parts)
        case ast.FormattedValue(value=value, format_spec=None):
            return _text(ctx, value, names, depth + 1)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            head = _text(ctx, left, names, depth + 1)
            return None if head is None else head + (_text(ctx, right, names, depth + 1) or UNKNOWN)
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return _joined(ctx, [left, right], names, depth)
        case ast.Call(func=function, args=[_, *_] as args):
            dotted = ctx.dotted(function) or ""
            if dotted in ("pathlib.Path", "pathlib.PurePath", "os.path.join", "posixpath.join", *_SAME_PATH):
                return _joined(ctx, args, names, depth)
            return None
        case ast.Call(func=ast.Attribute(value=value, attr="expanduser" | "resolve" | "absolute"), args=[]):
            return _text(ctx, value, names, depth + 1)
        case ast.Call(func=function, args=[]):
            return "~" if ctx.dotted(function) == "pathlib.Path.home" else None
        case _:
            return None


def _joined(ctx: Context, parts: list[ast.expr], names: Mapping[str, ast.expr], depth: int) -> str | None:
    head = _text(ctx, parts[0], names, depth + 1)
    if head is None:
        return None
    return posixpath.join(head, *(_text(ctx, part, names, depth + 1) or UNKNOWN for part in parts[1:]))
