"""Keeps what the user's session does from reaching into our work between cells: interrupts, and replaced built-ins.

IPython runs our callbacks in the main thread. A ``KeyboardInterrupt`` that struck there would end our work half-way and
show as an error in a callback; a ``len`` or ``time.time`` that somebody replaced (a mock, a frozen clock) would be
called by us, which may show, or fail. Both are held back for as long as we work, and put back as they were.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # the enums of signal cost more than all the rest
import _thread
import builtins
import datetime
import gc
import hashlib
import io
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable
from operator import is_, itemgetter
from types import ModuleType
from typing import Any

from jupyter_repro.capture.guard import quiet

_INTERRUPT = _signal.SIGINT
_LATER = 0.005
"""Seconds after which an interrupt that was meant for the cell that begins is sent on: by then it runs."""
_NAMES = """
    __build_class__ __import__ abs all any ascii bool bytearray bytes callable chr classmethod compile dict dir divmod
    enumerate eval exec filter float format frozenset getattr globals hasattr hash id int isinstance issubclass iter len
    list locals map max memoryview min next object ord pow property range repr reversed round set setattr slice sorted
    staticmethod str sum super tuple type vars zip Exception BaseException AttributeError KeyError LookupError OSError
    RuntimeError TypeError ValueError
""".split()
_FUNCTIONS: tuple[tuple[ModuleType, str], ...] = (
    (builtins, " ".join(_NAMES)),
    (time, "time monotonic perf_counter time_ns clock_gettime_ns"),
    (os, "getcwd getpid fspath fsencode fsdecode fstat lstat stat read write close pread scandir listdir readlink"),
    (os.path, "abspath basename dirname exists isabs isdir isfile join realpath"),
    (threading, "get_ident main_thread current_thread"),
    (hashlib, "md5 sha1 sha256 blake2b"),
    (json, "dumps loads"),
    (io, "BytesIO StringIO"),
    (gc, "get_referents"),
    (sys, "getsizeof _getframe"),
    (datetime, "datetime"),
)


def _table(module: ModuleType, names: Iterable[str]) -> tuple[dict[str, Any], Callable[..., Any], tuple[Any, ...]]:
    known = [name for name in names if name in vars(module)]
    return vars(module), itemgetter(*known, known[0]), (*known, known[0])


_TABLES = [_table(module, names.split()) for module, names in _FUNCTIONS]
_ORIGINALS = [get(namespace) for namespace, get, _ in _TABLES]


_all, _map, _zip = all, map, zip  # these may be replaced, too


def _replaced() -> list[tuple[dict[str, Any], str, Any, Any]]:
    """What is not what it was when we came: (namespace, name, what is there now, what was)."""
    found = []
    for (namespace, get, names), originals in _zip(_TABLES, _ORIGINALS):
        try:
            if _all(_map(is_, get(namespace), originals)):  # by identity: comparing would call what is there
                continue
        except KeyError:
            pass
        for name, original in _zip(names[:-1], originals):
            now = namespace.get(name, _MISSING)
            if now is not original:
                found.append((namespace, name, now, original))
    return found


_MISSING = object()


class Undisturbed:
    """``with Undisturbed() as held:`` nothing strikes within; `interrupted` says whether something wanted to."""

    __slots__ = ("_handler", "_replaced", "interrupted")

    def __init__(self) -> None:
        self.interrupted = False
        self._handler: Any = None
        self._replaced: list[tuple[dict[str, Any], str, Any, Any]] = []

    def __enter__(self) -> Undisturbed:
        if threading.get_ident() == threading.main_thread().ident:
            handler = _signal.getsignal(_INTERRUPT)
            if handler is not None and handler is not _signal.SIG_DFL and handler is not _signal.SIG_IGN:
                self._handler = handler
                _signal.signal(_INTERRUPT, self._hold)
        self._replaced = _replaced()
        for namespace, name, _, original in self._replaced:
            namespace[name] = original
        return self

    def __exit__(self, *error: object) -> None:
        for namespace, name, now, _ in self._replaced:
            if now is _MISSING:
                namespace.pop(name, None)
            else:
                namespace[name] = now
        if self._handler is not None:
            _signal.signal(_INTERRUPT, self._handler)

    def _hold(self, number: int, frame: Any) -> None:
        self.interrupted = True


def interrupt_the_cell() -> None:
    """Interrupt the main thread in a moment, when it runs the cell that a held interrupt was meant for."""
    timer = threading.Timer(_LATER, _thread.interrupt_main)
    timer.daemon = True
    timer.start()


def interrupt_nothing() -> None:
    """Let a handler of the user's hear of an interrupt that came when the cell was over: it ends nothing any more."""
    quiet(_signal.raise_signal, _INTERRUPT)
