"""Digests of files: small ones at once, under a budget, large ones later, and never twice for the same state."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass

CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class FileState:
    """Size and time by which a file's content is taken to be the same."""

    size: int
    mtime_ns: int
    inode: int

    @classmethod
    def of(cls, path: str) -> FileState | None:
        """The state of a regular file now, None where there is none."""
        try:
            status = os.stat(path)
        except (OSError, ValueError):
            return None
        if (status.st_mode & 0o170000) != 0o100000:
            return None
        return cls(status.st_size, status.st_mtime_ns, status.st_ino)


class Digests:
    """Remembers the digest of each file state it has read."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[FileState, str]] = {}

    def known(self, path: str, state: FileState) -> str | None:
        """The digest, if this state has been read before."""
        entry = self._known.get(path)
        return entry[1] if entry is not None and entry[0] == state else None

    def begins_as_before(self, path: str, state: FileState) -> bool:
        """Whether the file has grown and still begins with the content that was read last: an append."""
        before, digest = self._known.get(path, (None, ""))
        if before is None or not 0 < before.size <= min(state.size, CHUNK):
            return False
        try:
            descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
            try:
                return f"sha256:{hashlib.sha256(os.read(descriptor, before.size)).hexdigest()}" == digest
            finally:
                os.close(descriptor)
        except OSError:
            return False

    def compute(self, path: str, state: FileState) -> str | None:
        """Read the file and remember its digest; None where it is not (or no longer) in this state."""
        known = self.known(path, state)
        if known is not None:
            return known
        content = hashlib.sha256()
        try:
            descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
            try:
                while chunk := os.read(descriptor, CHUNK):
                    content.update(chunk)
            finally:
                os.close(descriptor)
        except OSError:
            return None
        if FileState.of(path) != state:
            return None
        digest = f"sha256:{content.hexdigest()}"
        self._known[path] = (state, digest)
        return digest
