"""Files and folders outside the project that a cell names, by text or by a variable: watched before it runs.

What native libraries, child processes and fresh interpreters do there is then seen as it is inside the project. Paths
that are only made while the cell runs, from parts that are no paths themselves, are not found here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath
from typing import Any

from jupyter_repro.capture.values.kinds import Kinds

_PATHS = Kinds(type(PurePath()), type(Path()))
_STARTS = ("/", "~/", "../")
_QUOTED = re.compile(r"['\"]((?:/|~/|\.\./)[^'\"\n]*)")
_WORD = re.compile(r"(?:(?<=[\s=<>])|^)((?:/|~/|\.\./)[^\s'\"<>|;&`(){}]*)", re.MULTILINE)
_OPEN_ENDED = re.compile(r"[*?\[{$]")
ITEMS = 20
"""Items of a list or dictionary of paths that are looked at."""
LONGEST = 1000
"""Characters of a text that may be a path."""


def named_in(source: str, commands: bool) -> Iterator[str]:
    """Absolute paths in the text of a cell: as strings, and as words where it holds commands."""
    if "/" in source:
        for path in dict.fromkeys((*_QUOTED.findall(source), *(_WORD.findall(source) if commands else ()))):
            yield from _absolute(path)


def named_by(names: Iterable[str], namespace: dict[str, Any]) -> Iterator[str]:
    """Absolute paths that these variables hold, themselves or as items."""
    for name in names:
        value: Any = namespace.get(name)
        kind = type(value)
        if kind is str or kind in _PATHS:
            yield from _told(value)
        elif kind is list or kind is tuple or kind is dict:
            items = list(value.values() if kind is dict else value) if len(value) <= ITEMS else []
            for each in items:
                yield from _told(each)


def _told(value: Any) -> Iterator[str]:
    text = value if type(value) is str else PurePath.__str__(value) if type(value) in _PATHS else ""
    if len(text) < LONGEST and "\0" not in text:
        yield from _absolute(text)


def _absolute(path: str) -> Iterator[str]:
    """The path, as far as it is told: up to the folder where a pattern or a variable begins."""
    if path.startswith(_STARTS) or path == "..":
        end = _OPEN_ENDED.search(path)
        if end is not None:
            path = path[: path.rfind("/", 0, end.start()) + 1]
        path = os.path.abspath(os.path.expanduser(path))
        yield os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
        if os.path.islink(path):
            yield os.path.realpath(path)
