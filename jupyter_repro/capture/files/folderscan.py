"""Which files below a folder changed, by size, time and inode: where folders cannot be watched.

Sees what native libraries and child processes wrote and removed; never what they read. Two looks a run: a tree that
takes too long to look at is not looked at any more.
"""

from __future__ import annotations

import os
import time

from jupyter_repro.capture.files.contentdigest import FileState
from jupyter_repro.capture.files.filecalls import DELETE, KEEP, WRITE
from jupyter_repro.capture.files.inotify import SKIPPED

SECONDS = 0.03
"""How long a look may take."""


class FolderScan:
    """Looks at a tree from time to time. ``refused`` says why it does not any more."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._before: dict[str, FileState] = {}
        self.refused = ""

    def begin(self) -> None:
        """Note what is there."""
        if not self.refused:
            self._before = self._look() or {}

    def changes(self) -> dict[str, int]:
        """Path -> bits of `filecalls` for what changed since `begin`."""
        now = self._look() if not self.refused else None
        if now is None:
            return {}
        found = {}
        for path, state in now.items():
            known = self._before.get(path)
            if known is None:
                found[path] = WRITE
            elif known != state:
                found[path] = WRITE | KEEP if known.inode == state.inode else WRITE
        found.update((path, DELETE) for path in self._before if path not in now)
        return found

    def _look(self) -> dict[str, FileState] | None:
        until = time.monotonic() + SECONDS
        found: dict[str, FileState] = {}
        waiting = [self._root]
        while waiting:
            if time.monotonic() > until:
                self.refused = f"the folder takes longer than {SECONDS * 1000:.0f} ms to look through"
                return None
            try:
                with os.scandir(waiting.pop()) as entries:
                    for entry in entries:
                        if entry.is_dir(follow_symlinks=False):
                            if entry.name not in SKIPPED:
                                waiting.append(entry.path)
                        elif entry.is_file(follow_symlinks=False):
                            status = entry.stat(follow_symlinks=False)
                            found[entry.path] = FileState(status.st_size, status.st_mtime_ns, status.st_ino)
            except OSError:
                continue
        return found
