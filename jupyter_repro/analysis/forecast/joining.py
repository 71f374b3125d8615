"""The document joined with its history: which run made what a cell shows, and which names nobody made."""

from __future__ import annotations

from functools import partial

from jupyter_repro.analysis.forecast.because import Explainer
from jupyter_repro.analysis.recall import Recall
from jupyter_repro.analysis.runs.remembered import is_memory
from jupyter_repro.analysis.runs.seen import seen, seen_in
from jupyter_repro.analysis.runs.timeline import Past, Timeline
from jupyter_repro.model.document import Document, DocumentCell


def shown_runs(document: Document, timeline: Timeline, recall: Recall) -> dict[str, Past]:
    """The run that made what each cell shows: of its execution count, with its outputs where several fit."""
    found = {}
    for cell in document.cells:
        if cell.execution_count:
            counted = [line.last(line.counts[cell.execution_count]) for line in timeline.lines]
            shown = recall.fact(("shown", cell.id), (cell, counted), partial(_shown, cell, timeline))
            if shown is not None:
                found[cell.id] = shown
    return found


def _shown(cell: DocumentCell, timeline: Timeline) -> Past | None:
    runs = timeline.of_count(cell)
    if len(runs) > 1:
        wanted = seen_in(cell)
        runs = [past for past in runs if seen(past.run.outputs) == wanted] or runs
    runs = runs or _moved_here(cell, timeline)
    return runs[-1] if runs else None


def _moved_here(cell: DocumentCell, timeline: Timeline) -> list[Past]:
    """The runs of the cell's count that showed what it shows, of whatever cell: it was pasted, split off, or edited
    where the client sent no cell ids or the file keeps none.
    """
    wanted, runs = seen_in(cell), timeline.counted(cell.execution_count)
    alike = [past for past in runs if seen(past.run.outputs) == wanted]
    return (
        alike if wanted else [past for past in alike if past.text == cell.source.rstrip() or past.run.cell is None][-1:]
    )


def given_names(timeline: Timeline, why: Explainer) -> frozenset[str]:
    """Names that runs found and that no recorded run and no cell of the document makes: start-up files do."""
    found = {name for name in timeline.given() if not is_memory(name)}
    return frozenset(found - why.bound_in_document() if found else found)
