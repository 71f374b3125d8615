"""Files that an earlier run opened and this one goes on reading or writing, by the handles that the cell names.

The open was heard then; a read or write through the handle is not. Where the folder is watched the watch sees it, but
for what is written through a memory map of numpy's, which raises no event anywhere.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable
from typing import Any

from jupyter_repro.capture.files.filecalls import KEEP, READ, WRITE
from jupyter_repro.capture.values.kinds import Kinds

_HANDLES = Kinds(io.TextIOWrapper, io.BufferedReader, io.BufferedWriter, io.BufferedRandom, io.FileIO)


class OpenHandles:
    """Notes where handles stand when a run begins, and which files were touched through them by its end."""

    def __init__(self) -> None:
        self._stood: list[tuple[str, int, int, int]] = []
        self._mapped: list[tuple[str, int]] = []

    def begin(self, names: Iterable[str], namespace: dict[str, Any]) -> None:
        """Look at the names that the cell reads."""
        self._stood, self._mapped = [], []
        memmap = getattr(sys.modules.get("numpy"), "memmap", None)
        for name in names:
            value: Any = namespace.get(name)
            if type(value) in _HANDLES and not value.closed and type(value.name) is str:
                path, descriptor = os.path.abspath(value.name), value.fileno()
                self._stood.append((path, descriptor, _position(descriptor), _changed(path)))
            elif type(value) is memmap and value.filename is not None:
                path = os.path.abspath(value.filename)
                self._mapped.append((path, _changed(path)))

    def touched(self) -> dict[str, int]:
        """Path -> bits of `filecalls`."""
        found = {path: WRITE | KEEP for path, changed in self._mapped if _changed(path) != changed}
        for path, descriptor, stood, changed in self._stood:
            if _changed(path) != changed:
                found[path] = WRITE | KEEP
            elif stood >= 0 and (now := _position(descriptor)) >= 0 and now != stood:
                found[path] = READ
        return found


def _changed(path: str) -> int:
    """When its content or status changed last, by the file system's own clock; 0 for none."""
    try:
        return os.stat(path).st_ctime_ns
    except OSError:
        return 0


def _position(descriptor: int) -> int:
    try:
        return os.lseek(descriptor, 0, os.SEEK_CUR)
    except OSError:
        return -1
