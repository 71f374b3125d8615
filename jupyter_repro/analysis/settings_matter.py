"""Whether a process-wide setting can be seen in what a run showed.

Readings of settings are not recorded, so this is a rule of thumb.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from jupyter_repro.records import RunRecord

_SHOWS_STYLE = ("rcParams", "axes_style", "plotting_context", "color_palette", "rc_params")
_RESETS = re.compile(r"\b(set_theme|sns\.set|seaborn\.set|rcdefaults|rc_file_defaults)\(|style\.use\(.default.\)")
"""Calls that give matplotlib's parameters all their values anew."""


def resets(run: RunRecord) -> bool:
    """Whether the run sets all of matplotlib's parameters before it can show anything: what they were is no input."""
    return _RESETS.search(run.source) is not None


def kept(settings: Mapping[str, str], run: RunRecord) -> dict[str, str]:
    """The settings that a run finds, without those that it resets."""
    if not resets(run):
        return dict(settings)
    return {name: value for name, value in settings.items() if not name.startswith("rcParams:")}


def matters(setting: str, run: RunRecord) -> bool:
    """Whether another value of ``setting`` would plausibly have changed what ``run`` showed or did."""
    area = setting.partition(":")[0]
    if area in ("rcParams", "matplotlib"):
        if any(output.name.startswith("image/") for output in run.outputs):
            return True
        return bool(run.outputs) and any(word in run.source for word in _SHOWS_STYLE)
    if area == "pandas":
        return any(kind in ("result", "display") or name == "stdout" for kind, name in _shown(run)) and _handles(
            run, "pandas"
        )
    if area == "numpy":
        return any(name in ("text/plain", "stdout") for _, name in _shown(run)) and _handles(run, "numpy")
    if area == "env":
        return setting.partition(":")[2] in run.variables
    if area == "decimal":
        return bool(run.outputs) and ("ecimal" in run.source or _handles(run, "decimal"))
    if area == "cwd":
        return (
            any(not touch.path.startswith("/") and touch.role == "user" for touch in run.files) or "cwd" in run.source
        )
    return False


def _shown(run: RunRecord) -> list[tuple[str, str]]:
    return [(output.kind, output.name) for output in run.outputs]


def _handles(run: RunRecord, library: str) -> bool:
    """Whether values of the library can be in play: the run's own types tell; where they do not, it is assumed."""
    kinds = set(run.kinds.values())
    return not kinds or any(kind.startswith(library) for kind in kinds) or bool(run.reads)
