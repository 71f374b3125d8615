"""Arguments that well-known calls refuse, by the text: ``alpha=1.5``, ``subplot(2, 2, 5)``, ``test_size=1.2``.

Each was tried with matplotlib 3.10, seaborn 0.13, pandas 3.1, NumPy 2.4, scikit-learn 1.9 and networkx 3.6; what is
refused in some versions alone, or for some values of other arguments, is left out.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from jupyter_repro.analysis.code.syntax import called, children, root_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """What a statement cannot do, by its text."""

    line: int
    error: str
    """Name of the exception."""
    why: str


_DRAWN = frozenset(
    "plot scatter bar barh hist fill_between fill_betweenx axvspan axhspan axvline axhline axline text imshow contour"
    " contourf pcolormesh errorbar step hlines vlines annotate grid quiver stackplot semilogx semilogy loglog fill"
    " histplot kdeplot scatterplot lineplot barplot stripplot tricontourf plot_surface plot_wireframe Rectangle Circle"
    " Ellipse Polygon draw draw_networkx draw_networkx_nodes draw_networkx_edges from_estimator".split()
)
"""Functions and methods that hand ``alpha`` and colours on to what they draw."""
_COLOURS = frozenset(["color", "facecolor", "edgecolor", "fc", "ec"])
_CAUGHT_OR_LATER = (ast.Try, ast.TryStar, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_SHARES = frozenset(["test_size", "train_size"])
_QUANTILES = {"quantile": 1.0, "nanquantile": 1.0, "percentile": 100.0, "nanpercentile": 100.0}
_GRIDS = frozenset(["subplot", "add_subplot"])


def refused(statement: ast.stmt, kinds: Mapping[str, str]) -> Refusal | None:
    """The first call in the statement that refuses its arguments. ``kinds``: types of names, where they are known."""
    for part in surely_reached(statement):
        if isinstance(part, ast.Call) and (found := _refused(part, kinds)) is not None:
            error, why = found
            return Refusal(line=statement.lineno, error=error, why=why)
    return None


@lru_cache(maxsize=4096)
def surely_reached(node: ast.AST) -> tuple[ast.AST, ...]:
    """The node and what below it runs and is not caught whenever it runs; loops are taken to run at least once."""
    found, waiting = [], [node]
    while waiting:
        part = waiting.pop()
        found.append(part)
        if isinstance(part, _CAUGHT_OR_LATER):
            continue
        match part:
            case ast.If(test=first) | ast.IfExp(test=first) | ast.While(test=first) | ast.BoolOp(values=[first, *_]):
                waiting.append(first)
            case ast.Name() | ast.Constant():
                pass
            case _:
                waiting += reversed(children(part))
    return tuple(found)


def number(node: ast.expr) -> int | float | None:
    """The value of a number that is written out, None for anything else."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = number(node.operand)
        return None if value is None else -value
    written = node.value if isinstance(node, ast.Constant) else None
    return written if isinstance(written, (int, float)) and not isinstance(written, bool) else None


def _refused(call: ast.Call, kinds: Mapping[str, str]) -> tuple[str, str] | None:
    function, name = call.func, called(call)
    words = {word.arg: word.value for word in call.keywords if word.arg is not None}
    for word, value in words.items():
        opacity = (word == "alpha" and name in _DRAWN) or (word == "framealpha" and name == "legend")
        split = word in _SHARES and name == "train_test_split" and isinstance(number(value), float)
        if opacity and _is_outside(value, 1.0):
            return "ValueError", f"`{name}` takes a `{word}` from 0 to 1, not {ast.unparse(value)}"
        if split and not 0 < (number(value) or 0) < 1:
            return "InvalidParameterError", f"`{name}` takes a share below 1 as `{word}`, not {ast.unparse(value)}"
        coloured = word in _COLOURS and name in _DRAWN and isinstance(value, ast.Tuple)
        if coloured and any(_is_outside(each, 1.0) for each in value.elts):  # type: ignore[attr-defined]
            return "ValueError", f"{ast.unparse(value)} is no colour: each part is from 0 to 1"
    if name in _QUANTILES and isinstance(function, ast.Attribute):
        of_module = isinstance(function.value, ast.Name) and function.value.id in ("np", "numpy")
        asked = call.args[1:2] if of_module else call.args[:1]
        for each in (*asked, *(words[word] for word in ("q",) if word in words)):
            parts = each.elts if isinstance(each, (ast.List, ast.Tuple)) else [each]
            if any(_is_outside(part, _QUANTILES[name]) for part in parts):
                return "ValueError", f"`{name}` takes 0 to {_QUANTILES[name]:g}, not {ast.unparse(each)}"
    share = number(words["frac"]) if name == "sample" and "frac" in words else None
    if share is not None and share > 1 and not words.keys() & {"replace", "weights"}:
        return "ValueError", "`sample` gives no more rows than there are without `replace`"
    axis = number(words["axis"]) if "axis" in words else None
    if axis is not None and axis > 1 and (name == "concat" or _is_table(function, kinds)):
        return "ValueError", f"a table has no axis {axis:g}"
    if name in _GRIDS:
        return _no_place(name, call)
    return None


def _is_table(function: ast.expr, kinds: Mapping[str, str]) -> bool:
    """Whether a method is asked of a pandas object, or of a part of one."""
    return kinds.get(root_of(function), "") in ("pandas.DataFrame", "pandas.Series")


def _is_outside(node: ast.expr, top: float) -> bool:
    value = number(node)
    return value is not None and not 0 <= value <= top


def _no_place(name: str, call: ast.Call) -> tuple[str, str] | None:
    """A place in a grid of plots that has fewer, ``134`` or ``2, 2, 5``."""
    given = [number(each) for each in call.args]
    if len(given) == 1 and isinstance(given[0], int) and 100 <= given[0] <= 999:
        given = [int(digit) for digit in str(given[0])]
    if len(given) != 3 or any(each is None for each in given):
        return None
    rows, columns, place = (each or 0 for each in given)
    if 1 <= place <= rows * columns:
        return None
    return "ValueError", f"`{name}` has {rows * columns:g} places, not a place {place:g}"
