"""The files beside a notebook as they are now, by digest: what a replay that starts now would find.

A recorded touch whose size and modification time still fit keeps its digest, so that large files are not read again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from jupyter_repro.records import FileTouch

LARGEST_HASHED = 256 * 1024 * 1024
"""Bytes. A larger file whose time changed is not hashed: its content is unknown."""

GONE = ""
"""Digest of a file that is not there."""


@dataclass(slots=True)
class Disk:
    """Looks at files below (or outside) a folder, each at most once."""

    folder: Path
    _seen: dict[str, str | None] = field(default_factory=dict)

    def digest(self, touch: FileTouch) -> str | None:
        """``sha256:<hex>`` of the path's content now, `GONE` where there is no file, None where it is unknown."""
        if touch.path not in self._seen:
            self._seen[touch.path] = self._look(touch)
        return self._seen[touch.path]

    def exists(self, path: str) -> bool:
        """Whether there is a file (or folder) at the path."""
        return (self.folder / path).exists()

    def _look(self, touch: FileTouch) -> str | None:
        path = self.folder / touch.path
        try:
            status = path.stat()
        except OSError:
            return GONE
        if path.is_dir():
            return None
        if touch.digest and (status.st_size, status.st_mtime_ns) == (touch.size, touch.mtime_ns):
            return touch.digest
        if status.st_size > LARGEST_HASHED:
            return None
        try:
            with path.open("rb") as stream:
                return "sha256:" + hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError:
            return None
