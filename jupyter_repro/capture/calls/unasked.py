"""Arguments of a call as we may look at them: a path of the user's own type is not asked a second time what it is.

``__fspath__`` may print, count or fail, and so may the methods of a subclass of ``str``. What was opened is told by its
descriptor instead; any other call on such a path goes unheard (inside the project the folder watch sees it).
"""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from jupyter_repro.capture.values.fingerprint_instances import dict_of_class, mro_of
from jupyter_repro.capture.values.kinds import Kinds

_PLAIN = Kinds(str, bytes, int, bool, float, type(None))
_FILES = Kinds(io.TextIOWrapper, io.BufferedReader, io.BufferedWriter, io.BufferedRandom, io.FileIO)
_PURE: Any = PurePath.__dict__["__fspath__"]


def unasked(result: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments of a call that gave ``result``, with paths and strings of the user's own types made plain."""
    if _PLAIN.all_of(args) and _PLAIN.all_of(kwargs.values()):
        return args, dict(kwargs)
    plain = tuple([plain_value(each, result) for each in args])
    return plain, {name: plain_value(each, result) for name, each in kwargs.items()}


def plain_value(value: Any, result: Any) -> Any:
    """A string for a string or a path, None for a path that cannot be told; anything else as it is."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if issubclass(kind, str):
        return str.__str__(value)
    asking = next((parts["__fspath__"] for parts in map(dict_of_class, mro_of(kind)) if "__fspath__" in parts), None)
    if asking is None:
        return value
    if asking is _PURE:
        return PurePath.__str__(value)
    if kind is os.DirEntry:
        return os.fspath(value)
    return _opened(result)


def _opened(result: Any) -> str | None:
    """The path of what a call has opened: a descriptor, or a file object of Python's own."""
    kind = type(result)
    if kind in _FILES:
        result = result.fileno()
    elif kind is not int:
        return None
    try:
        return os.readlink(f"/proc/self/fd/{result}")
    except OSError:
        return None
