"""Which journals belong to a notebook, wherever it was when they were written.

They lie beside it, in the user's state folder (where its own folder could not be written), or, when the notebook was
moved, beside the place where it was: the folders above it and their immediate subfolders are looked through.
"""

from __future__ import annotations

import json
import os
import stat
import time
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from pathlib import Path

from jupyter_repro.errors import BadInput
from jupyter_repro.journal import folder as journal_folder
from jupyter_repro.journal import reader
from jupyter_repro.records import SessionRecord

LEVELS = 3
"""Folders above the notebook's that are looked through for the journals of a notebook that was moved."""
NEIGHBOURS = 500
"""Subfolders of each of these at most."""
REMEMBERED = 10.0
"""Seconds that the list of these folders is kept: a panel asks with every edit."""
GLANCE = 1 << 17
"""Bytes of a journal elsewhere that are searched for the notebook's cells before it is read."""
TELLING = 8
"""Characters of a cell id from which on it is nobody else's: nbformat makes them of eight random ones or more."""
_ROOTS = (".git", ".hg", ".svn", "pyproject.toml")


def sessions_of(
    notebook: Path,
    cells: Collection[str],
    sources: Collection[str],
    read: Callable[[Path], SessionRecord] = reader.read,
) -> tuple[list[SessionRecord], list[str]]:
    """The sessions recorded for a notebook, oldest first, and one sentence for each journal that could not be used.

    A journal belongs to the notebook when its header names that path, unless its runs are of another notebook that has
    been renamed since; or when the file that it names is gone, or holds other cells, and at least half of its runs are
    of these cells or, beside it, sources. A copy of a notebook does not take the history of its original.
    """
    notebook = notebook.absolute()
    sessions: list[SessionRecord] = []
    unusable: list[str] = []
    for path, beside in _candidates(notebook, cells):
        try:
            session = read(path)
        except (BadInput, OSError) as error:
            if beside:
                unusable.append(str(error))
            continue
        if _belongs(session, notebook, cells, sources, beside):
            sessions.append(session)
    sessions.sort(key=lambda session: session.header.started)
    return sessions, unusable


def places_of(notebook: Path) -> Iterator[Path]:
    """The folders that may hold journals of a notebook, the likeliest first; not all of them exist."""
    beside = journal_folder.journal_folder(notebook.absolute())
    yield beside
    yield journal_folder.state_folder()
    yield from (each for each in _around(beside.parent, int(time.monotonic() / REMEMBERED)) if each != beside)


def journals_of_folder(folder: Path) -> list[Path]:
    """The journals of a folder's notebooks, oldest first: those in it, and those that could not be written there."""
    folder = folder.absolute()
    elsewhere = [path for path in journal_folder.journals(journal_folder.state_folder()) if _home(path) == folder]
    beside = journal_folder.journals(journal_folder.journal_folder(folder))
    return sorted([*beside, *elsewhere], key=lambda path: path.name)


def _home(journal: Path) -> Path | None:
    """The folder whose notebook a journal tells of; None where it cannot be read."""
    try:
        with journal.open("rb") as stream:
            header = json.loads(stream.readline())
        return Path(header["notebook"]).parent if header.get("notebook") else Path(header["cwd"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _candidates(notebook: Path, cells: Collection[str]) -> Iterator[tuple[Path, bool]]:
    """Journals, and whether they lie beside the notebook; elsewhere only those that speak of it or of its cells."""
    marks = [os.fsencode(str(notebook)), *(f'"{cell}"'.encode() for cell in cells if len(cell) >= TELLING)]
    for folder in places_of(notebook):
        beside = folder.parent == notebook.parent
        for path in journal_folder.journals(folder):
            if beside or _speaks_of(path, marks):
                yield path, beside


def _speaks_of(path: Path, marks: list[bytes]) -> bool:
    try:
        with path.open("rb") as stream:
            beginning = stream.read(GLANCE)
    except OSError:
        return False
    return any(mark in beginning for mark in marks)


@lru_cache(maxsize=32)
def _around(folder: Path, _age: int) -> tuple[Path, ...]:
    """The ``.repro`` folders that there are in the folders above and beside this one, up to the project's root."""
    found: dict[Path, None] = {}
    for above in (folder, *folder.parents)[: LEVELS + 1]:
        if above.parent == above or (above != folder and _is_shared(above)):
            break
        neighbours = [above]
        try:
            with os.scandir(above) as entries:
                for entry, _ in zip(entries, range(NEIGHBOURS), strict=False):
                    if not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False):
                        neighbours.append(above / entry.name)
        except OSError:
            continue
        for each in neighbours:
            if (each / journal_folder.FOLDER).is_dir():
                found[each / journal_folder.FOLDER] = None
        if above == Path.home() or any((above / mark).exists() for mark in _ROOTS):
            break
    return tuple(found)


def _is_shared(folder: Path) -> bool:
    """Whether it is a place of everybody's, as ``/tmp`` is: what lies in it has nothing to do with each other."""
    try:
        return bool(folder.stat().st_mode & stat.S_ISVTX)
    except OSError:
        return True


def _belongs(
    session: SessionRecord, notebook: Path, cells: Collection[str], sources: Collection[str], beside: bool
) -> bool:
    named = None if session.header.notebook is None else Path(session.header.notebook)
    if named is not None:
        if beside:  # the folder may have been moved as a whole
            named = notebook.parent / named.name
        if named == notebook:
            return _knows_any(session, cells, sources) or not _was_renamed(session, notebook)
        if not named.is_absolute():
            return False
    elif not beside and Path(session.header.cwd) != notebook.parent:
        return False
    if not session.runs:
        return False
    if named is not None and not beside:  # a journal from elsewhere has to prove it
        cells, sources = {cell for cell in cells if len(cell) >= TELLING}, ()
    known = sum(run.cell in cells or run.source in sources for run in session.runs)
    if 2 * known < len(session.runs):
        return False
    return named is None or not _holds(named, session, unsure=True)


def _knows_any(session: SessionRecord, cells: Collection[str], sources: Collection[str]) -> bool:
    return any(run.cell in cells or run.source in sources for run in session.runs)


def _was_renamed(session: SessionRecord, notebook: Path) -> bool:
    """Whether another notebook beside this one holds the cells of the session: it had this one's name before."""
    try:
        others = [path for path in notebook.parent.glob("*.ipynb") if path != notebook]
    except OSError:
        return False
    return any(_holds(path, session, unsure=False) for path in others)


def _holds(notebook: Path, session: SessionRecord, *, unsure: bool) -> bool:
    """Whether the file has at least half of the session's cells, by their ids; ``unsure`` where nobody sent ids."""
    try:
        text = notebook.read_bytes()
    except OSError:
        return False
    ids = {run.cell for run in session.runs if run.cell is not None}
    if not ids:
        return unsure
    return 2 * sum(f'"{each}"'.encode() in text for each in ids) >= len(ids)
