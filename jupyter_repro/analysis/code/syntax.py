"""Walking syntax trees fast: each cell is walked for the names, the calls, the statements and some sixty rules.

`ast.walk` and `ast.dump` ask every node for every field; most nodes of a cell are names and constants, which have none.
"""

from __future__ import annotations

import ast
from typing import Any

_PLAIN = frozenset(
    "ctx id attr arg name asname module level names kind type_comment conversion simple is_async op ops rest kwd_attrs"
    " str type_ignores".split()
)
"""Fields that hold no nodes, or none that anybody looks for (contexts and operators)."""


def _children(kind: type[ast.AST]) -> tuple[str, ...]:
    """Fields of a kind of node that may hold nodes, in their order."""
    if kind in (ast.Name, ast.Constant, ast.Global, ast.Nonlocal, ast.alias):
        return ()
    plain = _PLAIN - {"names"} if kind in (ast.Import, ast.ImportFrom) else _PLAIN
    plain = plain - {"name"} if kind.__name__ == "TypeAlias" else plain
    return tuple(name for name in kind._fields if name not in plain)


class _Fields(dict[type[ast.AST], tuple[str, ...]]):
    """The fields of each kind of node, worked out once."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        fields = self[kind] = _children(kind)
        return fields


_CHILDREN = _Fields()


def chain_of(node: ast.expr) -> list[str]:
    """``a.b.c`` as a, b, c; empty for anything else than attributes of a name."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return [node.id, *reversed(names)] if isinstance(node, ast.Name) else []


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes directly below, contexts and operators left out."""
    found: list[ast.AST] = []
    for name in _CHILDREN[node.__class__]:
        child = getattr(node, name, None)
        if child.__class__ is list:
            found += [each for each in child if isinstance(each, ast.AST)]
        elif isinstance(child, ast.AST):
            found.append(child)
    return found


def nodes_of(tree: ast.AST) -> list[ast.AST]:
    """The node and all below it, from the outside in as `ast.walk` has them, contexts and operators left out."""
    found, base = [tree], ast.AST
    for node in found:
        for name in _CHILDREN[node.__class__]:
            child = getattr(node, name, None)
            if child.__class__ is list:
                found += [each for each in child if isinstance(each, base)]
            elif isinstance(child, base):
                found.append(child)
    return found


_SILENT = frozenset(("ctx", "type_comment"))
"""Fields that say nothing: where a name stands says whether it is read or bound."""


def meaning(node: ast.AST) -> str:
    """What a node says, without layout and comments: equal for two trees where `ast.dump` is, and only there."""
    return _said(node, "")


def shape(node: ast.AST) -> str:
    """The meaning without the names of variables."""
    return _said(node, "$")


def _said(value: Any, name: str) -> str:
    """``name`` stands for each name, where it is given."""
    if isinstance(value, ast.Name):
        return name or "$" + value.id
    if isinstance(value, ast.Constant):
        return (value.kind or "") + repr(value.value)
    if isinstance(value, list):
        return "[" + ",".join([_said(each, name) for each in value]) + "]"
    if isinstance(value, ast.AST):
        told = [_said(getattr(value, each, None), name) for each in value._fields if each not in _SILENT]
        return f"{value.__class__.__name__}({','.join(told)})"
    return "-" if value is None else repr(value)


def called(call: ast.Call) -> str:
    """The last name of what is called: ``read_csv`` of ``pd.read_csv(...)``; empty where it has none."""
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def root_of(node: ast.expr) -> str:
    """The name that attributes and places lead from, empty for anything else."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
