"""Where this kernel's notebook and journal lie, as far as the kernel can know."""

from __future__ import annotations

import os
from pathlib import Path

from jupyter_repro.journal import folder as journal_folder


def notebook_of_session(cwd: str) -> str | None:
    """Absolute path of the notebook from the server's session name, None where it names none.

    jupyter-server sets JPY_SESSION_NAME to a path that is absolute, or relative to the server's root. A kernel starts
    in the notebook's folder, so a relative one is looked up there by its last component, then as it stands.
    """
    name = os.environ.get("JPY_SESSION_NAME", "")
    if not name.endswith(".ipynb"):
        return None
    if os.path.isabs(name):
        return name if os.path.isdir(os.path.dirname(name)) else None
    beside = os.path.join(cwd, os.path.basename(name))
    for candidate in (beside, os.path.join(cwd, name)):
        if os.path.exists(candidate):
            return candidate
    return beside


def journal_path(notebook: str | None, cwd: str, started: str, session: str) -> Path:
    """Where the journal of a session goes: ``.repro/`` beside the notebook, else in the working directory."""
    folder = journal_folder.journal_folder(notebook) if notebook else Path(cwd) / journal_folder.FOLDER
    return folder / journal_folder.journal_name(started, session)


def fallback_path(started: str, session: str) -> Path:
    """Where the journal goes when the notebook's folder cannot be written: the user's state folder."""
    return journal_folder.state_folder() / journal_folder.journal_name(started, session)
