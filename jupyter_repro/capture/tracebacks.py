"""Takes the frames of our replaced functions out of tracebacks, so that an error looks as it does without the tracker.

A replaced function is a frame between the user's call and the original, and Python notes it in the traceback of an
error that passes through. Here it is unlinked before anything shows one: IPython's own display, and everything that
goes through the ``traceback`` module (``format_exc``, ``logging.exception``, uncaught errors of threads).
"""

from __future__ import annotations

import bdb
import traceback
from collections.abc import Mapping
from types import CodeType, TracebackType
from typing import Any

from jupyter_repro.capture.calls import ascaller
from jupyter_repro.capture.calls.ascaller import as_caller
from jupyter_repro.capture.calls.functioncalls import FunctionCalls
from jupyter_repro.capture.calls.patches import Patches
from jupyter_repro.capture.files.filecalls import FileCalls
from jupyter_repro.capture.guard import shielded

_OURS = tuple(
    method.__code__.co_filename for method in (FileCalls.start, FunctionCalls.start, Patches.listen, as_caller)
)


class HiddenFrames:
    """Keeps our frames out of what is shown, from `start` to `stop`."""

    def __init__(self) -> None:
        self._calls = FunctionCalls()
        self._shell: Any = None

    def start(self, shell: Any) -> None:
        """Hook into the shell's display of errors and into the ``traceback`` module."""
        self._calls.start()
        self._calls.listen(traceback.TracebackException, "__init__", self._shown)
        self._calls.listen(traceback, "extract_tb", self._extracted)
        self._calls.listen(traceback, "walk_tb", self._extracted)
        self._calls.listen(bdb.Bdb, "get_stack", self._debugged)
        self._shell, original = shell, shell._get_exc_info

        def get_exc_info(exc_tuple: Any = None) -> Any:
            kind, value, trace = original(exc_tuple)
            shielded(unlink, value, trace)
            return kind, value, trace

        self._replacement = get_exc_info
        shell._get_exc_info = get_exc_info

    def stop(self) -> None:
        """Undo it."""
        self._calls.stop()
        if self._shell is not None and self._shell.__dict__.get("_get_exc_info") is self._replacement:
            del self._shell.__dict__["_get_exc_info"]

    def _shown(self, arguments: Mapping[str, Any]) -> None:
        unlink(arguments.get("exc_value"), arguments.get("exc_traceback"))

    def _extracted(self, arguments: Mapping[str, Any]) -> None:
        unlink(None, arguments.get("tb"))

    def _debugged(self, arguments: Mapping[str, Any]) -> None:
        unlink(None, arguments.get("t"))


def unlink(error: BaseException | None, trace: TracebackType | None) -> None:
    """Take our frames out of a traceback and of those of the errors that it came from."""
    _unlink_one(trace)
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        each = waiting.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        _unlink_one(each.__traceback__)
        waiting += [each.__cause__, each.__context__]


def _unlink_one(trace: TracebackType | None) -> None:
    while trace is not None:
        following = trace.tb_next
        while following is not None and _is_ours(following.tb_frame.f_code):
            following = following.tb_next
        if following is not trace.tb_next:
            trace.tb_next = following
        trace = following


def _is_ours(code: CodeType) -> bool:
    return code.co_filename in _OURS or code.co_name == ascaller.NAME
