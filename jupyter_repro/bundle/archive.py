"""A bundle as a zip, byte-identical for the same files, and our own checked way back to a folder.

The standard library's extractor cleans up hostile names silently; here they are refused, because a bundle that carries
one was not made by us.
"""

from __future__ import annotations

import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from jupyter_repro.bundle import manifest
from jupyter_repro.errors import BadInput

FIXED_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip can hold: contents, not clocks, decide the bytes."""
MAX_UNPACKED = 20 << 30
"""Bytes that a bundle may unpack to."""


def pack(folder: Path, target: Path) -> None:
    """Write the folder's files into a zip at ``target``: names sorted, times and permissions fixed."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in manifest.files_in(folder):
            info = zipfile.ZipInfo(name, FIXED_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # unix, whatever system packs it
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            with (folder / name).open("rb") as source, archive.open(info, "w", force_zip64=True) as stream:
                shutil.copyfileobj(source, stream, manifest.CHUNK)


def unpack(archive_path: Path, folder: Path) -> None:
    """Extract a bundle's zip into an empty folder. Raises BadInput for a name or kind of entry we never write."""
    try:
        with zipfile.ZipFile(archive_path) as archive:
            entries = archive.infolist()
            _check(archive_path, entries)
            for entry in entries:
                if entry.is_dir():
                    continue
                path = folder.joinpath(*PurePosixPath(entry.filename).parts)
                path.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(entry) as source, path.open("xb") as stream:
                    _copy(source, stream, entry.file_size, f"{archive_path}: {entry.filename}")
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise BadInput(f"{archive_path} is not a readable zip: {error}", hint="Copy or export it again.") from None
    except FileExistsError as error:
        raise BadInput(f"{archive_path} holds {error.filename} twice", hint="Do not trust it.") from None


@contextmanager
def open_bundle(path: Path) -> Iterator[Path]:
    """The folder of a bundle, checked against its manifest: the bundle itself, or a zip unpacked for the time being.

    Raises BadInput for what is no bundle, was changed, or lacks a file.
    """
    if path.is_dir():
        manifest.check(path)
        yield path
        return
    if not path.exists():
        raise BadInput(f"{path} does not exist", hint="Check the path.")
    if not zipfile.is_zipfile(path):
        raise BadInput(f"{path} is neither a bundle folder nor a zip", hint="Make one with: jupyter repro export")
    with tempfile.TemporaryDirectory(prefix="jupyter-repro-") as scratch:
        folder = Path(scratch) / path.stem
        folder.mkdir()
        unpack(path, folder)
        manifest.check(folder)
        yield folder


def _check(archive_path: Path, entries: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for entry in entries:
        name = entry.filename
        parts = PurePosixPath(name).parts
        mode = entry.external_attr >> 16
        reason = ""
        if name.startswith(("/", "\\")) or "\\" in name or (len(name) > 1 and name[1] == ":"):
            reason = "is an absolute or foreign path"
        elif ".." in parts or not parts:
            reason = "leads out of the bundle"
        elif stat.S_ISLNK(mode) or (stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR)):
            reason = "is a link or a special file"
        elif name.rstrip("/").casefold() in seen:
            reason = "is there twice"
        elif "\0" in name or any(ord(char) < 32 for char in name):
            reason = "has control characters in its name"
        if reason:
            raise BadInput(
                f"{archive_path}: the entry {name!r} {reason}", hint="Do not trust it; export the bundle again."
            )
        seen.add(name.rstrip("/").casefold())
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise BadInput(f"{archive_path} would unpack to more than {MAX_UNPACKED >> 30} GiB", hint="Do not trust it.")


def _copy(source: object, stream: object, size: int, what: str) -> None:
    """Copy exactly the size that the directory promised; a longer stream is a zip bomb."""
    left = size
    while chunk := source.read(manifest.CHUNK):  # type: ignore[attr-defined]
        left -= len(chunk)
        if left < 0:
            raise BadInput(f"{what} is larger than the zip says", hint="Do not trust it.")
        stream.write(chunk)  # type: ignore[attr-defined]
