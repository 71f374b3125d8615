"""Builds machine-applicable fixes, and applies them to a notebook.

Text is changed only where the node's own text can be found back in the source: anything else gives no fix, never a
wrong one.
"""

from __future__ import annotations

import ast
import copy
import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from jupyter_repro.analysis.code.cellcode import CellCode
from jupyter_repro.analysis.code.textspan import TextSpans
from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings.finding import Edit, Fix
from jupyter_repro.analysis.flow import Root
from jupyter_repro.analysis.tables.seedable import SEED_WORDS
from jupyter_repro.analysis.tables.sources import SEED_SNIPPETS
from jupyter_repro.errors import BadInput

SEED = 0
_SEED_ARGUMENTS = SEED_WORDS | {"x", "a", "s", "entropy"}
"""What generators and seeding functions call their seed."""


class CannotFix(BadInput):
    """The notebook is no longer the one that the fix was made for."""


# building
def rewritten(code: CellCode, nodes: Iterable[ast.expr], change: Callable[[ast.expr, str], str | None]) -> str | None:
    """The cell's source with each node's text replaced by ``change(node, text)``; None where nothing could be changed.

    Of nested nodes the outermost is changed. ``change`` may return None to leave a node alone.
    """
    where = TextSpans(code.source)
    spans: list[tuple[int, int, str]] = []
    for node in sorted(
        nodes, key=lambda each: (each.lineno, each.col_offset, -(each.end_lineno or 0), -(each.end_col_offset or 0))
    ):
        span = where.of(node)
        if spans and span[0] < spans[-1][1]:
            continue
        text = code.source[span[0] : span[1]]
        if not _is_text_of(text, node):
            continue
        new = change(node, text)
        if new is not None and new != text:
            spans.append((*span, new))
    if not spans:
        return None
    source = code.source
    for start, end, new in reversed(spans):
        source = source[:start] + new + source[end:]
    return source


def with_keyword(keyword: str, value: str) -> Callable[[ast.expr, str], str | None]:
    """A change that passes ``keyword=value`` to a call, instead of what was passed for it before."""

    def change(node: ast.expr, text: str) -> str | None:
        if not isinstance(node, ast.Call) or not text.endswith(")"):
            return None
        fresh = ast.parse(text, mode="eval").body
        where = TextSpans(text)
        assert isinstance(fresh, ast.Call)
        for word in fresh.keywords:
            if word.arg == keyword:
                start, end = where.of(word.value)
                return text[:start] + value + text[end:]
        passed = [*fresh.args, *(word.value for word in fresh.keywords)]
        if not passed:
            inside = text.index("(", where.of(fresh.func)[1]) + 1
            return f"{text[:inside]}{keyword}={value}{text[inside:]}"
        if len(passed) == 1 and isinstance(passed[0], ast.GeneratorExp):
            return None  # it would need parentheses of its own
        # Behind the last argument and the parentheses around it: a comment may follow, and a comma.
        end = max(where.of(each)[1] for each in passed)
        closing = re.match(r"[\s)]*", text[end:-1])
        end += closing[0].rfind(")") + 1 if closing else 0
        return f"{text[:end]}, {keyword}={value}{text[end:]}"

    return change


def with_seed(value: str, *, only_none: bool = False) -> Callable[[ast.expr, str], str | None]:
    """A change that gives a call its seed: for the keyword that holds it now, else as the one argument.

    ``only_none``: a seed that is computed is left as it is.
    """

    def change(node: ast.expr, text: str) -> str | None:
        if not isinstance(node, ast.Call):
            return None
        word = next((each for each in node.keywords if each.arg in _SEED_ARGUMENTS), None)
        passed = word.value if word is not None else next(iter(node.args), None)
        if only_none and passed is not None and not (isinstance(passed, ast.Constant) and passed.value is None):
            return None
        if word is not None and word.arg:
            return with_keyword(word.arg, value)(node, text)
        if len(node.args) + len(node.keywords) > 1:
            return None
        return text[: text.index("(", len(ast.unparse(node.func)) - 1) + 1] + value + ")"

    return change


def wrapped(function: str) -> Callable[[ast.expr, str], str | None]:
    """A change that puts a node into ``function(...)``."""
    return lambda node, text: f"{function}({text})"


def replace_calls(
    ctx: Context, roots: Iterable[Root], change: Callable[[ast.expr, str], str | None], title: str
) -> Fix | None:
    """A fix that changes the text of what brings roots in, in the cells where it stands; None where nothing can be."""
    nodes: dict[str, list[ast.expr]] = {}
    for root in roots:
        home = _home_of(ctx, root)
        if home is not None and root.call is not None:
            nodes.setdefault(home, []).append(root.call)
    edits = []
    for cell_id, calls in nodes.items():
        source = rewritten(ctx.code(ctx.by_id[cell_id]), calls, change)
        if source is not None:
            edits.append(Edit(action="replace", cell=cell_id, source=source))
    return Fix(title=title, edits=tuple(edits)) if edits else None


def _home_of(ctx: Context, root: Root) -> str | None:
    """The cell in whose source the root's node stands: its own, or one above that defines the function around it."""
    above = reversed(ctx.cells[: ctx.position[root.cell] + 1])
    return next((cell.id for cell in above if any(node is root.call for node in ctx.code(cell).nodes)), None)


def replace_cell(ctx: Context, cell_id: str, source: str | None, title: str) -> Fix | None:
    """A fix that gives a cell new source; None where there is none."""
    if source is None or source == ctx.by_id[cell_id].source:
        return None
    return Fix(title=title, edits=(Edit(action="replace", cell=cell_id, source=source),))


def seed_cell(ctx: Context, generators: Sequence[str], before: str) -> Fix | None:
    """A fix that inserts a cell seeding these global generators just before the first draw."""
    lines: list[str] = []
    for generator in dict.fromkeys(generators):
        if generator not in SEED_SNIPPETS:
            continue
        module, snippet = SEED_SNIPPETS[generator]
        alias = next((name for name, dotted in _bound_above(ctx, before) if dotted == module), None)
        if alias is None:
            alias = {"numpy": "np", "tensorflow": "tf"}.get(module, module)
            lines.insert(0, f"import {module}" if alias == module else f"import {module} as {alias}")
        lines.append(snippet.format(alias=alias, seed=SEED))
    if not lines:
        return None
    edit = Edit(action="insert", index=ctx.by_id[before].index, source="\n".join(lines))
    return Fix(title=f"Insert a cell that seeds {_listed(dict.fromkeys(generators))}", edits=(edit,))


def _bound_above(ctx: Context, cell_id: str) -> list[tuple[str, str]]:
    return [pair for cell in ctx.cells[: ctx.position[cell_id]] for pair in ctx.code(cell).aliases.items()]


def _listed(names: Iterable[str]) -> str:
    return " and ".join(names)


def _is_text_of(text: str, node: ast.expr) -> bool:
    try:
        return ast.dump(ast.parse(f"({text}\n)", mode="eval").body) == ast.dump(node)
    except SyntaxError:
        return False


# applying
def apply(
    notebook: Any, edits: Iterable[Edit], *, ids: Sequence[str] | None = None
) -> tuple[dict[str, Any], list[str]]:
    """A copy of a notebook's JSON with the edits applied, and the ids of the cells that are to be run.

    ``ids`` are the cells' ids where the file itself has none (nbformat before 4.5). Everything not edited stays as it
    was, key order included. An edited cell loses its outputs: they belong to the old source. Raises CannotFix where an
    edit names a cell or place that is not there.
    """
    result: dict[str, Any] = copy.deepcopy(notebook)
    cells: list[dict[str, Any]] = result["cells"]
    names = list(ids) if ids is not None else [str(cell.get("id", "")) for cell in cells]
    to_run: list[str] = []
    for edit in edits:
        if edit.action == "insert":
            index = len(cells) if edit.index is None else edit.index
            if not 0 <= index <= len(cells):
                raise CannotFix(f"the notebook has no place {index} to insert a cell at", hint="Check it again.")
            cell_id = _new_id(edit.source or "", names)
            cells.insert(index, _code_cell(edit.source or "", cell_id if _has_ids(result) else None, like=cells))
            names.insert(index, cell_id)
            to_run.append(cell_id)
            continue
        if edit.cell not in names:
            raise CannotFix(f"the notebook has no cell {edit.cell}", hint="Check it again: it has changed since.")
        at = names.index(edit.cell)
        if edit.action == "replace":
            cells[at]["source"] = _as_written(edit.source or "", like=cells[at].get("source"))
            cells[at]["outputs"], cells[at]["execution_count"] = [], None
            to_run.append(edit.cell)
        elif edit.action == "move":
            cell, name = cells.pop(at), names.pop(at)
            index = len(cells) if edit.index is None else min(edit.index, len(cells))
            cells.insert(index, cell)
            names.insert(index, name)
        elif edit.action == "delete":
            del cells[at], names[at]
        else:
            to_run.append(edit.cell)
    return result, [name for name in dict.fromkeys(to_run) if name in names]


def _has_ids(notebook: dict[str, Any]) -> bool:
    return (notebook.get("nbformat", 4), notebook.get("nbformat_minor", 0)) >= (4, 5)


def _new_id(source: str, taken: Sequence[str]) -> str:
    """An id derived from the source, so that the same fix gives the same file."""
    number = 0
    while (name := hashlib.sha256(f"{number}:{source}".encode()).hexdigest()[:8]) in taken:
        number += 1
    return name


def _code_cell(source: str, cell_id: str | None, like: Sequence[dict[str, Any]]) -> dict[str, Any]:
    model: Any = next((cell.get("source") for cell in like if cell.get("cell_type") == "code"), [])
    cell: dict[str, Any] = {"cell_type": "code", "execution_count": None}
    if cell_id is not None:
        cell["id"] = cell_id
    return {**cell, "metadata": {}, "outputs": [], "source": _as_written(source, like=model)}


def _as_written(source: str, like: Any) -> Any:
    """Source in the form the file has it: a list of lines, or one string."""
    return source.splitlines(keepends=True) if isinstance(like, list) else source
