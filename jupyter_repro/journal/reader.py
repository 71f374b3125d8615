"""Journals back into records, and the journals that belong to a notebook.

Damage is never fatal: a torn last line, a line of an unknown type or a half-known record is skipped and named in
`SessionRecord.damage`. A journal of a *newer* schema is refused whole, because its meaning is unknown.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from jupyter_repro.errors import BadInput
from jupyter_repro.journal import folder as journal_folder
from jupyter_repro.journal import schema, upgrade
from jupyter_repro.records import Distribution, RunRecord, SessionHeader, SessionRecord


class NotAJournal(BadInput):
    """The file does not begin with a session line."""


class NewerJournal(BadInput):
    """The journal was written by a newer version of jupyter-repro."""


def read(path: Path) -> SessionRecord:
    """The session in a journal. Raises NotAJournal, NewerJournal or OSError."""
    lines = _lines(path)
    first = next(lines, None)
    if not isinstance(first, dict) or first.get("type") != "session":
        raise NotAJournal(f"{path} is not a journal", hint="Its first line should describe the kernel session.")
    version = int(first.get("schema", 0))
    if version > schema.SCHEMA:
        raise NewerJournal(
            f"{path} has schema {version}, this version reads up to {schema.SCHEMA}",
            hint="Upgrade with: pip install -U jupyter-repro",
        )
    header = schema.decode(SessionHeader, upgrade.to_current(first, version))
    runs: dict[int, RunRecord] = {}
    distributions: tuple[Distribution, ...] = ()
    ended, begun = None, None
    damage: list[str] = []
    for number, raw in enumerate(lines, start=2):
        if not isinstance(raw, dict):
            damage.append(f"line {number} of {path.name} is torn or is not JSON; skipped")
            continue
        line = upgrade.to_current(raw, version)
        try:
            match line.get("type"):
                case "begin":
                    begun = int(line["n"])
                case "run":
                    run = schema.decode(RunRecord, line)
                    runs[run.n] = run
                case "amend" if line["n"] in runs:
                    runs[line["n"]] = schema.amend(runs[line["n"]], line)
                case "amend":
                    pass
                case "env":
                    distributions = tuple(schema.decode(Distribution, each) for each in line["distributions"])
                case "end":
                    ended = line["ended"]
                case other:
                    damage.append(f"line {number} of {path.name} has the unknown type {other!r}; skipped")
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            damage.append(f"line {number} of {path.name} is not understood ({error}); skipped")
    return SessionRecord(
        header=header,
        runs=tuple(runs[n] for n in sorted(runs)),
        distributions=distributions,
        ended=ended,
        interrupted_run=begun if begun is not None and begun not in runs else None,
        damage=tuple(damage),
    )


def _lines(path: Path) -> Iterator[Any]:
    """Each line's JSON value, None for a line that is none; blank lines are passed over."""
    with open(path, "rb") as stream:
        for raw in stream:
            if not raw.strip():
                continue
            try:
                yield json.loads(raw)
            except ValueError:
                yield None


def sessions_of(
    notebook: Path, cells: Collection[str], sources: Collection[str]
) -> tuple[list[SessionRecord], list[str]]:
    """The sessions recorded for a notebook, oldest first, and one sentence for each journal that could not be used.

    A journal belongs to the notebook when its header names that path, or, where the header names none or another file
    that is gone (the notebook was renamed or moved), when at least half of its runs are of these cells or sources.
    """
    sessions, unusable = [], []
    for path in journal_folder.journals(journal_folder.journal_folder(notebook)):
        try:
            session = read(path)
        except (BadInput, OSError) as error:
            unusable.append(str(error))
            continue
        if _belongs(session, notebook, cells, sources):
            sessions.append(session)
    return sessions, unusable


def _belongs(session: SessionRecord, notebook: Path, cells: Collection[str], sources: Collection[str]) -> bool:
    named = session.header.notebook
    if named is not None:
        if Path(named).name == notebook.name:
            return True
        if (notebook.parent / Path(named).name).exists():
            return False
    if not session.runs:
        return False
    known = sum(run.cell in cells or run.source in sources for run in session.runs)
    return 2 * known >= len(session.runs)
