"""Runs by the names people give them: ``7``, ``1a2b3c:7``, ``.repro/20261121T093000Z-1a2b3c4d.jsonl:7``."""

from __future__ import annotations

from pathlib import Path

from jupyter_repro.errors import BadInput
from jupyter_repro.journal import belonging, reader
from jupyter_repro.journal import folder as journal_folder
from jupyter_repro.records import RunRecord, SessionRecord

HOW = "Name it as N (of the newest journal here), SESSION:N or JOURNAL:N; see `jupyter repro log`."


class NoSuchRun(BadInput):
    """No journal here has this run."""


def find(reference: str, folder: Path) -> tuple[SessionRecord, RunRecord]:
    """The run that a reference names, looked for in the journals beside the notebooks of ``folder``. Raises NoSuchRun.

    A journal or session without a number means its last run.
    """
    place, _, number = reference.rpartition(":")
    if not number.isdecimal():
        place, number = reference, ""
    elif not place and ":" not in reference:
        place = ""
    session = _session(place, folder, reference)
    if not session.runs:
        raise NoSuchRun(f"{reference}: this journal has no finished run")
    if not number:
        return session, session.runs[-1]
    run = next((each for each in session.runs if each.n == int(number)), None)
    if run is None:
        numbers = f"{session.runs[0].n} to {session.runs[-1].n}"
        raise NoSuchRun(
            f"{reference}: there is no such run in session {session.header.id[:8]}", hint=f"It has {numbers}."
        )
    return session, run


def _session(place: str, folder: Path, reference: str) -> SessionRecord:
    path = Path(place) if place else None
    if path is not None and path.suffix == journal_folder.SUFFIX:
        try:
            return reader.read(folder / path)
        except OSError as error:
            raise NoSuchRun(f"{path} cannot be read: {error.strerror}", hint=HOW) from None
    journals = belonging.journals_of_folder(folder)
    if not journals:
        raise NoSuchRun(f"there is no journal in {folder / journal_folder.FOLDER}", hint=HOW)
    if not place:
        return reader.read(journals[-1])
    found = [each for each in map(reader.read, journals) if each.header.id.startswith(place)]
    if len(found) != 1:
        what = "no session" if not found else "more than one session"
        raise NoSuchRun(f"{reference}: {what} begins with {place}", hint=HOW)
    return found[0]
