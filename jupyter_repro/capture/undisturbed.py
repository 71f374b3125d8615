"""Keeps what the user's session does from reaching into our work between cells: interrupts, and replaced built-ins.

IPython runs our callbacks in the main thread. A ``KeyboardInterrupt`` that struck there would end our work half-way and
show as an error in a callback; a ``len`` or ``isinstance`` that somebody replaced would be called by us, which may
show, or fail. Both are held back for as long as we work, and put back as they were.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # the enums of signal cost more than all the rest
import _thread
import builtins
import threading
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
_BUILTINS = tuple((name, getattr(builtins, name)) for name in _NAMES)


class Undisturbed:
    """``with Undisturbed() as held:`` nothing strikes within; `interrupted` says whether something wanted to."""

    __slots__ = ("_handler", "_replaced", "interrupted")

    def __init__(self) -> None:
        self.interrupted = False
        self._handler: Any = None
        self._replaced: dict[str, Any] | None = None

    def __enter__(self) -> Undisturbed:
        if threading.get_ident() == threading.main_thread().ident:
            handler = _signal.getsignal(_INTERRUPT)
            if handler is not None and handler is not _signal.SIG_DFL and handler is not _signal.SIG_IGN:
                self._handler = handler
                _signal.signal(_INTERRUPT, self._hold)
        namespace = builtins.__dict__
        for name, value in _BUILTINS:
            if namespace.get(name) is not value:
                if self._replaced is None:
                    self._replaced = {}
                self._replaced[name] = namespace.get(name, self)
                namespace[name] = value
        return self

    def __exit__(self, *error: object) -> None:
        if self._replaced is not None:
            for name, value in self._replaced.items():
                if value is self:
                    builtins.__dict__.pop(name, None)
                else:
                    builtins.__dict__[name] = value
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
