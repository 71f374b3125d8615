"""What the session's imports rest on: distributions, shared libraries, BLAS, and the state of the working tree.

Told when the kernel is idle, and again when it changes. Which system package owns a library is not asked here: that
takes a look through the package manager's files, and can be asked later.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from jupyter_repro.capture.environment import gitstate, machine
from jupyter_repro.capture.environment.distributions import Distributions
from jupyter_repro.capture.probe import Draft, Probe
from jupyter_repro.capture.probes.modules import file_of


class EnvironmentProbe(Probe):
    """Collects what was imported; run number 0 in its `idle` answer means the session's ``env`` line."""

    name = "environment"

    def __init__(self, installed: Distributions) -> None:
        self._changed = True
        self._told: frozenset[str] = frozenset()
        self._imported: set[str] = set()
        self._installed = installed
        self._dirty = ""
        self._folder = ""

    def start(self, shell: Any) -> str:
        self._folder = os.getcwd()
        return "on"

    def after(self, draft: Draft) -> None:
        self._changed = self._changed or bool(draft.modules)
        self._imported.update(module.name.partition(".")[0] for module in draft.modules)

    def idle(self, budget: float) -> list[tuple[int, dict[str, Any]]]:
        if not self._changed:
            return []
        self.unfinished = not self._installed.go_on(budget)
        if self.unfinished:
            return []
        self._changed = False
        tops = frozenset(self._imported | {"ipykernel", "IPython"}.intersection(sys.modules))
        if tops == self._told:
            return []
        self._told = tops
        modules_of: dict[str, set[str]] = {}
        for top in tops:
            module = sys.modules.get(top)
            _, distribution, _ = self._installed.of_module(top, file_of(module))
            if distribution is not None:
                modules_of.setdefault(distribution, set()).add(top)
        libraries = machine.loaded_libraries()
        if not self._dirty:
            self._dirty = gitstate.dirty(self._folder) or "no repository"
        told = {
            "distributions": self._installed.described(modules_of),
            "libraries": tuple(machine.of_the_system(libraries)),
            "hardware": machine.numerics(libraries),
            "git": {"dirty": self._dirty} if self._dirty != "no repository" else {},
        }
        return [(0, told)]
