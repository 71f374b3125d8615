"""Cells after which any name may exist: their text does not say what they define."""

from __future__ import annotations

import ast
import re

from jupyter_repro.analysis.code.cellcode import CellCode

DEFINES_NOTHING = frozenset(
    [
        "!",
        "%matplotlib",
        "%time",
        "%timeit",
        "%cd",
        "%ls",
        "%pwd",
        "%pip",
        "%conda",
        "%env",
        "%set_env",
        "%config",
        "%autoreload",
        "%who",
        "%whos",
        "%reset",
        "%xmode",
        "%precision",
        "%%time",
        "%%timeit",
        "%%bash",
        "%%sh",
        "%%script",
        "%%html",
        "%%HTML",
        "%%javascript",
        "%%js",
        "%%latex",
        "%%markdown",
        "%%svg",
        "%%writefile",
        "%%file",
        "%%prun",
        "%prun",
        "%memit",
        "%%memit",
        "%mkdir",
        "%cat",
        "%rm",
        "%cp",
        "%mv",
        "%history",
        "%pinfo",
        "%pinfo2",
        "%psource",
        "%lsmagic",
        "%magic",
        "%logstart",
        "%doctest_mode",
        "%unload_ext",
    ]
)
_QUIET_EXTENSIONS = frozenset(
    ["autoreload", "jupyter_repro", "line_profiler", "memory_profiler", "watermark", "tensorboard", "nb_black"]
)


_NONE: frozenset[str] = frozenset()
_OPENERS = re.compile(r"globals|vars|locals")
_BINDING = re.compile(r"--(?:out|err|proc)[ =]+(\w+)")


def made_in_passing(code: CellCode) -> frozenset[str]:
    """Names that come to be without being bound in plain sight: ``global`` in functions, ``%%bash --out NAME``."""
    if "global" not in code.source and not code.magics:
        return _NONE
    declared = {name for node in code.nodes if isinstance(node, ast.Global) for name in node.names}
    return frozenset(declared | {name for magic in code.magics for name in _BINDING.findall(magic.argument)})


def may_define_anything(code: CellCode) -> bool:
    """Whether the cell may define names that its text does not show: star import, ``exec``, ``%run``, unknown magic."""
    if code.names.open:
        return True
    for magic in code.magics:
        if magic.name == "%load_ext" and magic.argument.split("#")[0].strip() in _QUIET_EXTENSIONS:
            continue
        if magic.name not in DEFINES_NOTHING:
            return not (magic.name == "%%capture" and not magic.argument.strip("-"))
    if code.tree is None:
        return code.syntax_error is None and not code.magics and bool(code.source.strip())
    return _OPENERS.search(code.source) is not None and any(
        first in ("globals", "vars", "locals") and not rest for first, rest, _ in code.calls
    )
