"""What the disk says about the files a notebook names: there or not, changed or not, and in which folder."""

from __future__ import annotations

import ast
import hashlib
import os
from functools import lru_cache
from pathlib import Path, PurePosixPath

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.model.document import DocumentCell

LARGEST = 200_000_000
"""Bytes; a larger file of unchanged size is taken as unchanged."""


def on_disk(ctx: Context, path: str) -> bool:
    """Whether the file exists; paths are relative to the notebook's folder."""
    try:
        return (ctx.folder / Path(path).expanduser()).exists()
    except (OSError, RuntimeError, ValueError):
        return False


def digest_on_disk(ctx: Context, path: str, size: int | None) -> str | None:
    """``sha256:<hex>`` of the file's present content, None where it is gone or too large to read."""
    try:
        full = ctx.folder / path
        stat = full.stat()
        if not full.is_file() or (stat.st_size > LARGEST and stat.st_size == size):
            return None
        return _digest(str(full), stat.st_size, stat.st_mtime_ns)
    except (OSError, ValueError):
        return None


@lru_cache(maxsize=1024)
def _digest(path: str, _size: int, _mtime: int) -> str:
    with Path(path).open("rb") as stream:
        return "sha256:" + hashlib.file_digest(stream, "sha256").hexdigest()


def looks_like_file(path: str) -> bool:
    """Whether a text is surely meant as one file: it has a name with an ending, and no placeholder or pattern."""
    name = PurePosixPath(path.replace("\\", "/")).name
    return "." in name.strip(".") and not set(path) & set("{}*?$<>|")


def other_case(ctx: Context, path: str) -> str | None:
    """The path as it is on disk, where it exists with other capitals only; None otherwise."""
    if Path(path).is_absolute() or not looks_like_file(path):
        return None
    here, parts = ctx.folder, []
    for part in PurePosixPath(path).parts:
        try:
            names = {entry.name for entry in os.scandir(here)} if part not in (".", "..") else {part}
        except OSError:
            return None
        match = part if part in names else next((name for name in sorted(names) if name.lower() == part.lower()), None)
        if match is None:
            return None
        parts.append(match)
        here = here / match
    found = "/".join(parts)
    return found if found != str(PurePosixPath(path)) else None


def project_root(ctx: Context) -> Path:
    """The git repository around the notebook, else its folder."""
    folder = ctx.folder.resolve()
    return next((each for each in (folder, *folder.parents) if (each / ".git").exists()), folder)


CHANGES_FOLDER = ("cd", "chdir")
"""Words of cells that `folder_change` may say something of."""


def folder_change(ctx: Context, cell: DocumentCell) -> str | None:
    """Where the cell changes the working folder to: the text, ``""`` where it is computed, None where it does not."""
    magic = next((each for each in ctx.code(cell).magics if each.name == "%cd"), None)
    if magic is not None:
        return magic.argument.removeprefix("-q ").strip()
    for name, node in ctx.calls(cell):
        if name == "os.chdir" and node.args:
            first = node.args[0]
            return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
    return None


def changes_folder(ctx: Context, cell: DocumentCell) -> bool:
    """Whether relative paths mean something else after this cell."""
    return folder_change(ctx, cell) is not None
