"""Hears of files through calls of Python's own functions: ``open`` and friends, renames, removals, sqlite3.

These see paths anywhere, but only what goes through Python; `inotify` sees everything, but only in watched folders.
"""

from __future__ import annotations

import builtins
import io
import os
import stat
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from jupyter_repro.capture.calls.ascaller import as_caller
from jupyter_repro.capture.calls.cellopen import CellOpen, Opened
from jupyter_repro.capture.calls.patches import Patches
from jupyter_repro.capture.calls.unasked import plain_value, unasked
from jupyter_repro.capture.guard import shielded
from jupyter_repro.journal.descriptors import out_of_the_way

_STR, _getcwd, _getpid, _get_ident = str, os.getcwd, os.getpid, threading.get_ident
"""As they are now: a cell may replace them, and within a cell nothing of the user's may be called by us."""

READ, WRITE, KEEP, DELETE, READ_BACK, MOVED, SUPPOSED = 1, 2, 4, 8, 16, 32, 64
"""Bits of what was done to a file. KEEP: a write left (part of) the earlier content in place. READ_BACK: the run read
what it had written itself. MOVED: it came here with its folder, so that its own times tell nothing. SUPPOSED: nobody
saw it being read, but it was opened for update and not changed."""


@dataclass(slots=True)
class Call:
    """One successful call: the absolute path, what it did to it, who reported it."""

    path: str
    bits: int
    seen_by: str
    thread: int


PENDING = 4096
"""Calls of ``open`` that are kept as they were made before they are worked in."""


_WARNS_OF_ENCODINGS = bool(getattr(sys.flags, "warn_default_encoding", 0))

MANY = 200
"""Opens in a run from which on they are put aside until the kernel is idle."""


@dataclass(frozen=True, slots=True)
class Pending:
    """Calls of ``open`` as they were made, and the working directory they were made in."""

    opens: list[tuple[tuple[Any, ...], dict[str, Any], int]]
    cwd: str


class FileCalls:
    """Collects calls between two `take`.

    ``open`` is called by the thousand, so its replacement only keeps the arguments; a relative path is resolved later,
    or when the working directory changes.
    """

    def __init__(self, when_many: Callable[[], None] | None = None) -> None:
        """``when_many`` is called within a run, each time that thousands of files have been opened."""
        self._when_many = when_many
        self._calls: list[Call] = []
        self._pending: list[tuple[tuple[Any, ...], dict[str, Any], int]] = []
        self._patches = Patches()
        self._cells = CellOpen()
        self._pid = os.getpid()
        self._main = threading.main_thread().ident or 0
        self.cwd = os.getcwd()
        self._shared = -1
        self._shared_inode = 0
        self._shared_read = 0

    def start(self) -> None:
        """Replace the functions."""
        if hasattr(os, "memfd_create"):
            try:
                self._shared = out_of_the_way(os.memfd_create("jupyter-repro", os.MFD_CLOEXEC))
                self._shared_inode = os.fstat(self._shared).st_ino
            except OSError:
                self._shared = -1
        owners: list[tuple[Any, str]] = [(io, "open"), (builtins, "open")]
        if not self._cells.start(self._hearing_of_cells()):
            owners.append((sys.modules.get("IPython.core.interactiveshell"), "io_open"))
        for owner, name in owners:
            self._patches.replace(owner, name, self._listening_open)
        listen = self._patches.listen
        listen(os, "open", self._os_opened)
        for name in ("rename", "replace"):
            listen(os, name, self._renamed)
        for name in ("remove", "unlink"):
            listen(os, name, self._removed)
        for name in ("link", "symlink"):
            listen(os, name, self._linked)
        listen(os, "truncate", self._truncated)
        listen(io, "open_code", self._code_opened)
        listen(os, "chdir", self._moved)

    def patch_builtin_open(self, module: ModuleType) -> None:
        """Hear of a module that keeps a reference to ``open`` under a name of its own."""
        self._patches.replace(module, "_builtin_open", self._listening_open)

    def stop(self) -> None:
        """Put the functions back."""
        self._cells.stop()
        self._patches.undo()
        if self._shared_size() >= 0 and os.getpid() == self._pid:
            os.close(self._shared)
        self._shared = -1

    def take_pending(self) -> Pending:
        """The opens that are not worked in yet, if they are many: to be given to `resolved` later. Else nothing."""
        if len(self._pending) < MANY:
            return Pending([], self.cwd)
        pending = Pending(self._pending[:], self.cwd)
        del self._pending[: len(pending.opens)]
        return pending

    def resolved(self, pending: Pending) -> list[Call]:
        """Opens that were put aside, as calls."""
        calls: dict[tuple[str, int], Call] = {}
        for args, kwargs, thread in pending.opens:
            path = args[0] if args else kwargs.get("file")
            bits = bits_of_mode(plain_value(args[1] if len(args) > 1 else kwargs.get("mode", "r"), None))
            if isinstance(path, (str, bytes, os.PathLike)):
                full = os.path.join(pending.cwd, os.fsdecode(path))
                calls.setdefault((full, bits), Call(full, bits, "patch", thread))
        return list(calls.values())

    def take(self) -> list[Call]:
        """What was heard since the last call."""
        self._work_in()
        calls, self._calls = self._calls, []
        if self._shared_size() > self._shared_read:
            data = os.pread(self._shared, 1 << 20, self._shared_read)
            data = data[: data.rfind(b"\0") + 1]
            self._shared_read += len(data)
            for line in data.decode("utf-8", "surrogateescape").split("\0")[:-1]:
                bits, _, path = line.partition(" ")
                calls.append(Call(path, int(bits), "patch", self._main))
        return calls

    def add(self, path: Any, bits: int, seen_by: str, thread: int | None = None) -> None:
        """Note a file; ``path`` is whatever the user's code passed. Descriptors and odd values are passed over."""
        if not isinstance(path, str):
            if isinstance(path, int) or not isinstance(path, (bytes, os.PathLike)):
                return
            path = os.fsdecode(path)
        if not path.startswith("/"):
            path = os.path.join(self.cwd, path)
        if os.getpid() != self._pid:
            self._from_child(path, bits)
            return
        self._calls.append(Call(path, bits, seen_by, threading.get_ident() if thread is None else thread))

    def note(self, path: Any, bits: int, seen_by: str) -> None:
        """`add`, after what was opened before: the order of calls on one file decides what happened to it."""
        self._work_in()
        self.add(path, bits, seen_by)

    def _from_child(self, path: str, bits: int) -> None:
        """A forked child writes into a file that it shares with us and that has no name."""
        if self._shared_size() >= 0:
            os.write(self._shared, f"{bits} {path}\0".encode("utf-8", "surrogateescape"))

    def _shared_size(self) -> int:
        """Bytes in the shared file; -1 where its descriptor is not ours any more: code may close every descriptor."""
        if self._shared >= 0:
            try:
                status = os.fstat(self._shared)
            except OSError:
                self._shared = -1
            else:
                return status.st_size if status.st_ino == self._shared_inode else -1
        return -1

    def _listening_open(self, original: Callable[..., Any]) -> Callable[..., Any]:
        pending, patches, ident = self._pending, self._patches, _get_ident
        getpid, pid, keep = _getpid, self._pid, self._keep

        def call(*args: Any, **kwargs: Any) -> Any:
            may_warn = len(args) > 2 or "buffering" in kwargs or _WARNS_OF_ENCODINGS
            result = as_caller(original, args, kwargs) if may_warn else original(*args, **kwargs)
            if patches.active:
                if args and type(args[0]) is _STR:
                    pending.append((args, kwargs, ident()))
                else:
                    shielded(keep, result, args, kwargs)
                if pending.__len__() > PENDING or getpid() != pid:
                    shielded(self._many)
            return result

        return call

    def _hearing_of_cells(self) -> Opened:
        """What `CellOpen` calls. A closure: cells open files by the thousand, and a method took twice the time."""
        put, size, ident = self._pending.append, self._pending.__len__, _get_ident
        getpid, pid, many, keep = _getpid, self._pid, self._many, self._keep

        def opened(result: Any, file: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
            if type(file) is _STR:
                put(((file, *args), kwargs, ident()))
            else:
                shielded(keep, result, (file, *args), kwargs)
            if size() > PENDING or getpid() != pid:
                shielded(many)

        return opened

    def _keep(self, result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self._pending.append((*unasked(result, args, kwargs), _get_ident()))

    def _many(self) -> None:
        if self._when_many is not None and os.getpid() == self._pid:
            self._when_many()
        self._work_in()

    def _work_in(self) -> None:
        pending = self._pending[:]
        del self._pending[: len(pending)]
        before: Any = None
        for args, kwargs, thread in pending:
            path = args[0] if args else kwargs.get("file")
            mode = plain_value(args[1] if len(args) > 1 else kwargs.get("mode", "r"), None)
            if (path, mode, thread) != before:
                before = path, mode, thread
                self.add(path, bits_of_mode(mode), "patch", thread)

    def _moved(self, result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self._work_in()
        self.cwd = _getcwd()

    def _os_opened(self, result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        flags = args[1] if len(args) > 1 else kwargs.get("flags", 0)
        bits = bits_of_flags(flags)
        if bits == READ and stat.S_ISDIR(os.fstat(result).st_mode):
            return
        self.note(_in_folder(args[0] if args else kwargs.get("path"), kwargs.get("dir_fd")), bits, "patch")

    def _renamed(self, result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        source, target = [*args, *(kwargs[name] for name in ("src", "dst") if name in kwargs)][:2]
        source, target = _in_folder(source, kwargs.get("src_dir_fd")), _in_folder(target, kwargs.get("dst_dir_fd"))
        if not os.path.isdir(target):
            self.note(source, READ | DELETE, "patch")
            self.note(target, WRITE, "patch")
            return
        old, new = os.fsdecode(source).rstrip(os.sep), os.fsdecode(target).rstrip(os.sep)
        for path in files_below(new):
            self.note(old + path[len(new) :], DELETE, "patch")
            self.note(path, WRITE | MOVED, "patch")

    def _removed(self, result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.note(_in_folder(args[0] if args else kwargs.get("path"), kwargs.get("dir_fd")), DELETE, "patch")

    def _linked(self, result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        target = args[1] if len(args) > 1 else kwargs.get("dst")
        if target is not None and not os.path.isdir(target):
            self.note(target, WRITE, "patch")

    def _code_opened(self, result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """By `runpy`; the import system has a reference of its own."""
        self.note(args[0] if args else kwargs.get("path"), READ, "patch")

    def _truncated(self, result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.note(args[0] if args else kwargs.get("path"), WRITE | KEEP, "patch")


def _in_folder(path: Any, folder: int | None) -> Any:
    """The path that is meant where it is relative to an open folder; None where that cannot be told."""
    if folder is None or not isinstance(path, (str, bytes, os.PathLike)) or os.path.isabs(path):
        return path
    try:
        return os.path.join(os.readlink(f"/proc/self/fd/{folder}"), os.fsdecode(path))
    except OSError:
        return None


def files_below(folder: str, limit: int = 1000) -> list[str]:
    """Files in a folder and those below it."""
    found: list[str] = []
    for base, _, names in os.walk(folder):
        found += [os.path.join(base, name) for name in names]
        if len(found) > limit:
            break
    return found[:limit]


def bits_of_mode(mode: str) -> int:
    """What opening a file in this mode does to it."""
    if "r" in mode:
        return READ | WRITE | KEEP if "+" in mode else READ
    bits = WRITE | KEEP if "a" in mode else WRITE
    return bits | READ if "+" in mode and "a" in mode else bits


def bits_of_flags(flags: int) -> int:
    """What ``os.open`` with these flags does to a file."""
    access = flags & (os.O_RDONLY | os.O_WRONLY | os.O_RDWR)
    if access == os.O_RDONLY:
        return 0 if flags & getattr(os, "O_DIRECTORY", 0) else READ
    if flags & os.O_EXCL and flags & os.O_CREAT:
        return WRITE
    bits = WRITE if flags & os.O_TRUNC else WRITE | KEEP
    return bits | READ if access == os.O_RDWR and not flags & os.O_TRUNC else bits
