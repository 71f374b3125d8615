"""The linearization ladder: the orders of steps that an export tries, best first, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass

from jupyter_repro.analysis.forecast.walk import forecast
from jupyter_repro.analysis.slicing import shown_slice
from jupyter_repro.bundle import manifest
from jupyter_repro.bundle.plan import REASONS
from jupyter_repro.model.document import Document
from jupyter_repro.model.history import History
from jupyter_repro.records import SessionRecord

NOT_OF_THE_ORDER = frozenset({"random", "outside", "unsteady", "file-changed", "file-missing"})
"""Causes of a forecast change that another order of steps need not cure: document order is tried all the same."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rung:
    """One order of steps to try: its runs (None for the document's cells), or why there is no point in trying."""

    rung: manifest.Rung
    because: str
    session: SessionRecord | None = None
    runs: tuple[int, ...] | None = None
    skip: str = ""


def ladder_of(document: Document, history: History) -> tuple[Rung, ...]:
    """The orders of steps to try, best first, each with the reason for it."""
    rungs: list[Rung] = []
    told = forecast(document, history)
    wrong = [
        cell
        for cell in told.cells
        if cell.replay in ("fails", "changes")
        and not (cell.causes and all(cause.kind in NOT_OF_THE_ORDER for cause in cell.causes))
    ]
    session = history.latest
    if not wrong or session is None:
        rungs.append(Rung(rung="document", because=REASONS["document"]))
    else:
        why = f"the forecast says that document order would not give what is shown: {wrong[0].because}"
        rungs.append(Rung(rung="document", because=REASONS["document"], skip=why))
    if session is not None:
        sliced = shown_slice(document, history)
        if sliced is not None:
            session = sliced.session
            kept = tuple(run.n for run in sliced.runs)
            rungs.append(Rung(rung="slice", because=REASONS["slice"], session=session, runs=kept))
        else:
            why = "no recorded run made what the document shows"
            rungs.append(Rung(rung="slice", because=REASONS["slice"], session=session, skip=why))
        rungs.append(Rung(rung="session", because=REASONS["session"], session=session))
    return tuple(rungs)
