"""Functions replaced so that we hear of their calls, and put back on unload.

Functions only, never classes: ``isinstance`` must keep working. A replacement calls the original with exactly what it
was given; our part runs afterwards, only when the original succeeded, and cannot raise. It has the original's type,
``repr``, signature and pickle, and its warnings name the caller's line. Where somebody replaced our replacement
meanwhile (a mock), it stays under theirs and falls silent.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from types import FunctionType, MethodType
from typing import Any

from jupyter_repro.capture.calls.ascaller import as_caller
from jupyter_repro.capture.calls.lookalike import lookalike
from jupyter_repro.capture.calls.unasked import unasked
from jupyter_repro.capture.guard import shielded

Heard = Callable[[Any, tuple[Any, ...], dict[str, Any]], None]
"""Receives (result, positional arguments, keyword arguments) of a call that succeeded. Of a bound method: its object
first."""
Before = Callable[[], None]

_CAPABLE: tuple[set[Any], ...] = (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks)
"""Functions that can do a thing on this system: libraries ask whether ``os.open`` is among them."""


def _tell(heard: Heard, result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    heard(result, *unasked(result, args, kwargs))


class Patches:
    """A set of replaced attributes that can be put back."""

    def __init__(self) -> None:
        self._replaced: list[tuple[Any, str, Any, Any]] = []
        self.active = True

    def listen(self, owner: Any, name: str, heard: Heard) -> None:
        """Hear of the successful calls of ``owner.name``. An owner without it is passed over."""

        def listening(original: Callable[..., Any]) -> Callable[..., Any]:
            def call(*args: Any, **kwargs: Any) -> Any:
                result = as_caller(original, args, kwargs)
                if self.active:
                    shielded(_tell, heard, result, args, kwargs)
                return result

            return call

        self.replace(owner, name, listening)

    def surround(self, owner: Any, name: str, before: Before, heard: Heard) -> None:
        """As `listen`, and hear of the call before it is made too."""

        def surrounding(original: Callable[..., Any]) -> Callable[..., Any]:
            def call(*args: Any, **kwargs: Any) -> Any:
                if self.active:
                    shielded(before)
                result = as_caller(original, args, kwargs)
                if self.active:
                    shielded(_tell, heard, result, args, kwargs)
                return result

            return call

        self.replace(owner, name, surrounding)

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
            inner = original.__func__ if type(original) is MethodType and not isinstance(owner, type) else original
            function = functools.update_wrapper(make(inner), inner)
            if inner is not original:
                replacement = MethodType(function, original.__self__)
            else:
                replacement = lookalike(original, function) or function
        home = sys.modules.get(getattr(original, "__module__", None) or "")
        if not self._put(owner, name, original, replacement):
            return
        if getattr(home, name, None) is original:  # pickle looks functions up by module and name
            self._put(home, name, original, replacement)
        elif isinstance(owner, type):
            return  # found by its qualified name
        elif isinstance(replacement, FunctionType) and getattr(home, name, None) is not replacement:
            replacement.__module__ = owner.__name__

    def _put(self, owner: Any, name: str, original: Any, replacement: Any) -> bool:
        try:
            setattr(owner, name, replacement)
        except (AttributeError, TypeError):
            return False
        self._replaced.append((owner, name, original, replacement))
        for capable in _CAPABLE:
            if original in capable:
                capable.add(replacement)
        return True

    def undo(self) -> None:
        """Put every original back that is still ours to put back."""
        self.active = False
        for owner, name, original, replacement in reversed(self._replaced):
            if getattr(owner, name, None) is replacement:
                setattr(owner, name, original)
            for capable in _CAPABLE:
                capable.discard(replacement)
        self._replaced.clear()
