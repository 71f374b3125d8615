"""From the watch's events to what happened to each file.

A truncating open and an append look alike here (Linux 6.8 moved the events apart): KEEP means "perhaps".
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from jupyter_repro.capture.filecalls import DELETE, KEEP, READ, READ_BACK, WRITE
from jupyter_repro.capture.inotify import (
    ACCESS,
    CLOSE_NOWRITE,
    CLOSE_WRITE,
    CREATE,
    MODIFY,
    MOVED_FROM,
    MOVED_TO,
    Event,
)
from jupyter_repro.capture.inotify import DELETE as REMOVED

CLOCK_TICK_NS = 10_000_000
"""File times come from a coarse clock that may lag this much behind."""


@dataclass(slots=True)
class _File:
    existed: bool = False
    """It was there before the run."""
    fresh: bool = False
    """Created or moved here in this run: nothing of an earlier content is left."""
    read: bool = False
    """Read before this run changed it."""
    read_back: bool = False
    modified: bool = False
    closed_after_write: bool = False
    removed: bool = False


def told_by(events: list[Event], began_ns: int) -> dict[str, int]:
    """Path -> bits for every file that the events speak of; the bits as in `filecalls`."""
    files: dict[str, _File] = {}
    for event in events:
        file = files.get(event.path)
        if file is None:
            file = files[event.path] = _File(existed=not event.mask & (CREATE | MOVED_TO))
        _work_in(file, event.mask)
    return {path: bits for path, file in files.items() if (bits := _bits(path, file, began_ns))}


def _work_in(file: _File, mask: int) -> None:
    if mask & (CREATE | MOVED_TO):
        file.fresh = file.modified = True
        file.removed = False
    if mask & MODIFY:
        file.modified = True
    if mask & (ACCESS | CLOSE_NOWRITE):
        if not file.modified:
            file.read = True
        elif mask & CLOSE_NOWRITE:
            file.read_back = True
    if mask & CLOSE_WRITE:
        file.closed_after_write = True
    if mask & MOVED_FROM and not file.modified:
        file.read = True
    if mask & (REMOVED | MOVED_FROM):
        file.removed = True


def _bits(path: str, file: _File, began_ns: int) -> int:
    bits = (READ if file.read else 0) | (READ_BACK if file.read_back else 0)
    if file.removed:
        return bits | DELETE if file.existed else 0
    modified = file.modified
    if file.closed_after_write and not modified:  # sqlite reads so, and a memory map writes so: the file's time decides
        modified = changed_since(path, began_ns)
        bits |= 0 if modified else READ
    if modified:
        bits |= WRITE if file.fresh or not file.existed else WRITE | KEEP
    return bits


def changed_since(path: str, began_ns: int) -> bool:
    """Whether the file's status changed after a time. Copies may carry old modification times, so that is not asked."""
    try:
        return os.stat(path).st_ctime_ns >= began_ns - CLOCK_TICK_NS
    except OSError:
        return False
