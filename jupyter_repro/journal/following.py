"""Journals that are read again and again while they grow: only what was added since the last time is read.

Runs that have not changed come back as the same objects, which lets the analysis keep what it worked out about them.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from pathlib import Path

from jupyter_repro.journal import reader
from jupyter_repro.journal.reader import Reading
from jupyter_repro.records import SessionRecord

_KEPT = 64
"""Journals remembered at a time."""

_lock = threading.Lock()
_followed: OrderedDict[Path, _Followed] = OrderedDict()


def read(path: Path) -> SessionRecord:
    """As `reader.read`, and as cheap as what is new in the file. Callable from any thread."""
    path = path.absolute()
    with _lock:
        followed = _followed.pop(path, None) or _Followed(path)
        session = followed.session()
        _followed[path] = followed
        while len(_followed) > _KEPT:
            _followed.popitem(last=False)
        return session


class _Followed:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._restart()

    def _restart(self) -> None:
        self._reading = Reading(self._path)
        self._offset = 0
        self._state: tuple[int, ...] = ()
        self._session: SessionRecord | None = None

    def session(self) -> SessionRecord:
        with open(self._path, "rb") as stream:
            status = os.fstat(stream.fileno())
            state = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
            if self._session is not None and state == self._state:
                return self._session
            if state[:2] != self._state[:2] or status.st_size <= self._offset:
                self._restart()
            stream.seek(self._offset)
            torn = False
            while lines := stream.readlines(reader.BLOCK):
                if not lines[-1].endswith(b"\n"):
                    torn = True
                    del lines[-1]
                self._reading.take(lines)
                self._offset += sum(map(len, lines))
        self._state = state
        if torn:  # being written, or torn for ever: told now, and looked at anew the next time
            session = reader.read(self._path)
            self._restart()
            return session
        self._session = self._reading.session()
        return self._session
