"""Functions replaced so that we hear of their calls, and put back on unload.

Functions only, never classes: ``isinstance`` must keep working. A replacement calls the original with exactly what it
was given; our part runs afterwards, only when the original succeeded, and cannot raise. Where somebody replaced our
replacement meanwhile (a mock), it stays under theirs and falls silent.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any

from jupyter_repro.capture.guard import shielded

Heard = Callable[[Any, tuple[Any, ...], dict[str, Any]], None]
"""Receives (result, positional arguments, keyword arguments) of a call that succeeded."""


class Patches:
    """A set of replaced attributes that can be put back."""

    def __init__(self) -> None:
        self._replaced: list[tuple[Any, str, Any, Any]] = []
        self.active = True

    def listen(self, owner: Any, name: str, heard: Heard) -> None:
        """Hear of the successful calls of ``owner.name``. An owner without it is passed over."""

        def listening(original: Callable[..., Any]) -> Callable[..., Any]:
            def call(*args: Any, **kwargs: Any) -> Any:
                result = original(*args, **kwargs)
                if self.active:
                    shielded(heard, result, args, kwargs)
                return result

            return call

        self.replace(owner, name, listening)

    def replace(self, owner: Any, name: str, make: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
        """Put ``make(original)`` in place of ``owner.name``; one original gets one replacement wherever it lies."""
        original = getattr(owner, name, None)
        if original is None or isinstance(original, type):
            return
        for _, _, old, new in self._replaced:
            if original is new:
                return
            if original is old:
                replacement = new
                break
        else:
            replacement = functools.update_wrapper(make(original), original)
        try:
            setattr(owner, name, replacement)
        except (AttributeError, TypeError):
            return
        self._replaced.append((owner, name, original, replacement))
        home = sys.modules.get(replacement.__module__)
        if getattr(home, replacement.__qualname__, None) is not replacement:
            replacement.__module__ = owner.__name__  # pickle looks functions up by module and name

    def undo(self) -> None:
        """Put every original back that is still ours to put back."""
        self.active = False
        for owner, name, original, replacement in reversed(self._replaced):
            if getattr(owner, name, None) is replacement:
                setattr(owner, name, original)
        self._replaced.clear()
