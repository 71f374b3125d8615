"""Whether a process-wide setting can be seen in what a run showed.

Readings of settings are not recorded, so this is a rule of thumb.
"""

from __future__ import annotations

from jupyter_repro.records import RunRecord

_SHOWS_STYLE = ("rcParams", "axes_style", "plotting_context", "color_palette", "rc_params")


def matters(setting: str, run: RunRecord) -> bool:
    """Whether another value of ``setting`` would plausibly have changed what ``run`` showed or did."""
    area = setting.partition(":")[0]
    if area in ("rcParams", "matplotlib"):
        if any(output.name.startswith("image/") for output in run.outputs):
            return True
        return bool(run.outputs) and any(word in run.source for word in _SHOWS_STYLE)
    if setting.startswith("numpy:err."):
        return False  # says how to warn
    if area in ("pandas", "numpy"):
        return _shows_values(run) and _handles(run, area)
    if area == "env":
        return setting.partition(":")[2] in run.variables or "*" in run.variables
    if area == "attribute":
        return setting.rpartition(".")[2] in run.source
    if area == "decimal":
        return bool(run.outputs) and ("ecimal" in run.source or _handles(run, "decimal"))
    if area == "cwd":
        touched = any(not touch.path.startswith("/") and touch.role == "user" for touch in run.files)
        missed = run.error is not None and run.error.name == "FileNotFoundError"
        return touched or missed or "cwd" in run.source
    return False


def _shows_values(run: RunRecord) -> bool:
    """Whether a table or an array can be among what it showed: beside a plot, a result is the plot's own object."""
    names = {output.name for output in run.outputs}
    return "stdout" in names or ("text/plain" in names and not any(name.startswith("image/") for name in names))


def _handles(run: RunRecord, library: str) -> bool:
    """Whether values of the library can be in play: the run's own types tell; where they do not, it is assumed."""
    kinds = set(run.kinds.values())
    return not kinds or any(kind.startswith(library) for kind in kinds) or bool(run.reads)
