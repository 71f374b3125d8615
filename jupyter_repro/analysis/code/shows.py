"""How much of its inputs a statement's output can show: all, little (a shape, a type), or only the object it calls.

``x.shape`` need not change when ``x`` does, and ``model.fit(x, y)`` as the last line of a cell shows ``model``.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable

from jupyter_repro.analysis.tables.sources import CONSTANT_ATTRIBUTES

_MEASURES = frozenset(("len", "type", "isinstance", "callable", "hasattr", "dir", "id"))
_RETURNS_ITSELF = frozenset(("fit", "partial_fit", "set_params"))


_TALK = frozenset(("verbose", "disp", "verbosity", "n_jobs", "progress", "progress_bar", "show_progress", "display"))
"""Keywords that say how much to tell or how many workers to use, by the conventions of the scientific libraries."""


def has_talk(nodes: Iterable[ast.AST]) -> bool:
    """Whether a call in a statement, given by its nodes, says how much it is to tell."""
    return any(isinstance(part, ast.keyword) and part.arg in _TALK for part in nodes)


def without_talk(node: ast.stmt) -> ast.stmt:
    """A copy of the statement without such keywords: what it makes does not rest on them."""
    bare = copy.deepcopy(node)
    for part in ast.walk(bare):
        if isinstance(part, ast.Call):
            part.keywords = [word for word in part.keywords if word.arg not in _TALK]
    return bare


def shows_little(node: ast.stmt) -> bool:
    """Whether what the statement shows rests on sizes and types of its inputs alone."""
    if not isinstance(node, ast.Expr):
        return False
    value = node.value
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in ("print", "display"):
        return bool(value.args) and all(_is_measure(each) for each in value.args)
    return _is_measure(value)


def shows_receiver(node: ast.stmt) -> str | None:
    """Name of the object whose method is called and returns the object itself, None for any other statement."""
    match node:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method))):
            return name if method in _RETURNS_ITSELF else None
        case _:
            return None


def _is_measure(node: ast.expr) -> bool:
    match node:
        case ast.Constant():
            return True
        case ast.Attribute(attr=attribute):
            return attribute in CONSTANT_ATTRIBUTES
        case ast.Call(func=ast.Name(id=name)):
            return name in _MEASURES
        case ast.Subscript(value=value, slice=ast.Constant()):
            return _is_measure(value) and not isinstance(value, ast.Constant)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return bool(parts) and all(_is_measure(part) for part in parts)
        case ast.JoinedStr(values=parts):
            return all(_is_measure(part) for part in parts)
        case ast.FormattedValue(value=value):
            return _is_measure(value)
        case ast.BinOp(left=left, right=right):
            return _is_measure(left) and _is_measure(right)
        case _:
            return False
