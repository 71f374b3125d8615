"""A text that is another with its variables renamed throughout: what the one did, the other does under other names."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import lru_cache

from jupyter_repro.analysis.code.cellcode import NOT_REMEMBERED, parse
from jupyter_repro.analysis.code.syntax import nodes_of, shape


@lru_cache(maxsize=4096)
def renaming(old: str, new: str) -> Mapping[str, str]:
    """Name in the old text -> name in the new one, of those that differ; empty where more than names differs."""
    one, other = parse(old).tree, parse(new).tree
    if one is None or other is None or shape(one) != shape(other):
        return {}
    pairs = set(zip(_names(one), _names(other), strict=True))
    if len(dict(pairs)) != len(pairs) or len({b: a for a, b in pairs}) != len(pairs):
        return {}
    found = {a: b for a, b in pairs if a != b}
    return {} if NOT_REMEMBERED & {*found, *found.values()} else found


def _names(tree: ast.AST) -> list[str]:
    return [node.id for node in nodes_of(tree) if isinstance(node, ast.Name)]
