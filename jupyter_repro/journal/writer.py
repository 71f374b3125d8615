"""Appends lines to one session's journal. One writer, one file; a line is one ``write`` to an O_APPEND descriptor.

That makes a line whole or torn only at the very end, and nothing of a finished run is lost at ``kill -9``: the
bytes are in the kernel's page cache once ``write`` returns. ``fsync`` (4 to 7 ms) happens only in `sync`.
A writer that can no longer write (disk full, folder gone) says so once through `failure` and stays silent: it never
raises into the user's kernel.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from jupyter_repro.journal import folder as journal_folder
from jupyter_repro.journal.schema import Line

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str)


class JournalWriter:
    """An open journal. Lines written in a forked child are dropped: the parent owns the file."""

    def __init__(self, path: Path) -> None:
        """Create the journal at ``path`` (parents included). Raises OSError where that is impossible."""
        journal_folder.create(path.parent)
        self.path = path
        self.failure: str | None = None
        self._pid = os.getpid()
        self._fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
        self._torn = False
        self._identity = _identity(self._fd)

    def append(self, line: Line) -> bool:
        """Write one line; whether it is on disk. Never raises for what the disk says."""
        if self._fd < 0 or os.getpid() != self._pid:
            return False
        data = _ENCODER.encode(line).encode("utf-8", "replace") + b"\n"
        if self._torn:
            data = b"\n" + data
        try:
            if _identity(self._fd) != self._identity:  # someone closed it, and the number may belong to their file now
                self._fd = -1
                self.failure = "the journal's descriptor was closed by someone else"
                return False
            written = os.write(self._fd, data)
        except OSError as error:
            self.failure = f"the journal could not be written: {error.strerror or error}"
            return False
        self._torn = written < len(data)
        if self._torn:
            self.failure = "the journal could not be written: the disk is full"
        return not self._torn

    def sync(self) -> None:
        """Force what was written to the disk."""
        if self._fd >= 0 and os.getpid() == self._pid:
            try:
                os.fsync(self._fd)
            except OSError as error:
                self.failure = f"the journal could not be written: {error.strerror or error}"

    def close(self) -> None:
        """Close the file. Later lines are dropped."""
        if self._fd >= 0:
            try:
                if _identity(self._fd) == self._identity:
                    os.close(self._fd)
            except OSError:
                self.failure = "the journal's descriptor was closed by someone else"
            self._fd = -1


def _identity(fd: int) -> tuple[int, int]:
    status = os.fstat(fd)
    return status.st_dev, status.st_ino
