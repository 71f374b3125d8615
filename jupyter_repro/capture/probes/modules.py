"""Modules that a run imported for the first time, with the distribution that brought each.

Not seen: modules loaded by other means than the import system, and what a reload changed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

from jupyter_repro.capture.distributions import Distributions
from jupyter_repro.capture.probe import Draft, Probe
from jupyter_repro.records import Module, Origin

LookUp = Callable[[str, "str | None"], "tuple[Origin, str | None, str | None]"]
HIDDEN = ("jupyter_repro", "__mp_main__", "__main__")


class ModulesProbe(Probe):
    """Compares ``sys.modules`` before and after. Names and paths at once, what needs metadata files when idle."""

    name = "modules"

    def __init__(self, installed: Distributions) -> None:
        self._count = 0
        self._known: set[str] = set()
        self._told: set[str] = set()
        self._installed = installed
        self._unsure: list[tuple[int, list[tuple[str, str | None]]]] = []

    def start(self, shell: Any) -> str:
        self._project = os.path.realpath(os.getcwd())
        self._known = set(sys.modules)
        self._told = {name for name in self._known if "." not in name}
        self._count = len(sys.modules)
        return "on"

    def after(self, draft: Draft) -> None:
        if len(sys.modules) == self._count:
            return
        current = set(sys.modules)
        new = sorted(current - self._known)
        self._known, self._count = current, len(sys.modules)
        found: list[tuple[str, str | None]] = []
        for name in new:
            top = name.partition(".")[0]
            if name.startswith(HIDDEN) or (top in self._told and top in sys.stdlib_module_names):
                continue
            path = file_of(sys.modules.get(name))
            if top not in self._told:
                self._told.add(top)
                found.append((top, file_of(sys.modules.get(top))))
            if name != top and path is not None and self._installed.at_a_glance(top, path)[0] == "local":
                found.append((name, path))
        draft.modules.extend(self._described(found, self._installed.at_a_glance))
        if draft.modules:
            self._unsure.append((draft.n, found))

    def idle(self, budget: float) -> list[tuple[int, dict[str, Any]]]:
        unsure, self._unsure = self._unsure, []
        return [(n, {"modules": tuple(self._described(found, self._installed.of_module))}) for n, found in unsure]

    def _described(self, found: list[tuple[str, str | None]], look_up: LookUp) -> Iterator[Module]:
        for name, path in found:
            origin, distribution, version = look_up(name.partition(".")[0], path)
            if path is None and origin == "unknown":
                continue  # made up at run time, by Cython for instance
            shown = path if origin in ("local", "editable") else None
            if shown is not None and shown.startswith(self._project + os.sep):
                shown = shown[len(self._project) + 1 :].replace(os.sep, "/")
            yield Module(name=name, distribution=distribution, version=version, origin=origin, path=shown)


def file_of(module: Any) -> str | None:
    """Absolute path of a module's source or of a namespace package's folder, None where there is none."""
    spec = getattr(module, "__spec__", None)
    origin = getattr(spec, "origin", None) or getattr(module, "__file__", None)
    if isinstance(origin, str) and os.path.isabs(origin):
        return os.path.realpath(origin)
    locations = getattr(module, "__path__", None)
    try:
        first = next(iter(locations)) if locations is not None else None
    except (TypeError, StopIteration):
        first = None
    return os.path.realpath(first) if isinstance(first, str) else None
