"""From the paths of Jupyter's contents API to files on this machine, and back. Never outside the server's root."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from jupyter_server.services.contents.filemanager import FileContentsManager

from jupyter_repro.errors import BadInput


def root_of(contents: Any) -> Path:
    """The folder the server serves. Raises BadInput where its contents do not lie on this machine's disk."""
    if not isinstance(contents, FileContentsManager):
        raise BadInput(
            f"the notebooks of this server are kept by {type(contents).__name__}, not in a folder",
            hint="jupyter-repro needs the files on disk: start the server on a local folder.",
        )
    return Path(contents.root_dir).absolute()


def local_path(contents: Any, name: Any) -> Path:
    """The file that a contents path names. Raises BadInput for a path that is none or that leaves the root.

    Checked component by component, so that ``..`` never counts. Symbolic links are followed as Jupyter follows them.
    """
    if not isinstance(name, str) or not name.strip("/"):
        raise BadInput("the request names no path")
    parts = [part for part in name.split("/") if part]
    separators = {mark for mark in (os.sep, os.altsep) if mark and mark != "/"}
    if any(part in (".", "..") or "\0" in part or any(mark in part for mark in separators) for part in parts):
        raise BadInput(f"{name!r} is not a path below the server's folder", hint="Use a path without . and .. in it.")
    return root_of(contents).joinpath(*parts)


def contents_path(contents: Any, path: str | Path) -> str | None:
    """The contents path of a file, None for one outside the server's root."""
    root = root_of(contents)
    for base, file in ((root, Path(path).absolute()), (root.resolve(), Path(path).resolve())):
        if file.is_relative_to(base):
            return file.relative_to(base).as_posix()
    return None
