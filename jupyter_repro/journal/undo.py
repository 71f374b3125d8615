"""The notebook as it was before the last fix, kept beside its journals so that one step takes the fix back.

``.repro/undo/<notebook>`` holds the bytes from before, ``<notebook>.after`` the digest of what the fix wrote: a file
that was changed since is not overwritten.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from jupyter_repro.errors import BadInput
from jupyter_repro.journal.folder import create, journal_folder


def keep(notebook: Path, before: bytes, after: bytes) -> None:
    """Remember what a fix replaced. Raises OSError where the folder cannot be written."""
    kept, mark = _places(notebook)
    create(journal_folder(notebook))
    kept.parent.mkdir(exist_ok=True)
    kept.write_bytes(before)
    mark.write_text(_digest(after) + "\n", encoding="ascii")


def take_back(notebook: Path) -> None:
    """Put the notebook back as it was before the last fix, by one rename.

    Raises BadInput where no fix is remembered, or the file is no longer what the fix left.
    """
    kept, mark = _places(notebook)
    try:
        before, expected = kept.read_bytes(), mark.read_text(encoding="ascii").strip()
        now = notebook.read_bytes()
    except OSError:
        raise BadInput(f"no fix of {notebook} is remembered", hint="Undo works once, after fix.") from None
    if _digest(now) != expected:
        raise BadInput(
            f"{notebook} has changed since it was fixed", hint=f"It is left alone; {kept} holds what was there before."
        )
    temporary = notebook.with_name(f".{notebook.name}.undo")
    temporary.write_bytes(before)
    temporary.chmod(notebook.stat().st_mode & 0o777)
    os.replace(temporary, notebook)
    kept.unlink()
    mark.unlink()


def _places(notebook: Path) -> tuple[Path, Path]:
    folder = journal_folder(notebook) / "undo"
    return folder / notebook.name, folder / f"{notebook.name}.after"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
