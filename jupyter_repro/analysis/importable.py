"""Whether a module could be imported, found out without importing it, and what installs one."""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from importlib.machinery import PathFinder

from jupyter_repro.analysis.context import Context

INSTALLS = re.compile(
    r"^[ \t]*(?:[!%][ \t]*|.*\bsubprocess\..*)(?:\{?sys\.executable\}?[ \t]+-m[ \t]+|python3?[ \t]+-m[ \t]+)?"
    r"(?:pip3?|conda|mamba|uv(?:[ \t]+pip)?)[ \t]+(?:install|add)[ \t]+(?P<what>[^\n]+)",
    re.MULTILINE,
)
"""A line that installs packages; ``what`` is the rest of it."""


def is_importable(ctx: Context, top: str) -> bool:
    """Whether the top-level module is there: in the standard library, installed here, or beside the notebook."""
    return top in sys.stdlib_module_names or top in sys.builtin_module_names or is_local(ctx, top) or _installed(top)


def is_local(ctx: Context, top: str) -> bool:
    """Whether a file or package of that name lies in the notebook's folder."""
    if not top.isidentifier() or top in sys.stdlib_module_names:
        return False
    folder = ctx.folder / top
    return (ctx.folder / f"{top}.py").is_file() or (folder.is_dir() and any(folder.glob("*.py")))


@lru_cache(maxsize=2048)
def _installed(top: str) -> bool:
    try:
        return PathFinder.find_spec(top, [path for path in sys.path if path]) is not None
    except (ImportError, ValueError, OSError):
        return False
