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
from jupyter_repro.capture.guard import shielded, tried

Heard = Callable[[Any, tuple[Any, ...], dict[str, Any]], bool | None]
"""Receives (result, positional arguments, keyword arguments) of a call that succeeded. Of a bound method: its object
first. True says that nothing more needs to be heard until `Patches.wake`."""
Before = Callable[[], None]

_CAPABLE: tuple[set[Any], ...] = (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks)
"""Functions that can do a thing on this system: libraries ask whether ``os.open`` is among them."""


def _tell(heard: Heard, result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool | None:
    return heard(result, *unasked(result, args, kwargs))


class Patches:
    """A set of replaced attributes that can be put back."""

    def __init__(self) -> None:
        self._replaced: list[tuple[Any, str, Any, Any]] = []
        self._resting: set[Heard] = set()
        self._set_aside: list[tuple[type, str, Any, Any]] = []
        self.active = True

    def listen(self, owner: Any, name: str, heard: Heard) -> None:
        """Hear of the successful calls of ``owner.name``. An owner without it is passed over."""

        def listening(original: Callable[..., Any]) -> Callable[..., Any]:
            def call(*args: Any, **kwargs: Any) -> Any:
                result = as_caller(original, args, kwargs)
                if self.active and heard not in self._resting and tried(_tell, heard, result, args, kwargs):
                    self._rest(heard, original)
                return result

            return call

        self.replace(owner, name, listening)

    def surround(self, owner: Any, name: str, before: Before, heard: Heard) -> None:
        """As `listen`, and hear of the call before it is made too."""

        def surrounding(original: Callable[..., Any]) -> Callable[..., Any]:
            def call(*args: Any, **kwargs: Any) -> Any:
                hears = self.active and heard not in self._resting
                if hears:
                    shielded(before)
                result = as_caller(original, args, kwargs)
                if hears and tried(_tell, heard, result, args, kwargs):
                    self._rest(heard, original)
                return result

            return call

        self.replace(owner, name, surrounding)

    def _rest(self, heard: Heard, original: Callable[..., Any]) -> None:
        """Fall silent. A method is put back meanwhile; a function is not, because somebody may keep a reference to it:
        its replacement then costs half a microsecond."""
        self._resting.add(heard)
        for owner, name, old, new in self._replaced:
            if old is original and isinstance(owner, type) and getattr(owner, name, None) is new:
                setattr(owner, name, old)
                self._set_aside.append((owner, name, old, new))

    def wake(self) -> None:
        """Hear again of what was heard enough of. To be called when a run begins."""
        self._resting.clear()
        while self._set_aside:
            owner, name, old, new = self._set_aside.pop()
            if getattr(owner, name, None) is old:
                setattr(owner, name, new)

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
