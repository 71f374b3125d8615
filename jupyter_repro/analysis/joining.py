"""The document joined with its history: which run made what a cell shows, and which names nobody made."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_repro.analysis.because import Explainer
from jupyter_repro.analysis.seen import seen, seen_in
from jupyter_repro.analysis.timeline import Past
from jupyter_repro.model.document import Document


def shown_runs(document: Document, timeline: Sequence[Past]) -> dict[str, Past]:
    """The run that made what each cell shows: of its execution count, with its outputs where several fit."""
    by_count: dict[int, list[Past]] = {}
    for past in timeline:
        if past.run.execution_count is not None:
            by_count.setdefault(past.run.execution_count, []).append(past)
    found = {}
    for cell in document.cells:
        runs = [
            past
            for past in by_count.get(cell.execution_count or 0, ())
            if past.run.cell == cell.id or (past.run.cell is None and past.run.source == cell.source)
        ]
        if len(runs) > 1:
            wanted = seen_in(cell)
            runs = [past for past in runs if seen(past.run.outputs) == wanted] or runs
        if runs:
            found[cell.id] = runs[-1]
    return found


def given_names(timeline: Sequence[Past], why: Explainer) -> frozenset[str]:
    """Names that runs found and that no recorded run and no cell of the document makes: start-up files do."""
    made: set[str] = set()
    read: set[str] = set()
    for past in timeline:
        made.update(past.run.writes)
        read.update(past.saw)
    unmade = read - made
    found = {name for past in timeline for name in unmade & past.saw.keys() if past.saw[name]} if unmade else set()
    return frozenset(found - why.bound_in_document() if found else found)
