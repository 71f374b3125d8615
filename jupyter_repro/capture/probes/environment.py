"""The distributions that the session's imports rest on, told when the kernel is idle, and again when they change.

Not seen: shared libraries and system packages.
"""

from __future__ import annotations

import sys
from typing import Any

from jupyter_repro.capture.distributions import Distributions
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

    def start(self, shell: Any) -> str:
        return "on"

    def after(self, draft: Draft) -> None:
        self._changed = self._changed or bool(draft.modules)
        self._imported.update(module.name.partition(".")[0] for module in draft.modules)

    def idle(self, budget: float) -> list[tuple[int, dict[str, Any]]]:
        if not self._changed:
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
        return [(0, {"distributions": self._installed.described(modules_of)})]
