"""The steps of a pipeline, in order: the document's cells, or recorded runs with the sources as they were run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from jupyter_repro.model.document import Document, DocumentCell
from jupyter_repro.model.history import History
from jupyter_repro.records import Output, RunRecord, SessionRecord

_OUTSIDE = {"clock": "it reads the clock", "entropy": "it takes fresh entropy", "network": "it asks the network"}
RAISES_TAGS = frozenset({"raises-exception", "nbval-raises-exception"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One code cell of the pipeline."""

    id: str
    source: str
    """As the notebook runs it, magics included."""
    cell: str | None = None
    """The document's cell it comes from, None for one that the document no longer has."""
    run: int | None = None
    """The recorded run it stands for, None where none is known."""
    record: RunRecord | None = field(default=None, repr=False)
    outputs: tuple[dict[str, Any], ...] | None = None
    """The reference outputs; None where there are none to compare with."""
    digests: tuple[Output, ...] = ()
    """Digests of the outputs as they were recorded, where the outputs themselves are not known."""
    tags: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    """Markdown cells that stand before it in the document."""

    @property
    def raises(self) -> bool:
        """Whether an error is part of the reference, or announced by a tag."""
        shown = any(output.get("output_type") == "error" for output in self.outputs or ())
        return shown or (self.outputs is None and any(each.kind == "error" for each in self.digests))


def in_document_order(document: Document, history: History) -> tuple[Step, ...]:
    """Every code cell with code in it, from the top; each with the run that made what it shows, where that is known."""
    titles = _titles(document)
    never_ran = all(cell.execution_count is None and not cell.outputs for cell in document.cells)
    steps = []
    for cell in document.cells:
        if cell.is_blank:
            continue
        found = history.shown_by(cell)
        record = found[1] if found and found[1].source == cell.source else _same_source(history, cell)
        known = bool(cell.outputs) or (cell.execution_count is not None and not never_ran)
        steps.append(
            Step(
                id=cell.id,
                source=cell.source,
                cell=cell.id,
                run=record.n if record else None,
                record=record,
                outputs=cell.outputs if known else None,
                digests=() if record is None else record.outputs,
                tags=cell.tags,
                before=titles.get(cell.id, ()),
            )
        )
    return tuple(steps)


def in_run_order(document: Document, history: History, session: SessionRecord, runs: Iterable[int]) -> tuple[Step, ...]:
    """These runs of a session, in execution order, with the sources as they were run.

    A step has reference outputs where its run is the one whose outputs the document shows.
    """
    wanted = set(runs)
    shown: dict[int, DocumentCell] = {}
    for each in document.cells:
        found = history.shown_by(each)
        if found and found[0].header.id == session.header.id:
            shown[found[1].n] = each
    titles, used = _titles(document), set[str]()
    ids: dict[str, int] = {}
    steps = []
    for record in session.runs:
        if record.n not in wanted or not record.source.strip():
            continue
        cell: DocumentCell | None = shown.get(record.n)
        in_document = record.cell if record.cell and document.cell(record.cell) else (cell.id if cell else None)
        base = in_document or record.cell or f"run-{record.n}"
        ids[base] = ids.get(base, 0) + 1
        before = () if in_document is None or in_document in used or cell is None else titles.get(in_document, ())
        if before and in_document:
            used.add(in_document)
        steps.append(
            Step(
                id=base if ids[base] == 1 else f"{base[:48]}-{ids[base]}",
                source=record.source,
                cell=in_document,
                run=record.n,
                record=record,
                outputs=cell.outputs if cell is not None else None,
                digests=record.outputs,
                tags=cell.tags if cell is not None else (),
                before=before,
            )
        )
    return tuple(steps)


def whole_session(session: SessionRecord) -> tuple[int, ...]:
    """The numbers of all runs of a session that a replay can repeat: not those that never began or were interrupted."""
    return tuple(run.n for run in session.runs if run.status in ("ok", "error"))


def outside_cause(record: RunRecord | None) -> str:
    """Why a recorded run's outputs may differ next time, as far as it shows; empty where nothing says so."""
    if record is None or not record.outputs:
        return ""
    drawn = [draw.generator for draw in record.draws if not draw.seeded]
    if drawn:
        return f"it draws from a generator that nobody seeded ({drawn[0].removeprefix('unseeded:')})"
    for kind, why in _OUTSIDE.items():
        asked = [each.what for each in record.outside if each.kind == kind]
        if asked:
            return f"{why} ({asked[0]})"
    return ""


def _same_source(history: History, cell: DocumentCell) -> RunRecord | None:
    """The newest run of exactly this text, for a cell whose shown run is not known."""
    runs: Sequence[tuple[SessionRecord, RunRecord]] = history.runs_of(cell)
    return next((run for _, run in reversed(runs) if run.source == cell.source), None)


def _titles(document: Document) -> dict[str, tuple[str, ...]]:
    """Markdown cells by the id of the code cell that follows them."""
    titles: dict[str, tuple[str, ...]] = {}
    waiting: list[str] = []
    for cell in document.notebook["cells"]:
        if cell["cell_type"] == "markdown":
            waiting.append(cell["source"])
        elif cell["cell_type"] == "code" and cell["source"].strip():
            titles[cell["id"]] = tuple(waiting)
            waiting = []
    return titles
