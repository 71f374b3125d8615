"""Whether a process-wide setting can be seen in what a run showed.

Readings of settings are not recorded, so this is a rule of thumb.
"""

from __future__ import annotations

from jupyter_repro.records import RunRecord


def matters(setting: str, run: RunRecord) -> bool:
    """Whether another value of ``setting`` would plausibly have changed what ``run`` showed or did."""
    area = setting.partition(":")[0]
    if area in ("rcParams", "matplotlib"):
        return any(output.name.startswith("image/") for output in run.outputs)
    if area == "pandas":
        return any(kind in ("result", "display") or name == "stdout" for kind, name in _shown(run)) and _handles(
            run, "pandas"
        )
    if area == "numpy":
        return any(name in ("text/plain", "stdout") for _, name in _shown(run)) and _handles(run, "numpy")
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
