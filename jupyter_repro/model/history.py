"""A document joined with the recorded sessions: which run made what each cell shows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jupyter_repro.journal import belonging, following
from jupyter_repro.model.document import Document, DocumentCell
from jupyter_repro.records import RunRecord, SessionRecord


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """The sessions recorded for a document, oldest first. Empty for a notebook that was never tracked."""

    sessions: tuple[SessionRecord, ...] = ()
    damage: tuple[str, ...] = ()
    """Journals and lines that could not be read, one sentence each."""

    @property
    def latest(self) -> SessionRecord | None:
        """The session that started last."""
        return self.sessions[-1] if self.sessions else None

    def runs_of(self, cell: DocumentCell) -> list[tuple[SessionRecord, RunRecord]]:
        """All runs of a cell, oldest first, by cell id, or by source where the client sent no ids."""
        return [
            (session, run)
            for session in self.sessions
            for run in session.runs
            if run.cell == cell.id or (run.cell is None and run.source == cell.source)
        ]

    def shown_by(self, cell: DocumentCell) -> tuple[SessionRecord, RunRecord] | None:
        """The run whose outputs the document shows: the newest of this cell with the same execution count."""
        if cell.execution_count is None:
            return None
        matching = [pair for pair in self.runs_of(cell) if pair[1].execution_count == cell.execution_count]
        return matching[-1] if matching else None


def load(document: Document) -> History:
    """The history on disk for a document."""
    sessions, damage = belonging.sessions_of(
        Path(document.path),
        {cell.id for cell in document.cells},
        {cell.source for cell in document.cells if not cell.is_blank},
        following.read,
    )
    return History(
        sessions=tuple(sessions),
        damage=tuple(damage) + tuple(line for session in sessions for line in session.damage),
    )
