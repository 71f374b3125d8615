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


def as_caller(function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """``function(*args, **kwargs)`` on behalf of the caller of our caller. Costs about a microsecond."""
    caller = sys._getframe(2)
    code = _CALL.replace(co_filename=caller.f_code.co_filename, co_firstlineno=caller.f_lineno or 1)
    return FunctionType(code, caller.f_globals)(function, args, kwargs)
