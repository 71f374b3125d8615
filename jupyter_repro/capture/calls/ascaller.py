"""Calls a function so that its warnings are the caller's: they go by the frame above, and ours would be that.

The call is made from a frame that has the caller's file, line and globals. So the filters, the "once" registry and the
text of a warning are what they are without us. `tracebacks` knows the frame by its name.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from types import CodeType, FunctionType
from typing import Any

NAME = "jupyter_repro_call"
"""Name of the frame's function."""
_CALL: CodeType = compile(f"def {NAME}(f, a, k): return f(*a, **k)", "", "exec").co_consts[0]


_KEPT = 512
_calls: dict[tuple[str, int], CodeType] = {}
"""(file, line) -> the code of our frame there: a loop calls from the same line again and again."""


def as_caller(function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """``function(*args, **kwargs)`` on behalf of the caller of our caller. Costs about half a microsecond."""
    caller = sys._getframe(2)
    place = (caller.f_code.co_filename, caller.f_lineno or 1)
    code = _calls.get(place)
    if code is None:
        if len(_calls) >= _KEPT:
            _calls.clear()
        code = _calls[place] = _CALL.replace(co_filename=place[0], co_firstlineno=place[1])
    return FunctionType(code, caller.f_globals)(function, args, kwargs)
