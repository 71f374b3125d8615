"""Where journals lie: the ``.repro/`` folder beside the notebook, and the names in it.

::

    .repro/
      .gitignore                     ``*``, so that history is not committed by accident (delete it to commit)
      20261121T093000Z-1a2b3c4d.jsonl   one journal per kernel session
      states/                        generator states at the start of runs that drew from them
      undo/                          the notebook as it was before the last ``jupyter repro fix``
"""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = ".repro"
SUFFIX = ".jsonl"


def journal_folder(notebook_or_cwd: str | os.PathLike[str]) -> Path:
    """The ``.repro/`` folder beside a notebook, or in a folder. Not created."""
    path = Path(notebook_or_cwd)
    return (path if path.is_dir() else path.parent) / FOLDER


def state_folder() -> Path:
    """Where journals go when a notebook's folder cannot be written: a folder of the user's. Not created."""
    base = os.environ.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
    return Path(base) / "jupyter-repro"


def create(folder: Path) -> None:
    """Make the folder, with a ``.gitignore`` that keeps it out of commits unless someone removed that file before.

    Raises OSError where the place is read-only.
    """
    if folder.is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("# Written by jupyter-repro. Delete this file to commit the history.\n*\n")


def journal_name(started: str, session: str) -> str:
    """File name of a session's journal: sorts by start time. ``started`` is ISO 8601 UTC."""
    stamp = started[:19].replace("-", "").replace(":", "")
    return f"{stamp}Z-{session[:8]}{SUFFIX}"


def journals(folder: Path) -> list[Path]:
    """The journals in a ``.repro/`` folder, oldest first; empty where there is none."""
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == SUFFIX)
    except OSError:
        return []
