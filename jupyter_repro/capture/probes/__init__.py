"""One file per kind of resource. Each says in its docstring what it cannot see.

The order of `PROBES` is the order in which they hear of a run's begin and end. What could disturb another probe's
measurement comes after it: outputs first (it flushes the streams), then the watchers of the world, then the inspectors
of the namespace; randomness before state, because what was drawn goes into a variable's lineage.
"""

from __future__ import annotations

import importlib
from typing import Any

from jupyter_repro.capture.probe import Probe

PROBES = (
    "outputs.OutputsProbe",
    "files.FilesProbe",
    "modules.ModulesProbe",
    "outside.OutsideProbe",
    "environment.EnvironmentProbe",
    "randomness.RandomnessProbe",
    "state.StateProbe",
    "settings.SettingsProbe",
)


def build_probes() -> list[Probe]:
    """A fresh instance of every probe, in order. Imported here: loading costs nothing before tracking starts."""
    from jupyter_repro.capture.calls.imports import ImportWatch
    from jupyter_repro.capture.environment.distributions import Distributions

    installed, imports = Distributions(), ImportWatch()
    needs: dict[str, Any] = dict.fromkeys(("modules", "environment"), installed)
    needs.update(dict.fromkeys(("files", "outside", "randomness"), imports))
    probes: list[Probe] = []
    for name in PROBES:
        module, _, kind = name.partition(".")
        make = getattr(importlib.import_module(f"jupyter_repro.capture.probes.{module}"), kind)
        probes.append(make(needs[module]) if module in needs else make())
    return probes
