"""From the watch's events to what happened to each file.

A truncating open and an append look alike here (Linux 6.8 moved the events apart): KEEP means "perhaps".
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

from jupyter_repro.capture.files.filecalls import DELETE, KEEP, READ, READ_BACK, WRITE
from jupyter_repro.capture.files.inotify import (
    ACCESS,
    CLOSE_NOWRITE,
    CLOSE_WRITE,
    CREATE,
    MODIFY,
    MOVED_FROM,
    MOVED_TO,
    Event,
)
from jupyter_repro.capture.files.inotify import DELETE as REMOVED

_COARSE = getattr(time, "CLOCK_REALTIME_COARSE", 5)


@dataclass(frozen=True, slots=True)
class RunStart:
    """When a run began, by both clocks that file times come from: the coarse one lags some milliseconds behind.

    A file's *status* change is asked for, not its modification: copies carry old modification times.
    """

    coarse_ns: int
    real_ns: int

    @classmethod
    def now(cls) -> RunStart:
        """This moment."""
        try:
            return cls(time.clock_gettime_ns(_COARSE), time.time_ns())
        except (OSError, AttributeError):
            return cls(time.time_ns() - 10_000_000, time.time_ns())

    def precedes_change(self, path: str) -> bool:
        """Whether the file changed since, or just before within the coarse clock's tick."""
        return _changed_ns(path) >= self.coarse_ns

    def surely_precedes_change(self, path: str) -> bool:
        """Whether the file changed since, beyond doubt."""
        return _changed_ns(path) > self.real_ns


def _changed_ns(path: str) -> int:
    try:
        return os.stat(path).st_ctime_ns
    except OSError:
        return 0


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


def told_by(events: list[Event], began: RunStart) -> dict[str, int]:
    """Path -> bits (see `filecalls`) for every file that the events speak of; 0 for one that came and went."""
    files: dict[str, _File] = {}
    for event in events:
        file = files.get(event.path)
        if file is None:
            file = files[event.path] = _File(existed=not event.mask & (CREATE | MOVED_TO))
        _work_in(file, event.mask)
    return {path: _bits(path, file, began) for path, file in files.items()}


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


def _bits(path: str, file: _File, began: RunStart) -> int:
    bits = (READ if file.read else 0) | (READ_BACK if file.read_back else 0)
    if file.removed:
        return bits | DELETE if file.existed else 0
    modified = file.modified
    if file.closed_after_write and not modified:  # sqlite reads so, and a memory map writes so: the file's time decides
        modified = began.precedes_change(path)
        bits |= 0 if modified else READ
    if modified:
        bits |= WRITE if file.fresh or not file.existed else WRITE | KEEP
    return bits
