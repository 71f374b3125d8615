"""Linux' inotify by ctypes: which files below a folder were opened, changed, moved or removed, by whatever process.

No thread: the kernel queues the events, `take` takes them. It costs about a microsecond an event. It cannot tell which
process it was, loses events when more than the queue's length (16,384 by default) pile up, and sees a new subfolder
only once it is told: `parse` lists each new one and watches it.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from jupyter_repro.journal.descriptors import out_of_the_way

ACCESS, MODIFY, CLOSE_WRITE, CLOSE_NOWRITE = 0x1, 0x2, 0x8, 0x10
MOVED_FROM, MOVED_TO, CREATE, DELETE = 0x40, 0x80, 0x100, 0x200
_OVERFLOW, _IGNORED, _ISDIR = 0x4000, 0x8000, 0x40000000
_ONLYDIR, _DONT_FOLLOW, _EXCL_UNLINK = 0x01000000, 0x02000000, 0x04000000
_MASK = ACCESS | MODIFY | CLOSE_WRITE | CLOSE_NOWRITE | MOVED_FROM | MOVED_TO | CREATE | DELETE
"""Not IN_OPEN: it says nothing that an access or a close does not, and was every third event of a read."""
_EVENT = struct.Struct("iIII")
_OF_FOLDERS = tuple(struct.pack("I", mask) for mask in (CREATE | _ISDIR, MOVED_TO | _ISDIR, _IGNORED))
"""Events that change what is watched, as they stand in the system's bytes."""

SKIPPED = frozenset(
    {".git", ".hg", ".svn", ".repro", ".ipynb_checkpoints", "__pycache__", "node_modules", "site-packages", ".tox"}
    | {".mypy_cache", ".ruff_cache", ".pytest_cache", ".venv", ".dvc", ".ipython", ".cache"}
)
"""Folders that hold no one's data."""
FOLDER_LIMIT = 8000
ENTRIES = 2000
"""Entries of a folder outside the project that are asked whether they are folders: some hold a million files."""


class InotifyUnavailable(OSError):
    """This machine or process cannot watch folders; the message says why."""


@dataclass(slots=True)
class Event:
    """What happened to one file; ``mask`` as in ``inotify(7)``."""

    path: str
    mask: int


class FolderWatch:
    """Watches a tree of folders from its creation to `close`."""

    def __init__(self) -> None:
        """Raises InotifyUnavailable."""
        if not sys.platform.startswith("linux"):
            raise InotifyUnavailable(f"inotify exists on Linux only, this is {sys.platform}")
        try:
            libc = ctypes.CDLL(None, use_errno=True)
            self._add_watch, self._rm_watch = libc.inotify_add_watch, libc.inotify_rm_watch
            self._fd = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        except (OSError, AttributeError) as error:
            raise InotifyUnavailable(f"inotify cannot be called here: {error}") from None
        if self._fd < 0:
            code = ctypes.get_errno()
            limit = " (the system's limit fs.inotify.max_user_instances is reached)" if code == errno.EMFILE else ""
            raise InotifyUnavailable(f"inotify refuses: {os.strerror(code)}{limit}")
        self._fd = out_of_the_way(self._fd)
        self._identity = self._status()
        self._folders: dict[int, str] = {}
        self._files: dict[int, str] = {}
        self._paths: set[str] = set()
        self._waiting: deque[str] = deque()
        self._pid = os.getpid()
        self.limit: str | None = None
        """Why not every folder is watched, None when all are."""
        self.overflowed = False

    def __len__(self) -> int:
        return len(self._folders)

    def add_tree(self, root: str, seconds: float) -> bool:
        """Watch a folder and those below it, for at most ``seconds``; whether that was enough (else: `go_on`)."""
        self._waiting.append(root)
        return self.go_on(seconds)

    def add_folder(self, folder: str) -> None:
        """Watch one folder, not those below it."""
        self._watch(folder)

    def add_below(self, root: str, folders: int) -> None:
        """Watch a folder and those below it, the nearest first, as far as they are not watched yet.

        So many at most, and for a hundredth of a second: a cell is waiting.
        """
        waiting = deque([root])
        until = time.monotonic() + 0.01
        for _ in range(folders):
            if not waiting or self.limit is not None:
                break
            folder = waiting.popleft()
            if not self.covers(folder) and self._watch(folder) and folders > 1:
                waiting.extend(_subfolders(folder, ENTRIES))
            if time.monotonic() > until:
                break

    def add_file(self, path: str) -> None:
        """Watch one file that is there, wherever its name goes: for folders that many programs use."""
        watch = self._add_watch(self._fd, os.fsencode(path), _MASK)
        if watch >= 0:
            self._files[watch] = path
            self._paths.add(path)

    def go_on(self, seconds: float) -> bool:
        """Watch more of the folders that are waiting; whether none is left."""
        until = time.monotonic() + seconds
        while self._waiting and self.limit is None:
            folder = self._waiting.popleft()
            if self._watch(folder):
                self._waiting.extend(_subfolders(folder))
            if time.monotonic() > until:
                break
        return not self._waiting or self.limit is not None

    def covers(self, path: str) -> bool:
        """Whether this very folder, or file, is watched."""
        return path in self._paths

    def take(self) -> bytes:
        """The events since the last call as the system gives them, for `parse`: a few microseconds for thousands."""
        if os.getpid() != self._pid or self._fd < 0:
            return b""
        if self._status() != self._identity:
            self._fd = -1  # someone closed it, and the number may belong to their file now
            raise InotifyUnavailable("the watch's descriptor was closed by someone else")
        pieces = []
        while True:
            try:
                pieces.append(os.read(self._fd, 1 << 18))
            except BlockingIOError:
                return b"".join(pieces)

    def forget(self) -> None:
        """Drop the events since the last call, but watch the folders that are new.

        After thousands of files were hashed this takes 2 ms; with every event made an object it was 12.
        """
        data = self.take()
        if any(mask in data for mask in _OF_FOLDERS):
            self.parse(data)
        self.overflowed = False

    def parse(self, data: bytes) -> list[Event]:
        """What `take` gave, as events; new folders are watched from now on."""
        events: list[Event] = []
        position, end = 0, len(data)
        while position < end:
            watch, mask, _, length = _EVENT.unpack_from(data, position)
            position += 16 + length
            if mask & (_OVERFLOW | _IGNORED):
                if mask & _OVERFLOW:
                    self.overflowed = True
                else:
                    self._paths.discard(self._folders.pop(watch, "") or self._files.pop(watch, ""))
            elif watch in self._files:
                events.append(Event(self._files[watch], mask))
            elif length and watch in self._folders:
                name = os.fsdecode(data[position - length : position].rstrip(b"\0"))
                path = f"{self._folders[watch]}/{name}"
                if not mask & _ISDIR:
                    events.append(Event(path, mask))
                elif mask & (CREATE | MOVED_TO) and name not in SKIPPED:
                    events.extend(self._new_folder(path))
        return events

    def close(self) -> None:
        """Stop watching."""
        if self._fd >= 0 and os.getpid() == self._pid and self._status() == self._identity:
            os.close(self._fd)
        self._fd = -1

    def _status(self) -> tuple[int, int, int]:
        try:
            status = os.fstat(self._fd)
        except OSError:
            return (0, 0, 0)
        return status.st_dev, status.st_ino, status.st_mode

    def _new_folder(self, folder: str) -> Iterable[Event]:
        """Watch a folder that has just appeared; what lies in it already was made before the watch, so it is listed."""
        if self._watch(folder):
            try:
                entries = list(os.scandir(folder))
            except OSError:
                return
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name not in SKIPPED:
                        yield from self._new_folder(entry.path)
                else:
                    yield Event(entry.path, CREATE | MODIFY)

    def _watch(self, folder: str) -> bool:
        if len(self._folders) >= FOLDER_LIMIT:
            self.limit = f"more than {FOLDER_LIMIT} folders"
            return False
        watch = self._add_watch(self._fd, os.fsencode(folder), _MASK | _ONLYDIR | _EXCL_UNLINK)
        if watch < 0:
            code = ctypes.get_errno()
            if code == errno.ENOSPC:
                self.limit = "the system's limit of watches (fs.inotify.max_user_watches) is reached"
            return False
        self._folders[watch] = folder
        self._paths.add(folder)
        return True


def _subfolders(folder: str, entries: int | None = None) -> list[str]:
    """The folders in one, among so many of its entries."""
    try:
        with os.scandir(folder) as found:
            some = islice(found, entries)
            return [each.path for each in some if each.name not in SKIPPED and each.is_dir(follow_symlinks=False)]
    except OSError:
        return []
