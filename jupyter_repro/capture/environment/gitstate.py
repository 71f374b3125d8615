"""The commit a folder stands at, and whether tracked files differ from it: read from git's own files.

No child process is started in the user's kernel. What an index cannot tell without git (filters, a very large one) is
said to be unknown.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass

LARGE = 5000
"""Tracked files from which on nobody looks."""
_ENTRY = struct.Struct(">10I20sH")


def commit(folder: str) -> dict[str, str]:
    """The commit checked out around a folder, from git's own files: no child process. Empty where there is none."""
    found = _repository(folder)
    if found is None:
        return {}
    _, git = found
    try:
        head = _first_line(os.path.join(git, "HEAD"))
        if not head.startswith("ref: "):
            return {"commit": head}
        branch = head[len("ref: ") :]
        return {"commit": _commit_of(git, branch), "branch": branch.removeprefix("refs/heads/")}
    except OSError:
        return {}


def _commit_of(git: str, ref: str) -> str:
    common = git
    if os.path.exists(os.path.join(git, "commondir")):
        common = os.path.join(git, _first_line(os.path.join(git, "commondir")))
    for base in (git, common):
        try:
            return _first_line(os.path.join(base, ref))
        except OSError:
            continue
    try:
        with open(os.path.join(common, "packed-refs"), encoding="utf-8") as stream:
            for line in stream:
                commit, _, name = line.strip().partition(" ")
                if name == ref:
                    return commit
    except OSError:
        pass
    return ""


def _first_line(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as stream:
        return stream.readline().strip()


def dirty(folder: str) -> str:
    """``yes``, ``no``, or ``unknown: why``; "" outside a repository. A stat for each tracked file."""
    found = _repository(folder)
    if found is None:
        return ""
    top, git = found
    try:
        with open(os.path.join(git, "index"), "rb") as stream:
            data = stream.read()
    except OSError:
        return "unknown: there is no index"
    try:
        entries, staged = _read_index(data)
    except (ValueError, struct.error, IndexError):
        return "unknown: an index of another form"
    if entries is None:
        return f"unknown: more than {LARGE} tracked files"
    if staged or any(_differs(os.path.join(top, entry.path), entry) for entry in entries):
        return "yes"
    return "no"


@dataclass(frozen=True, slots=True)
class _Entry:
    path: str
    mtime_ns: int
    size: int
    mode: int
    sha: bytes


def _read_index(data: bytes) -> tuple[list[_Entry] | None, bool]:
    """The entries, None where they are too many, and whether something is staged (the cached tree is not whole)."""
    signature, version, count = struct.unpack_from(">4sII", data)
    if signature != b"DIRC" or version not in (2, 3, 4):
        raise ValueError(signature)
    if count > LARGE:
        return None, False
    entries: list[_Entry] = []
    position, name = 12, b""
    for _ in range(count):
        start = position
        fields = _ENTRY.unpack_from(data, position)
        flags = fields[11]
        position += _ENTRY.size + (2 if version >= 3 and flags & 0x4000 else 0)
        if version == 4:
            strip, position = _varint(data, position)
            end = data.index(b"\0", position)
            name = name[: len(name) - strip] + data[position:end]
            position = end + 1
        else:
            end = data.index(b"\0", position)
            name = data[position:end]
            position = start + ((end - start) // 8 + 1) * 8
        if flags & 0x3000:
            return entries, True  # a merge is in progress
        entries.append(_Entry(os.fsdecode(name), fields[2] * 10**9 + fields[3], fields[9], fields[6], fields[10]))
    return entries, _tree_is_stale(data, position)


def _varint(data: bytes, position: int) -> tuple[int, int]:
    value = data[position] & 0x7F
    while data[position] & 0x80:
        position += 1
        value = ((value + 1) << 7) | (data[position] & 0x7F)
    return value, position + 1


def _tree_is_stale(data: bytes, position: int) -> bool:
    for name, content in _extensions(data, position):
        if name == b"TREE":
            return content.partition(b"\0")[2].startswith(b"-1 ")
    return False


def _extensions(data: bytes, position: int) -> Iterator[tuple[bytes, bytes]]:
    while position + 8 <= len(data) - 20:
        name, size = struct.unpack_from(">4sI", data, position)
        yield name, data[position + 8 : position + 8 + size]
        position += 8 + size


def _differs(path: str, entry: _Entry) -> bool:
    if entry.mode & 0o170000 not in (0o100000, 0o120000):
        return False  # a submodule
    try:
        status = os.lstat(path)
        if status.st_size & 0xFFFFFFFF == entry.size and status.st_mtime_ns == entry.mtime_ns:
            return False
        if status.st_size != entry.size:
            return True
        if entry.mode & 0o170000 == 0o120000:
            content = os.fsencode(os.readlink(path))
        else:
            with open(path, "rb") as stream:
                content = stream.read()
    except OSError:
        return True
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).digest() != entry.sha


def _repository(folder: str) -> tuple[str, str] | None:
    """(top folder, git's folder) around a folder, None where there is none."""
    while True:
        git = os.path.join(folder, ".git")
        if os.path.isdir(git):
            return folder, git
        if os.path.isfile(git):  # a worktree or submodule
            try:
                return folder, os.path.join(folder, _first_line(git).partition("gitdir: ")[2])
            except OSError:
                return None
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent
