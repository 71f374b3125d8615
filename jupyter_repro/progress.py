"""How long work tells what it is doing, and how it is asked to stop. Used by everything that takes over a second."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from jupyter_repro.errors import Cancelled


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """Where the work is: ``done`` of ``total`` (None where nobody knows), and what it does now, in one line."""

    stage: str
    """A stable word: ``plan``, ``lock``, ``write``, ``room``, ``run``, ``compare``, ``pack`` ..."""
    message: str
    done: int = 0
    total: int | None = None


class Progress:
    """Receives steps, and carries the wish to stop. Callable from any thread."""

    def __init__(self, report: Callable[[Step], None] | None = None) -> None:
        self._report = report
        self._stop = threading.Event()

    def step(self, stage: str, message: str, done: int = 0, total: int | None = None) -> None:
        """Report a step. Raises Cancelled when somebody asked to stop: call it often, never amid a write."""
        if self._stop.is_set():
            raise Cancelled("stopped as asked", hint="Nothing was left behind.")
        if self._report is not None:
            self._report(Step(stage=stage, message=message, done=done, total=total))

    def cancel(self) -> None:
        """Ask the work to stop at its next step."""
        self._stop.set()

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked to stop."""
        return self._stop.is_set()
