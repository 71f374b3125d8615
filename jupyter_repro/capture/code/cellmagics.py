"""What magics do to names: which carry Python of this kernel, which bind names that the text does not show."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from functools import lru_cache

from IPython.core.inputtransformer2 import TransformerManager

PYTHON_CELLS = frozenset({"time", "timeit", "capture", "prun", "memit", "mprun", "lprun", "debug"})
"""Cell magics whose body runs as Python in the user's namespace."""
PYTHON_LINES = frozenset({"time", "timeit", "prun", "memit", "lprun", "mprun", "debug"})
"""Line magics whose argument does."""
OPAQUE_LINES = frozenset(
    "run store load_ext reload_ext reset reset_selective xdel pylab load loadpy rerun recall macro edit autoreload "
    "R sql aimport matplotlib".split()
)
"""Line magics that can bind or delete names."""
OPAQUE_CELLS = frozenset("cython cython_inline sql R julia octave matlab px bigquery".split())
"""Cell magics that can bind names which their text does not show."""

_OPTION = re.compile(r"^(?:-(?:[nrtcpq]\s*\d+|[oqtcv]|-\S+)\s+)+")
_INPUTS = re.compile(r"(?:^|\s)(?:-i|--input)[=\s]\s*(\S+)")
_INTERPOLATION = re.compile(r"(?<!\$)\$\{?([A-Za-z_]\w*)|(?<!\{)\{([A-Za-z_]\w*)[^{}]*\}")


def without_options(line: str) -> str:
    """The statement in a ``%timeit -n 3 f(x)`` line."""
    return _OPTION.sub("", line.strip() + " ").strip()


@lru_cache(maxsize=64)
def transformed(body: str) -> str:
    """Cell text after IPython's transformations; as it stands where they fail."""
    if not any(each in body for each in "%!?"):
        return body
    try:
        return str(TransformerManager().transform_cell(body))
    except SyntaxError:
        return body


def unwrapped(tree: ast.Module, magics: Iterable[str]) -> ast.Module:
    """The cell with the Python that its magics carry (``%%time``, ``%timeit``) in place of them."""
    if not any(each.lstrip("%") in PYTHON_CELLS | PYTHON_LINES for each in magics):
        return tree
    body: list[ast.stmt] = []
    for statement in tree.body:
        value = getattr(statement, "value", None)
        text = _carried(value) if isinstance(value, ast.Call) else None
        try:
            body += [statement] if text is None else ast.parse(transformed(text)).body
        except (SyntaxError, ValueError):
            body.append(statement)
    return ast.Module(body, [])


def _carried(call: ast.Call) -> str | None:
    kind = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    arguments = [each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    if kind == "run_cell_magic" and len(arguments) == 3 and arguments[0] in PYTHON_CELLS:
        return arguments[2]
    if kind == "run_line_magic" and len(arguments) == 2 and arguments[0] in PYTHON_LINES:
        return without_options(arguments[1])
    return None


def interpolations(text: str) -> set[str]:
    """Names that ``$name`` and ``{name}`` in a magic's or shell line take from the namespace."""
    return {first or second for first, second in _INTERPOLATION.findall(text)}


def handed_over(magic: str, line: str) -> set[str]:
    """Names that a magic's line hands to it: ``%store df``, ``%%R -i df,limit``."""
    if magic == "store":
        words = line.partition(">")[0].split()
        return set() if words and words[0].startswith("-") else {word for word in words if word.isidentifier()}
    return {name for names in _INPUTS.findall(line) for name in names.split(",") if name.isidentifier()}
