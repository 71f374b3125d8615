"""One file per kind of resource. Each says in its docstring what it cannot see.

The order of `PROBES` is the order in which they hear of a run's begin and end. What could disturb another probe's
measurement comes after it: outputs first (it flushes the streams), then the watchers of the world, then the inspectors
of the namespace; randomness before state, because what was drawn goes into a variable's lineage.
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
    "randomness.RandomnessProbe",
    "state.StateProbe",
    "settings.SettingsProbe",
)


def build_probes() -> list[Probe]:
    """A fresh instance of every probe, in order. Imported here: loading costs nothing before tracking starts."""
    from jupyter_repro.capture.distributions import Distributions

    installed = Distributions()
    probes: list[Probe] = []
    for name in PROBES:
        module, _, kind = name.partition(".")
        try:
            loaded = importlib.import_module(f"jupyter_repro.capture.probes.{module}")
        except ModuleNotFoundError as error:
            if error.name != f"jupyter_repro.capture.probes.{module}":
                raise
            continue
        needs_metadata = module in ("modules", "environment")
        probes.append(getattr(loaded, kind)(installed) if needs_metadata else getattr(loaded, kind)())
    return probes
