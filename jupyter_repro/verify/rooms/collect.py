"""The files of a container's folder, copied out: only regular files with honest names, never more than a limit."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from jupyter_repro.errors import BuildFailed

MOST_BYTES = 8 << 30
"""How much a run may leave behind."""


class _Stream(io.RawIOBase):
    """An iterator of bytes as a file that can be read once."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._pending = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._pending:
            try:
                self._pending = next(self._chunks)
            except StopIteration:
                return 0
        count = min(len(buffer), len(self._pending))
        buffer[:count], self._pending = self._pending[:count], self._pending[count:]
        return count


def fetch(container: Any, path: str, folder: Path) -> None:
    """Copy what lies in ``path`` of a container into ``folder``. Raises BuildFailed for more than the limit."""
    chunks, _ = container.get_archive(path)
    unpack(iter(chunks), folder, PurePosixPath(path).name)


def unpack(chunks: Iterable[bytes], folder: Path, prefix: str) -> None:
    """Extract a tar stream of what lies below ``prefix``; links, devices and names that lead out are passed over."""
    left = MOST_BYTES
    with tarfile.open(fileobj=io.BufferedReader(_Stream(iter(chunks)), 1 << 20), mode="r|") as archive:
        for member in archive:
            parts = PurePosixPath(member.name).parts
            if not member.isreg() or not parts or parts[0] != prefix or len(parts) < 2 or ".." in parts:
                continue
            left -= member.size
            if left < 0:
                raise BuildFailed(f"the notebook left more than {MOST_BYTES >> 30} GiB of files in its folder")
            source = archive.extractfile(member)
            target = folder.joinpath(*parts[1:])
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as stream:
                while source and (chunk := source.read(1 << 20)):
                    stream.write(chunk)
