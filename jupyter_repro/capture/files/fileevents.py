"""From the watch's events to what happened to each file.

A truncating open and an append look alike here (Linux 6.8 moved the events apart): KEEP means "perhaps".
"""

from __future__ import annotations

import os
import stat
import time
from dataclasses import dataclass

from jupyter_repro.capture.files.filecalls import DELETE, KEEP, READ, READ_BACK, SUPPOSED, WRITE
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
    """When it changed last: what a link leads to, or the link itself, which may be new."""
    try:
        status = os.lstat(path)
    except OSError:
        return 0
    if stat.S_ISLNK(status.st_mode):
        try:
            return max(status.st_ctime_ns, os.stat(path).st_ctime_ns)
        except OSError:
            pass  # it leads nowhere
    return status.st_ctime_ns


@dataclass(slots=True)
class _File:
    existed: bool = False
    """It was there before the run."""
    fresh: bool = False
    """Created or moved here in this run: nothing of an earlier content is left."""
    read: bool = False
    """Read before this run changed it."""
    read_back: bool = False
    closed_unread: bool = False
    """Opened for reading and closed, before this run changed it: a memory map reads so, an unused handle looks so."""
    modified: bool = False
    closed_after_write: bool = False
    removed: bool = False
    open: bool = False
    """Somebody went on using it after the last time that it was closed."""


class FileEvents:
    """Tells runs' events, and remembers which files the runs left open: closing one later is no reading of it."""

    def __init__(self) -> None:
        self._open: set[str] = set()

    def told_by(self, events: list[Event], began: RunStart) -> dict[str, int]:
        """Path -> bits (see `filecalls`) for every file that the events speak of; 0 for one that came and went."""
        files: dict[str, _File] = {}
        for event in events:
            file = files.get(event.path)
            if file is None:
                file = files[event.path] = _File(existed=not event.mask & (CREATE | MOVED_TO))
            _work_in(file, event.mask)
        bits = {path: _bits(path, file, began, path in self._open) for path, file in files.items()}
        for path, file in files.items():
            if file.open:
                self._open.add(path)
            else:
                self._open.discard(path)
        return bits

    def opened(self, path: str) -> None:
        """A file was opened and neither used nor closed yet."""
        self._open.add(path)


def _work_in(file: _File, mask: int) -> None:
    if mask & (CREATE | MOVED_TO):
        file.fresh = file.modified = True
        file.removed = False
    if mask & MODIFY:
        file.modified = True
    if mask & (ACCESS | CLOSE_NOWRITE):
        if file.modified:
            file.read_back = file.read_back or bool(mask & CLOSE_NOWRITE)
        elif mask & ACCESS:
            file.read = True
        else:
            file.closed_unread = True
    if mask & CLOSE_WRITE:
        file.closed_after_write = True
    file.open = not mask & (CLOSE_WRITE | CLOSE_NOWRITE | REMOVED | MOVED_FROM)
    if mask & MOVED_FROM and not file.modified:
        file.read = True
    if mask & (REMOVED | MOVED_FROM):
        file.removed = True


def _bits(path: str, file: _File, began: RunStart, was_open: bool) -> int:
    read = file.read or (file.closed_unread and not was_open)
    bits = (READ if read else 0) | (READ_BACK if file.read_back else 0)
    if file.removed:
        return bits | DELETE if file.existed else 0
    modified = file.modified
    if file.closed_after_write and not modified:  # sqlite reads so, and a memory map writes so: the file's time decides
        modified = began.precedes_change(path)
        bits |= 0 if modified or was_open or bits & READ else READ | SUPPOSED
    if modified:
        bits |= WRITE if file.fresh or not file.existed else WRITE | KEEP
    return bits
