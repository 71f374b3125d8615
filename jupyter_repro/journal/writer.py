"""Appends lines to one session's journal. One writer, one file; a line is one ``write`` to an O_APPEND descriptor.

That makes a line whole or torn only at the very end, and nothing of a finished run is lost at ``kill -9``: the
bytes are in the kernel's page cache once ``write`` returns. ``fsync`` (4 to 7 ms) happens only in `sync`.
A writer that can no longer write (disk full, folder gone) says so through `failure` and never raises into the user's
kernel. It keeps what it could not write and tries again with the next line; a descriptor that someone closed is opened
again.
"""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Iterable
from pathlib import Path

from jupyter_repro.journal import folder as journal_folder
from jupyter_repro.journal.descriptors import out_of_the_way
from jupyter_repro.journal.schema import Line

KEPT = 10_000
"""Lines that wait at most for a disk to have room again."""
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str)


class JournalWriter:
    """An open journal. Lines written in a forked child are dropped: the parent owns the file."""

    def __init__(self, path: Path) -> None:
        """Create the journal at ``path`` (parents included). Raises OSError where that is impossible."""
        journal_folder.create(path.parent)
        self.path = path
        self.failure: str | None = None
        """Why the last line could not be written, None when it could."""
        self.lost = False
        """The file is gone, or was replaced by another: what `unwritten` holds needs a new journal."""
        self.unwritten: deque[bytes] = deque(maxlen=KEPT)
        self._pid = os.getpid()
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        self._fd = out_of_the_way(os.open(path, flags, 0o644))
        self._torn = False
        self._closed = False
        self._identity = _identity(os.fstat(self._fd))

    def append(self, line: Line) -> bool:
        """Write one line; whether it is on disk. Never raises for what the disk says."""
        return self.extend((_ENCODER.encode(line).encode("utf-8", "replace") + b"\n",))

    def extend(self, lines: Iterable[bytes]) -> bool:
        """Write encoded lines, after those that wait; whether all are on disk."""
        if self._closed or os.getpid() != self._pid:
            return False
        self.unwritten.extend(lines)
        try:
            if not self._is_open():
                self.lost = True
                self.failure = "the journal could not be written: its file is gone"
                return False
            while self.unwritten:
                data = b"\n" + self.unwritten[0] if self._torn else self.unwritten[0]
                self._torn = os.write(self._fd, data) < len(data)
                if self._torn:
                    self.failure = "the journal could not be written: the disk is full"
                    return False
                self.unwritten.popleft()
        except OSError as error:
            self.failure = f"the journal could not be written: {error.strerror or error}"
            return False
        self.failure = None
        return True

    def _is_open(self) -> bool:
        """Whether the descriptor leads to our file, opened again where code that closes every descriptor came by."""
        try:
            status = os.fstat(self._fd)
            ours = _identity(status) == self._identity
        except OSError:
            ours = False
        if ours:
            return status.st_nlink > 0 or self._lies_at_path()
        if not self._lies_at_path():
            return False
        self._fd = out_of_the_way(os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC))
        return True

    def _lies_at_path(self) -> bool:
        try:
            return _identity(os.stat(self.path)) == self._identity
        except OSError:
            return False

    def sync(self) -> None:
        """Force what was written to the disk."""
        if not self._closed and os.getpid() == self._pid:
            try:
                os.fsync(self._fd)
            except OSError as error:
                self.failure = f"the journal could not be written: {error.strerror or error}"

    def close(self) -> None:
        """Close the file. Later lines are dropped."""
        if not self._closed:
            self._closed = True
            try:
                if _identity(os.fstat(self._fd)) == self._identity:
                    os.close(self._fd)
            except OSError:
                self.failure = "the journal's descriptor was closed by someone else"


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino
