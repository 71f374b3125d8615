"""What ``plt.subplots`` gives by its text, one plot or an array of them, and where the cell uses it as the other.

``fig, ax = plt.subplots(1)`` is drawn on by ``ax.plot``; of ``plt.subplots(2)`` no ``plot`` can be asked.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from math import prod

from jupyter_repro.analysis.code.limits import Refusal, number, surely_reached
from jupyter_repro.analysis.code.syntax import nodes_of

Shape = tuple[int, ...]
"""Of an array of plots; empty for a single one."""

_OF_ARRAYS = frozenset(
    "flat flatten ravel shape size ndim T tolist reshape transpose item dtype squeeze swapaxes astype".split()
)
_TAKES_MANY = frozenset(["hist", "subplots_adjust", "colorbar"])


def misused(body: Iterable[ast.stmt]) -> Refusal | None:
    """The first use of what ``subplots`` made, in the statements of a cell, that its shape does not allow."""
    shapes: dict[str, Shape] = {}
    for statement in body:
        made_inside = () if isinstance(statement, ast.Assign) or not shapes else _stored(statement)
        for name in made_inside:
            shapes.pop(name, None)
        for part in surely_reached(statement) if shapes else ():
            if (found := _misuse(part, shapes)) is not None:
                return Refusal(line=statement.lineno, error=found[0], why=found[1])
        made = _made(statement, shapes)
        if isinstance(made, Refusal):
            return made
        for name in _stored(statement) if shapes else ():
            shapes.pop(name, None)
        shapes.update(made)
    return None


def _stored(statement: ast.stmt) -> set[str]:
    parts = nodes_of(statement)
    return {part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}


def _made(statement: ast.stmt, shapes: dict[str, Shape]) -> dict[str, Shape] | Refusal:
    """Names to which the statement gives plots."""
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return {}
    target, value = statement.targets[0], statement.value
    shape = _grid(value)
    if shape is None:
        flat = _flattened(value, shapes)
        return {target.id: flat} if flat is not None and isinstance(target, ast.Name) else {}
    if not _is_of_figure(value) and isinstance(target, ast.Tuple) and len(target.elts) == 2:
        target = target.elts[1]
    elif not _is_of_figure(value):
        return {}
    return _taken_apart(target, shape, statement.lineno)


def _taken_apart(target: ast.expr, shape: Shape, line: int) -> dict[str, Shape] | Refusal:
    if isinstance(target, ast.Name):
        return {target.id: shape}
    if not isinstance(target, (ast.Tuple, ast.List)) or any(isinstance(each, ast.Starred) for each in target.elts):
        return {}
    if not shape:
        return Refusal(line=line, error="TypeError", why="`subplots` makes one plot, which cannot be taken apart")
    if shape[0] != len(target.elts):
        why = f"`subplots` makes {shape[0]} to be taken apart, not {len(target.elts)}"
        return Refusal(line=line, error="ValueError", why=why)
    found: dict[str, Shape] = {}
    for each in target.elts:
        inner = _taken_apart(each, shape[1:], line)
        if isinstance(inner, Refusal):
            return inner
        found.update(inner)
    return found


def _grid(value: ast.expr) -> Shape | None:
    """The shape that a call of ``subplots`` gives, None where the text does not show it."""
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute) or value.func.attr != "subplots":
        return None
    words = {word.arg: word.value for word in value.keywords}
    if None in words or "squeeze" in words or len(value.args) > 2:
        return None
    given = dict(zip(("nrows", "ncols"), value.args, strict=False)) | words
    sides = [number(given[side]) if side in given else 1 for side in ("nrows", "ncols")]
    if not all(isinstance(side, int) and side > 0 for side in sides):
        return None
    return tuple(int(side) for side in sides if side is not None and side != 1)


def _is_of_figure(value: ast.expr) -> bool:
    """``fig.subplots`` gives the plots alone; ``plt.subplots`` the figure, too."""
    receiver = value.func.value if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) else None
    return not (isinstance(receiver, ast.Name) and receiver.id in ("plt", "pyplot"))


def _flattened(value: ast.expr, shapes: dict[str, Shape]) -> Shape | None:
    inner = value.func if isinstance(value, ast.Call) else value
    if isinstance(inner, ast.Attribute) and inner.attr in ("flat", "flatten", "ravel"):
        shape = _shape(inner.value, shapes)
        return (prod(shape),) if shape else None
    return _shape(value, shapes)


def _shape(node: ast.expr, shapes: dict[str, Shape]) -> Shape | None:
    """Of a name, or of a name with constant places; None where it is not known."""
    if isinstance(node, ast.Name):
        return shapes.get(node.id)
    if not isinstance(node, ast.Subscript):
        return None
    shape = _shape(node.value, shapes)
    places = _places(node)
    if shape is None or places is None or len(places) > len(shape):
        return None
    return shape[len(places) :]


def _places(node: ast.Subscript) -> list[int] | None:
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    given = [each for each in map(number, parts) if isinstance(each, int)]
    return given if len(given) == len(parts) else None


def _misuse(part: ast.AST, shapes: dict[str, Shape]) -> tuple[str, str] | None:
    if isinstance(part, ast.Attribute):
        shape, asked = _shape(part.value, shapes), ast.unparse(part.value)
        if shape and part.attr not in _OF_ARRAYS:
            return "AttributeError", f"`{asked}` would be {_said(shape)}, which has no `{part.attr}`"
        if shape == () and part.attr in ("flat", "flatten", "ravel", "shape"):
            return "AttributeError", f"`{asked}` would be one plot, which has no `{part.attr}`"
    elif isinstance(part, ast.Subscript):
        shape, places = _shape(part.value, shapes), _places(part)
        if shape == ():
            return "TypeError", f"`{ast.unparse(part.value)}` would be one plot, which has no places"
        if shape and places is not None:
            near = zip(places, shape, strict=False)
            if len(places) > len(shape) or any(not -size <= place < size for place, size in near):
                return "IndexError", f"`{ast.unparse(part)}` is no place of {_said(shape)}"
    elif isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and part.func.attr not in _TAKES_MANY:
        for word in part.keywords:
            if word.arg == "ax" and (shape := _shape(word.value, shapes)):
                return "AttributeError", f"`{ast.unparse(word.value)}` would be {_said(shape)}, not one plot to draw on"
    return None


def _said(shape: Shape) -> str:
    return f"an array of {' x '.join(map(str, shape))} plots"
