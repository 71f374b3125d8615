"""Hears of calls of chosen Python functions, with their arguments, before they run.

On Python 3.12 and newer by local ``sys.monitoring`` events on the functions' own code: nothing is replaced, no frame is
added, nothing else gets slower. On older versions, or where every monitoring tool id is taken, by replacing the
function in its module or class; `tracebacks` then hides the frame that this adds.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Mapping
from types import CodeType, FunctionType
from typing import Any

from jupyter_repro.capture.guard import shielded

Heard = Callable[[Mapping[str, Any]], None]
"""Receives the arguments by parameter name."""
TOOL = "jupyter-repro"


class FunctionCalls:
    """Listens to a set of functions until `stop`."""

    def __init__(self) -> None:
        self._monitoring: Any = getattr(sys, "monitoring", None)
        self._tool: int | None = None
        self._heard: dict[CodeType, Heard] = {}
        self._replaced: list[tuple[Any, str, Any, Any]] = []

    def start(self) -> str:
        """Which mechanism is used, for the layers."""
        if self._monitoring is None:
            return "on (replaced functions: this Python has no sys.monitoring)"
        for tool in (4, 3):
            if self._monitoring.get_tool(tool) is None:
                self._monitoring.use_tool_id(tool, TOOL)
                self._monitoring.register_callback(tool, self._monitoring.events.PY_START, self._started)
                self._tool = tool
                return "on"
        return "on (replaced functions: every free monitoring tool is taken)"

    def listen(self, owner: Any, name: str, heard: Heard) -> None:
        """Hear of the calls of the Python function ``owner.name``; anything else is passed over."""
        function = getattr(owner, "__dict__", {}).get(name)
        if not isinstance(function, FunctionType) or function.__code__ in self._heard:
            return
        self._heard[function.__code__] = heard
        if self._tool is not None:
            self._monitoring.set_local_events(self._tool, function.__code__, self._monitoring.events.PY_START)
            return
        replacement = _replacement(function, heard)
        try:
            setattr(owner, name, replacement)
        except (AttributeError, TypeError):
            return
        self._replaced.append((owner, name, function, replacement))

    def stop(self) -> None:
        """Stop listening and put back what was replaced."""
        if self._tool is not None:
            for code in self._heard:
                self._monitoring.set_local_events(self._tool, code, 0)
            self._monitoring.register_callback(self._tool, self._monitoring.events.PY_START, None)
            self._monitoring.free_tool_id(self._tool)
            self._tool = None
        for owner, name, function, replacement in reversed(self._replaced):
            if getattr(owner, "__dict__", {}).get(name) is replacement:
                setattr(owner, name, function)
        self._replaced.clear()
        self._heard.clear()

    def _started(self, code: CodeType, offset: int) -> None:
        heard = self._heard.get(code)
        if heard is not None:
            shielded(heard, sys._getframe(1).f_locals)


def _replacement(function: FunctionType, heard: Heard) -> Callable[..., Any]:
    names = function.__code__.co_varnames[: function.__code__.co_argcount]

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        shielded(heard, {**dict(zip(names, args)), **kwargs})
        return function(*args, **kwargs)

    return call
