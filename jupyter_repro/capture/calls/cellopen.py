"""Hears of ``open`` in cells without a frame of ours: IPython's own ``open`` gets a line more.

In a cell ``open`` is a small Python function of IPython's, which calls ``io.open``. Its code is compiled again from
its source with a call of ours behind that of ``io.open``; lines, columns and names are the same, so that tracebacks,
warnings and everything that walks the stack see what they see without us.
"""

from __future__ import annotations

import ast
import inspect
import sys
import tokenize
from collections.abc import Callable
from types import CodeType, FunctionType
from typing import Any

from jupyter_repro.capture.guard import tried

Opened = Callable[[Any, Any, tuple[Any, ...], dict[str, Any]], None]
"""Receives the result, what was opened, and the other arguments of an ``open`` that succeeded."""
_FUTURES = 0x1FF0000
"""Flags of code that was compiled under ``from __future__`` imports."""


class CellOpen:
    """Listens from `start` to `stop`."""

    def __init__(self) -> None:
        self._function: FunctionType | None = None
        self._original: CodeType | None = None
        self._ours: CodeType | None = None

    def start(self, opened: Opened) -> bool:
        """Whether IPython's function has the known shape and is listened to. ``opened`` must not raise.

        Not before Python 3.11: there tracebacks mark the failing expression by comparing bytecode with the source's.
        """
        if sys.version_info < (3, 11):
            return False
        function = getattr(sys.modules.get("IPython.core.interactiveshell"), "_modified_open", None)
        if not isinstance(function, FunctionType):
            return False
        code = tried(_with_call, function, opened)
        if code is None:
            return False
        self._function, self._original, self._ours = function, function.__code__, code
        function.__code__ = code
        return True

    def stop(self) -> None:
        """Put IPython's own code back, where it is still ours."""
        if self._function is not None and self._original is not None and self._function.__code__ is self._ours:
            self._function.__code__ = self._original
        self._function = None


def _with_call(function: FunctionType, opened: Opened) -> CodeType | None:
    """The function's code with ``opened(result, file, args, kwargs)`` before it returns; None for another shape."""
    with tokenize.open(function.__code__.co_filename) as stream:  # not linecache: what it holds shows in tracebacks
        lines = stream.readlines()
    tree = ast.parse("".join(inspect.getblock(lines[function.__code__.co_firstlineno - 1 :])))
    body: list[ast.stmt] = tree.body[0].body  # type: ignore[attr-defined]
    last = body[-1]
    if function.__closure__ or not isinstance(last, ast.Return) or not isinstance(last.value, ast.Call):
        return None
    if function.__code__.co_varnames != ("file", "args", "kwargs") or ast.unparse(last.value.func) != "io_open":
        return None
    placeholder = "jupyter_repro opened"
    ours = ast.parse(f"result = None\nopened = {placeholder!r}\nopened(result, file, args, kwargs)\nreturn result").body
    for each in ours:
        for node in ast.walk(each):
            ast.copy_location(node, last)
    ours[0].value = last.value  # type: ignore[attr-defined]
    body[-1:] = ours
    ast.increment_lineno(tree, function.__code__.co_firstlineno - 1)
    flags = function.__code__.co_flags & _FUTURES
    module = compile(tree, function.__code__.co_filename, "exec", flags, dont_inherit=True)
    code = next(each for each in module.co_consts if isinstance(each, CodeType))
    if code.co_firstlineno != function.__code__.co_firstlineno or code.co_flags != function.__code__.co_flags:
        return None
    constants = tuple(opened if each == placeholder else each for each in code.co_consts)
    return code.replace(co_consts=constants)
