"""One file per kind of resource. Each says in its docstring what it cannot see.

The order of `PROBES` is the order in which they hear of a run's begin and end. What could disturb another probe's
measurement comes after it: outputs first (it flushes the streams), then the watchers of the world, then the inspectors
of the namespace.
"""

from __future__ import annotations

import importlib

from jupyter_repro.capture.probe import Probe

PROBES = (
    "outputs.OutputsProbe",
    "files.FilesProbe",
    "modules.ModulesProbe",
    "outside.OutsideProbe",
    "environment.EnvironmentProbe",
    "state.StateProbe",
    "settings.SettingsProbe",
    "randomness.RandomnessProbe",
)


def build_probes() -> list[Probe]:
    """A fresh instance of every probe, in order. Imported here, so that loading costs nothing before tracking starts."""
    probes = []
    for name in PROBES:
        module, _, kind = name.partition(".")
        try:
            loaded = importlib.import_module(f"jupyter_repro.capture.probes.{module}")
        except ModuleNotFoundError as error:
            if error.name != f"jupyter_repro.capture.probes.{module}":
                raise
            continue
        probes.append(getattr(loaded, kind)())
    return probes
