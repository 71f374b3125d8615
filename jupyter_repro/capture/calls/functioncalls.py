"""Hears of calls of chosen Python functions, with their arguments, before they run.

On Python 3.12 and newer by local ``sys.monitoring`` events on the functions' own code: nothing is replaced, no frame is
added, nothing else gets slower. On older versions, or where every monitoring tool id is taken, by replacing the
function in its module or class; `tracebacks` then hides the frame that this adds.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Mapping
from itertools import repeat
from types import CodeType, FunctionType
from typing import Any

from jupyter_repro.capture.calls.ascaller import as_caller
from jupyter_repro.capture.guard import tried

Heard = Callable[[Mapping[str, Any]], bool | None]
"""Receives the arguments by parameter name. True says that nothing more needs to be heard until `wake`."""
TOOL = "jupyter-repro"


class _Monitor:
    """Our one tool of ``sys.monitoring``, taken while somebody listens. Every instance of `FunctionCalls` shares it."""

    def __init__(self) -> None:
        self._tool: int | None = None
        self._heard: dict[CodeType, list[Heard]] = {}

    def available(self) -> str:
        """Whether a tool id is ours or free: "" or why not."""
        monitoring = getattr(sys, "monitoring", None)
        if monitoring is None:
            return "this Python has no sys.monitoring"
        if self._tool is None and all(monitoring.get_tool(tool) is not None for tool in _TOOLS):
            return "every monitoring tool id is taken"
        return ""

    def add(self, code: CodeType, heard: Heard) -> None:
        """Hear of the starts of a code object."""
        monitoring: Any = sys.monitoring  # type: ignore[attr-defined]
        if self._tool is None:
            self._tool = next(tool for tool in _TOOLS if monitoring.get_tool(tool) is None)
            monitoring.use_tool_id(self._tool, TOOL)
            monitoring.register_callback(self._tool, monitoring.events.PY_START, self._started)
        self._heard.setdefault(code, []).append(heard)
        self.listen(code)

    def remove(self, code: CodeType, heard: Heard) -> None:
        """Stop hearing of it; the tool is given back with the last one."""
        monitoring: Any = sys.monitoring  # type: ignore[attr-defined]
        listeners = self._heard.get(code, [])
        if heard in listeners:
            listeners.remove(heard)
        if not listeners and self._heard.pop(code, None) is not None and self._tool is not None:
            monitoring.set_local_events(self._tool, code, 0)
        if not self._heard and self._tool is not None:
            monitoring.register_callback(self._tool, monitoring.events.PY_START, None)
            monitoring.free_tool_id(self._tool)
            self._tool = None

    def _started(self, code: CodeType, offset: int) -> None:
        listeners = self._heard.get(code, ())
        if all(list(map(tried, listeners, repeat(sys._getframe(1).f_locals)))):
            self.listen(code, False)

    def listen(self, code: CodeType, on: bool = True) -> None:
        """Hear of the starts of an added code object, or not for a while."""
        monitoring: Any = sys.monitoring  # type: ignore[attr-defined]
        if self._tool is not None and code in self._heard:
            monitoring.set_local_events(self._tool, code, monitoring.events.PY_START if on else 0)


_TOOLS = (4, 3)
"""The ids that no kind of tool (debugger, coverage, profiler, optimizer) is meant to take."""
_monitor = _Monitor()


class FunctionCalls:
    """Listens to a set of functions until `stop`."""

    def __init__(self) -> None:
        self._watched: list[tuple[CodeType, Heard]] = []
        self._replaced: list[tuple[Any, str, Any, Any]] = []
        self._resting: set[Heard] = set()
        self._set_aside: list[tuple[type, str, Any, Any]] = []
        self.mechanism = _monitor.available()

    def start(self) -> str:
        """Which mechanism is used, for the layers."""
        return f"on (replaced functions: {self.mechanism})" if self.mechanism else "on"

    def listen(self, owner: Any, name: str, heard: Heard) -> None:
        """Hear of the calls of the Python function ``owner.name``; anything else is passed over."""
        outermost = getattr(owner, "__dict__", {}).get(name)
        if not isinstance(outermost, FunctionType):
            return
        innermost = outermost
        while isinstance(inner := getattr(innermost, "__wrapped__", None), FunctionType):
            innermost = inner  # its parameters have names, a decorator's have not
        if not self.mechanism:
            if all(code is not innermost.__code__ for code, _ in self._watched):
                _monitor.add(innermost.__code__, heard)
                self._watched.append((innermost.__code__, heard))
            return
        replacement = self._replacement(owner, name, outermost, innermost, heard)
        try:
            setattr(owner, name, replacement)
        except (AttributeError, TypeError):
            return
        self._replaced.append((owner, name, outermost, replacement))

    def _replacement(
        self, owner: Any, name: str, function: FunctionType, innermost: FunctionType, heard: Heard
    ) -> Callable[..., Any]:
        names = innermost.__code__.co_varnames[: innermost.__code__.co_argcount]

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            if heard not in self._resting and tried(heard, {**dict(zip(names, args, strict=False)), **kwargs}):
                self._resting.add(heard)
                if isinstance(owner, type) and owner.__dict__.get(name) is call:  # nobody keeps a reference to a method
                    setattr(owner, name, function)
                    self._set_aside.append((owner, name, function, call))
            return as_caller(function, args, kwargs)

        return call

    def wake(self) -> None:
        """Hear again of what was heard enough of. To be called when a run begins."""
        for code, _ in self._watched:
            _monitor.listen(code)
        self._resting.clear()
        while self._set_aside:
            owner, name, function, replacement = self._set_aside.pop()
            if owner.__dict__.get(name) is function:
                setattr(owner, name, replacement)

    def stop(self) -> None:
        """Stop listening and put back what was replaced."""
        for code, heard in self._watched:
            _monitor.remove(code, heard)
        for owner, name, function, replacement in reversed(self._replaced):
            if getattr(owner, "__dict__", {}).get(name) is replacement:
                setattr(owner, name, function)
        self._watched.clear()
        self._replaced.clear()
