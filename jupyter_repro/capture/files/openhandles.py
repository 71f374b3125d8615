"""Files that an earlier run opened and this one goes on reading or writing, by the handles that the cell names.

The open was heard then; a read or write through the handle is not. Where the folder is watched the watch sees it.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable
from typing import Any

from jupyter_repro.capture.files.filecalls import KEEP, READ, WRITE
from jupyter_repro.capture.files.fileevents import RunStart
from jupyter_repro.capture.values.kinds import Kinds

_HANDLES = Kinds(io.TextIOWrapper, io.BufferedReader, io.BufferedWriter, io.BufferedRandom, io.FileIO)


class OpenHandles:
    """Notes where handles stand when a run begins, and which files were touched through them by its end."""

    def __init__(self) -> None:
        self._stood: list[tuple[str, int, int]] = []

    def begin(self, names: Iterable[str], namespace: dict[str, Any]) -> None:
        """Look at the names that the cell reads."""
        self._stood = []
        for name in names:
            value: Any = namespace.get(name)
            if type(value) in _HANDLES and not value.closed and type(value.name) is str:
                descriptor = value.fileno()
                self._stood.append((os.path.abspath(value.name), descriptor, _position(descriptor)))

    def touched(self, began: RunStart) -> dict[str, int]:
        """Path -> bits of `filecalls`."""
        found = {}
        for path, descriptor, stood in self._stood:
            if began.precedes_change(path):
                found[path] = WRITE | KEEP
            elif stood >= 0 and (now := _position(descriptor)) >= 0 and now != stood:
                found[path] = READ
        return found


def _position(descriptor: int) -> int:
    try:
        return os.lseek(descriptor, 0, os.SEEK_CUR)
    except OSError:
        return -1
