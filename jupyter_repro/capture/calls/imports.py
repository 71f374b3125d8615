"""Tells when a module has been imported, so that we can listen to a library from its first call on.

A finder in front of ``sys.meta_path`` sees the import begin. That it is complete we learn from the import system
itself, which then sets ``spec._initializing`` to False: the spec of a module that somebody waits for gets a subclass
with a setter for that, and its own class back at once. So no loader is replaced, and no frame of ours stands in the
traceback of an import that fails.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from jupyter_repro.capture.guard import shielded

Ready = Callable[[ModuleType], None]


class _WatchedSpec(ModuleSpec):
    """A spec that tells when its module is complete."""

    @property
    def _initializing(self) -> bool:
        return bool(self.__dict__.get("_initializing", False))

    @_initializing.setter
    def _initializing(self, value: bool) -> None:
        self.__dict__["_initializing"] = value
        if not value:
            self.__class__ = ModuleSpec  # type: ignore[assignment]
            ready = self.__dict__.pop("_jupyter_repro_ready", None)
            if ready is not None:
                ready(self.name)


def is_complete(module: Any) -> bool:
    """Whether this is a module that has been imported to its end; a lazy one is not asked, which would load it."""
    if not issubclass(type(module), ModuleType) or type(module).__name__ == "_LazyModule":
        return False
    return not getattr(module.__spec__, "_initializing", False)


class ImportWatch:
    """Calls back once for each awaited module, when it is complete; at once for those that are there already."""

    def __init__(self) -> None:
        self._awaited: dict[str, list[Ready]] = {}
        self._installed = False

    def wait_for(self, name: str, ready: Ready) -> None:
        """Call ``ready`` with the module of this name when it has been imported."""
        module = sys.modules.get(name)
        if is_complete(module):
            shielded(ready, module)
            return
        self._awaited.setdefault(name, []).append(ready)
        if not self._installed:
            sys.meta_path.insert(0, self)
            self._installed = True

    def stop(self) -> None:
        """Wait for nothing any more."""
        self._awaited.clear()
        if self._installed and self in sys.meta_path:
            sys.meta_path.remove(self)
        self._installed = False

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Called by the import system. Answers only for awaited modules, with what the finders after us say."""
        if name not in self._awaited:
            return None
        finders = list(sys.meta_path)
        for finder in finders[finders.index(self) + 1 :] if self in finders else finders:
            if not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                if type(spec) is ModuleSpec and spec.loader is not None:
                    spec.__dict__["_jupyter_repro_ready"] = self._ready
                    spec.__class__ = _WatchedSpec
                return spec
        return None

    def _ready(self, name: str) -> None:
        module: Any = sys.modules.get(name)
        if module is not None:  # else the import failed
            for ready in self._awaited.pop(name, ()):
                shielded(ready, module)
