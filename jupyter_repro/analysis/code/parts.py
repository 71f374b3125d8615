"""Which parts of a value a statement reads and sets: columns of a table, entries of a dict, named by constants.

``df["w"] = df["v"] * 2`` sets one part and reads another, so what rests on ``df["v"]`` alone need not change with it.
Only item assignment with a constant key counts as setting a part; whatever else changes a value changes it as a whole.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from jupyter_repro.analysis.code.syntax import children
from jupyter_repro.analysis.versions import Version, lineage

Keys = frozenset[str]

_OF_THE_WHOLE = frozenset(
    ("shape", "columns", "dtypes", "values", "T", "iloc", "loc", "iat", "at", "size", "empty", "axes", "plot", "style")
) | {"attrs", "flags", "ndim", "index", "hist", "keys", "items", "array", "sparse", "boxplot"}


def parts_set(node: ast.stmt) -> dict[str, Keys]:
    """Name -> keys that the statement sets, where setting keys is all that it does to the name."""
    if not isinstance(node, (ast.Assign, ast.AugAssign)):
        return {}
    found: dict[str, set[str]] = {}
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        key = _item(target)
        if key is None or not isinstance(target, ast.Subscript) or not isinstance(target.value, ast.Name):
            return {}
        found.setdefault(target.value.id, set()).add(key)
    return {name: frozenset(keys) for name, keys in found.items()}


def parts_read(node: ast.AST) -> dict[str, Keys]:
    """Name -> keys that the statement reads, for names of which it reads nothing else."""
    parts: dict[str, set[str]] = {}
    whole: set[str] = set()
    _read(node, parts, whole)
    return {name: frozenset(keys) for name, keys in parts.items() if name not in whole}


def _read(node: ast.AST, parts: dict[str, set[str]], whole: set[str]) -> None:
    """Note each reading of a name: which keys of it, or that all of it is read."""
    grouped = _grouped(node)
    if grouped is not None:
        parts.setdefault(grouped[0], set()).update(grouped[1])
        return
    match node:
        case ast.Name(id=name, ctx=context):
            if isinstance(context, ast.Load):
                whole.add(name)
            return
        case ast.Subscript(value=ast.Name(id=name)):
            if isinstance(node.ctx, ast.Store) and _item(node) is not None:
                return
            if (keys := _keys(node.slice)) is not None:
                parts.setdefault(name, set()).update(keys)
                return
        case ast.Attribute(value=ast.Name(id=name), attr=attribute):
            if attribute in _OF_THE_WHOLE:
                whole.add(name)
            else:
                parts.setdefault(name, set()).add(attribute)
            return
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name)) as function):
            whole.add(name)
            for child in children(node):
                if child is not function:
                    _read(child, parts, whole)
            return
        case _:
            pass
    for child in children(node):
        _read(child, parts, whole)


def _grouped(node: ast.AST) -> tuple[str, Iterable[str]] | None:
    """``df.groupby("g")["v"]`` and ``df.groupby("g").v`` read two columns."""
    if isinstance(node, ast.Subscript):
        chosen, base = _keys(node.slice), node.value
    elif isinstance(node, ast.Attribute):
        chosen, base = [node.attr], node.value
    else:
        return None
    match base:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="groupby"), args=[by], keywords=[]):
            keys = _keys(by)
            if keys is not None and chosen is not None:
                return name, [*keys, *chosen]
        case _:
            pass
    return None


def _keys(node: ast.expr) -> list[str] | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.List) and node.elts:
        keys = [each.value for each in node.elts if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        return keys if len(keys) == len(node.elts) else None
    return None


def _item(target: ast.expr) -> str | None:
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        return target.slice.value if isinstance(target.slice.value, str) else None
    return None


class Composed:
    """Versions known to be another version with some parts set anew."""

    def __init__(self) -> None:
        self._made: dict[Version, tuple[Version, Mapping[str, Version]]] = {}

    def note(self, version: Version, base: Version, parts: Mapping[str, Version]) -> None:
        """``version`` is ``base`` with these parts set."""
        if version != base:
            self._made.setdefault(version, (base, parts))

    def same(self, version: Version, other: Version) -> None:
        """Both stand for one value."""
        if other in self._made:
            self._made.setdefault(version, self._made[other])

    def of(self, version: Version, keys: Keys) -> Version:
        """The version of these parts of a value."""
        return lineage("parts", [(key, self._part(version, key)) for key in sorted(keys)])

    def _part(self, version: Version, key: str) -> Version:
        seen = set()
        while version in self._made and version not in seen:
            seen.add(version)
            base, parts = self._made[version]
            if key in parts:
                return parts[key]
            version = base
        return version
