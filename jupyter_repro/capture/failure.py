"""How a run failed: the kind of error, what it says, and the line of the cell that it came from."""

from __future__ import annotations

from types import FunctionType
from typing import Any

from jupyter_repro.capture.guard import tried
from jupyter_repro.capture.world import redaction
from jupyter_repro.records import RunError

_PLAIN = (str, int, float, bytes, bool, type(None))


def failure_of(error: BaseException, namespace: dict[str, Any], source: str) -> RunError:
    """The record of an error that left a cell of this source, which ran in this namespace."""
    return RunError(
        name=type(error).__name__,
        value=tried(_message, error) or "",
        line=tried(_line, error, namespace, source),
    )


def _message(error: BaseException) -> str:
    """Its text; without calling a ``__str__`` of the user's once more than IPython does."""
    if any(type(each) not in _PLAIN for each in error.args):
        return ""
    own = next(each.__dict__["__str__"] for each in type(error).__mro__ if "__str__" in each.__dict__)
    of_the_users = isinstance(own, FunctionType) and own.__globals__.get("__name__") == "__main__"
    text = BaseException.__str__(error) if of_the_users else str(error)
    return redaction.message(" ".join(text.split()))[:200]


def _line(error: BaseException, namespace: dict[str, Any], source: str) -> int | None:
    """The outermost frame of the cell's own code. IPython runs a cell without the blank lines at its top."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_globals is not namespace:
        trace = trace.tb_next
    if trace is None:
        return None
    return trace.tb_lineno + source[: len(source) - len(source.lstrip())].count("\n")
