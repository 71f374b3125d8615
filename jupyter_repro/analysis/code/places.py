"""Places that a value does not have, by its recorded size: ``points[:, 2]`` of two columns, ``names[5]`` of five."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from jupyter_repro.analysis.code.limits import Refusal, number, surely_reached
from jupyter_repro.analysis.code.names import names_of
from jupyter_repro.analysis.code.syntax import nodes_of

Size = tuple[int, ...]


def misplaced(body: Iterable[ast.stmt], kinds: Mapping[str, str], sizes: Mapping[str, str]) -> Refusal | None:
    """The first statement that asks for a place beyond the size of what it finds. ``sizes`` as `RunRecord` has them."""
    tables = frozenset(name for name, kind in kinds.items() if kind.startswith("pandas."))
    known = {name: tuple(map(int, size.split("x"))) for name, size in sizes.items()}
    for statement in body:
        if not known:
            return None
        names = names_of(ast.Module(body=[statement], type_ignores=[]), frozenset())
        made = {*names.binds, *names.changes, *names.deletes}
        inner = {part.id for part in nodes_of(statement) if isinstance(part, ast.Name) and _is_stored(part)}
        shadowed = frozenset() if isinstance(statement, ast.Assign) else inner | made
        there = {name: size for name, size in known.items() if name not in shadowed}
        for part in surely_reached(statement):
            if (found := _beyond(part, there, tables)) is not None:
                return Refusal(line=statement.lineno, error=found[0], why=found[1])
        for name in inner | made:
            known.pop(name, None)
    return None


def _is_stored(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def _beyond(part: ast.AST, sizes: Mapping[str, Size], tables: frozenset[str]) -> tuple[str, str] | None:
    """The error and why, of a node that asks for too much. A table's own places are labels; ``iloc`` counts."""
    match part:
        case ast.Subscript(value=ast.Attribute(value=ast.Name(id=name), attr="shape"), slice=place):
            size, axis = sizes.get(name), number(place)
            if size is not None and isinstance(axis, int) and not -len(size) <= axis < len(size):
                return "IndexError", f"{_said(name, size)} has no axis {axis}"
        case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(value=ast.Name(id=name), attr="iloc")):
            size, counted = sizes.get(name), isinstance(part.value, ast.Attribute) == (name in tables)
            if size is not None and counted and not _has(size, part.slice):
                return "IndexError", f"`{ast.unparse(part)}` is no place of {_said(name, size)}"
        case ast.Assign(targets=[ast.Tuple(elts=parts) | ast.List(elts=parts)], value=ast.Name(id=name)):
            size, starred = sizes.get(name), any(isinstance(each, ast.Starred) for each in parts)
            if size is not None and name not in tables and not starred and size[:1] != (len(parts),):
                return "ValueError", f"{_said(name, size)} cannot be taken apart into {len(parts)}"
        case _:
            pass
    return None


def _has(size: Size, place: ast.expr) -> bool:
    """Whether a value of this size has the place, or may have it."""
    parts = place.elts if isinstance(place, ast.Tuple) else [place]
    for axis, part in enumerate(parts):
        at = number(part)
        if isinstance(part, ast.Slice):
            continue
        if not isinstance(at, int):
            return True
        if axis >= len(size) or not -size[axis] <= at < size[axis]:
            return False
    return True


def _said(name: str, size: Size) -> str:
    return f"`{name}`, which has {' x '.join(map(str, size))}"
