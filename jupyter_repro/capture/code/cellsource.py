"""The source of a cell as Python: IPython's transformations undone into a tree, and the magics that were used."""

from __future__ import annotations

import ast
import re
import warnings
from typing import Any

_SPECIAL = re.compile(r"[%!?]|^[ \t,;/]|^(?:>>>|In \[)", re.MULTILINE)
_MAGIC = re.compile(r"get_ipython\(\)\.(run_line_magic|run_cell_magic|system|getoutput)\((?:'([^'\n]*)')?")
_PARSE = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
_IGNORE_ALL = [("ignore", None, Warning, None, 0)]
_SIGILS = {"run_line_magic": "%", "run_cell_magic": "%%", "system": "!", "getoutput": "!"}


def as_python(shell: Any, info: Any) -> str:
    """The cell's source after IPython's input transformations; as it stands where they fail."""
    transformed = getattr(info, "transformed_cell", None)
    if isinstance(transformed, str):
        return transformed
    source: str = info.raw_cell
    automagic = "\n" not in source.strip() and getattr(shell, "automagic", False)
    if not automagic and _SPECIAL.search(source) is None:
        return source
    try:
        return str(shell.transform_cell(source))
    except SyntaxError:
        return source


def parse(python: str) -> ast.Module | None:
    """The tree of a cell, None for a syntax error. Top-level ``await`` is fine.

    Python warns about odd literals while it parses, and the user's own compilation will: ours must not say it twice.
    ``warnings.catch_warnings`` is not the way: it makes every "once" warning of the session appear again.
    """
    filters = warnings.filters
    warnings.filters = _IGNORE_ALL
    try:
        return compile(python, "<cell>", "exec", _PARSE, dont_inherit=True)  # type: ignore[no-any-return]
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return None
    finally:
        warnings.filters = filters


def magics(python: str) -> list[str]:
    """Names of the magics in transformed source, with their sigil, each once, in order: ``%cd``, ``%%bash``, ``!``."""
    if "get_ipython()" not in python:
        return []
    found: dict[str, None] = {}
    for method, name in _MAGIC.findall(python):
        sigil = _SIGILS[method]
        found[sigil if sigil == "!" else sigil + name] = None
    return list(found)
