"""The document joined with its history: which run made what a cell shows, and which names nobody made."""

from __future__ import annotations

from jupyter_repro.analysis.because import Explainer
from jupyter_repro.analysis.seen import seen, seen_in
from jupyter_repro.analysis.timeline import Past, Timeline
from jupyter_repro.model.document import Document, DocumentCell


def shown_runs(document: Document, timeline: Timeline) -> dict[str, Past]:
    """The run that made what each cell shows: of its execution count, with its outputs where several fit."""
    found = {}
    for cell in document.cells:
        runs = timeline.of_count(cell) if cell.execution_count else []
        if len(runs) > 1:
            wanted = seen_in(cell)
            runs = [past for past in runs if seen(past.run.outputs) == wanted] or runs
        runs = runs or (_edited_since(cell, timeline) if cell.execution_count else [])
        if runs:
            found[cell.id] = runs[-1]
    return found


def _edited_since(cell: DocumentCell, timeline: Timeline) -> list[Past]:
    """Where the client sent no cell ids: the run of the cell's count that showed what it shows, whatever its text."""
    wanted = seen_in(cell)
    runs = timeline.without_cell(cell.execution_count)
    alike = [past for past in runs if seen(past.run.outputs) == wanted]
    return alike if wanted else alike[-1:]


def given_names(timeline: Timeline, why: Explainer) -> frozenset[str]:
    """Names that runs found and that no recorded run and no cell of the document makes: start-up files do."""
    found = timeline.given()
    return frozenset(found - why.bound_in_document() if found else found)
