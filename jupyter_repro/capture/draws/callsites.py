"""Where in the source a running call stands: the call's node, the function's node, and what names are made of there.

A frame tells the position of the instruction it is at; from Python 3.11 on to the column, before to the line.
"""

from __future__ import annotations

import ast
import dis
import inspect
import linecache
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from types import CodeType, FrameType

from jupyter_repro.capture.calls import ascaller

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_TREES = 64
"""Parsed files that are kept."""
_CALLS = 256
"""Calls by their own text that are kept."""


@dataclass(frozen=True, slots=True)
class Definition:
    """What gives a name its value: an expression or a class. ``part`` is set for ``name.part = ...``."""

    part: tuple[str, ...]
    node: ast.AST


@dataclass(slots=True)
class Names:
    """The names bound directly in a module's, a class's or a function's own body."""

    definitions: dict[str, list[Definition]] = field(default_factory=dict)
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Name -> (module, attribute or "")."""


def users_frames(frame: FrameType | None) -> Iterator[FrameType]:
    """The frames from this one outwards that are not ours."""
    while frame is not None:
        if not _is_ours(frame):
            yield frame
        frame = frame.f_back


def _is_ours(frame: FrameType) -> bool:
    return frame.f_code.co_name == ascaller.NAME or str(frame.f_globals.get("__name__", "")).startswith(
        "jupyter_repro.capture"
    )


_trees: dict[str, tuple[list[str], ast.Module | None]] = {}


def tree_of(filename: str) -> ast.Module | None:
    """The syntax tree of a cell or file, None where its text is not to be had."""
    if filename.startswith("/"):
        linecache.checkcache(filename)  # a script may have been edited since it ran last
    lines = linecache.getlines(filename)
    known = _trees.get(filename)
    if known is not None and known[0] is lines:
        return known[1]
    try:
        tree = ast.parse("".join(lines)) if lines else None
    except (SyntaxError, ValueError, RecursionError):
        tree = None
    if len(_trees) >= _TREES:
        _trees.clear()
    _trees[filename] = (lines, tree)
    return tree


def call_at(frame: FrameType) -> ast.Call | None:
    """The call that the frame is in the middle of, None where the source does not tell."""
    tree = tree_of(frame.f_code.co_filename)
    if tree is None:
        return None
    if sys.version_info < (3, 11):
        return _shortest_call(tree, frame.f_lineno)
    position = next(islice(frame.f_code.co_positions(), frame.f_lasti // 2, None), None)
    if position is None:
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and position == (
            node.lineno,
            node.end_lineno,
            node.col_offset,
            node.end_col_offset,
        ):
            return node
    return None


_written: dict[tuple[int, int], tuple[CodeType, ast.Call | None]] = {}
"""(id of a code object, instruction) -> that code object, and the call there."""


def call_as_written(code: CodeType, instruction: int) -> ast.Call | None:
    """The call at an instruction (``f_lasti``) by its own text, None where the source does not tell.

    Its nodes stand in no tree. So the file around it, thousands of lines in a library, need not be parsed for it: that
    takes 30 ms and leaves 10 MB.
    """
    known = _written.get((id(code), instruction))  # by its hash it would be looked up in 5 us
    if known is None:
        if len(_written) >= _CALLS:
            _written.clear()
        known = _written[id(code), instruction] = (code, _parsed_alone(code, instruction))
    return known[1]


def _parsed_alone(code: CodeType, instruction: int) -> ast.Call | None:
    if sys.version_info < (3, 11):
        return _call_on_line(code, instruction)
    line, end_line, column, end_column = next(islice(code.co_positions(), instruction // 2, None), (None,) * 4)
    if line is None or end_line is None or column is None or end_column is None:
        return None
    lines = [each.encode() for each in linecache.getlines(code.co_filename)[line - 1 : end_line]]
    if len(lines) != end_line - line + 1:
        return None
    lines[-1] = lines[-1][:end_column]
    lines[0] = lines[0][column:]
    try:
        found = ast.parse(b"(" + b"".join(lines) + b"\n)", mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        return None
    return found if isinstance(found, ast.Call) else None


def _call_on_line(code: CodeType, instruction: int) -> ast.Call | None:
    """The shortest call on the line of an instruction, found in the text of its function."""
    line = max((at for at in dis.findlinestarts(code) if at[0] <= instruction), default=(0, code.co_firstlineno))[1]
    lines, first = linecache.getlines(code.co_filename), 1
    if code.co_name != "<module>":
        first = code.co_firstlineno
        lines = inspect.getblock(lines[first - 1 :])
    try:
        tree = ast.parse(textwrap.dedent("".join(lines)))
    except (SyntaxError, ValueError, RecursionError):
        return None
    return _shortest_call(tree, line - first + 1)


def _shortest_call(tree: ast.Module, line: int) -> ast.Call | None:
    on_line = [
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.lineno <= line <= (node.end_lineno or 0)
    ]
    return min(on_line, key=lambda node: (node.end_lineno or 0) - node.lineno, default=None)


def function_of(code: CodeType) -> Function | None:
    """The definition that a code object was compiled from, None for a module's or where the source does not tell."""
    tree = tree_of(code.co_filename)
    if tree is None:
        return None
    for node in ast.walk(tree):
        if isinstance(node, _FUNCTIONS):
            decorators = getattr(node, "decorator_list", ())
            first = min([node.lineno, *(each.lineno for each in decorators)])
            if first == code.co_firstlineno and getattr(node, "name", "<lambda>") == code.co_name:
                return node
    return None


def names_in(node: ast.AST) -> Names:
    """What is bound in the body of a module, class or function, those nested in it left out."""
    found = Names()
    body = node.body if isinstance(node.body, list) else [node.body]  # type: ignore[attr-defined]
    waiting: list[ast.AST] = list(reversed(body))
    while waiting:
        each = waiting.pop()
        _note(each, found)
        if not isinstance(each, (*_FUNCTIONS, ast.ClassDef)):
            waiting.extend(reversed(list(ast.iter_child_nodes(each))))
    return found


def _note(node: ast.AST, found: Names) -> None:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            _bind(target, node.value, found)
    elif isinstance(node, (ast.AugAssign, ast.AnnAssign, ast.NamedExpr)):
        if node.value is not None:
            _bind(node.target, node.value, found)
    elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
        _bind(node.target, node.iter, found)
    elif isinstance(node, ast.withitem):
        if node.optional_vars is not None:
            _bind(node.optional_vars, node.context_expr, found)
    elif isinstance(node, ast.ClassDef):
        found.definitions.setdefault(node.name, []).append(Definition((), node))
    elif isinstance(node, ast.Import):
        for alias in node.names:
            top = alias.name if alias.asname else alias.name.partition(".")[0]
            found.imports[alias.asname or top] = (top, "")
    elif isinstance(node, ast.ImportFrom) and node.module:
        for alias in node.names:
            found.imports[alias.asname or alias.name] = (node.module, alias.name)


def _bind(target: ast.expr, value: ast.expr, found: Names) -> None:
    if isinstance(target, (ast.Tuple, ast.List)):
        same = isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts)
        for number, each in enumerate(target.elts):
            _bind(each, value.elts[number] if same else value, found)  # type: ignore[attr-defined]
    elif isinstance(target, ast.Starred):
        _bind(target.value, value, found)
    else:
        path = path_of(target)
        if path:
            found.definitions.setdefault(path[0], []).append(Definition(path[1:], value))


def path_of(node: ast.expr) -> tuple[str, ...]:
    """``a.b['c'][0]`` as ("a", "b", "c", "0"); () for anything else."""
    parts: list[str] = []
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Attribute):
            parts.append(node.attr)
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            parts.append(str(node.slice.value))
        else:
            return ()
        node = node.value
    return (node.id, *reversed(parts))
