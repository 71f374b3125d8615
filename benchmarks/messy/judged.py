"""The forecast's verdicts on the kept sessions beside the truth, cell by cell; and on the same sessions on another day."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_repro.analysis.engine import analyse
from jupyter_repro.analysis.forecast.because import first_line
from jupyter_repro.analysis.forecast.foreseen import CellForecast
from jupyter_repro.analysis.forecast.walk import forecast
from jupyter_repro.model import document as documents
from jupyter_repro.model import history as histories
from jupyter_repro.model.document import Document
from messy.drift import differs

HALVES = {
    "in-view": "Notebooks in view: sessions on them were looked at while the forecast was made",
    "held-out": "Held out: other notebooks of other packages, whose sessions nobody looked at before these figures",
    "first-contact": "First contact: other notebooks of packages in view and of galleries, none looked at before",
}
"""What the notebooks' part is called -> what it is."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One cell of one session."""

    session: str
    half: str
    mix: str
    source: str
    truth: str
    verdict: str
    counts: str
    """What the order of execution counts would say: the heuristic of linters."""
    because: str
    why: str
    """Where the verdict is wrong: what it could not know, in a few words."""


@dataclass(frozen=True, kw_only=True)
class Drifted:
    """One cell of one session, rerun on another day."""

    differs: bool
    by_itself: bool
    """Whether a rerun on the same day would differ, too, or is not known not to."""
    forecast: bool
    """Whether the forecast said anything but ok."""
    finding: bool
    """Whether a finding on what varies or on its data names the cell."""


def judge(path: Path) -> list[Judged]:
    """The judged cells of one session. A silent cell counts only where it was called failing."""
    record = json.loads(path.read_text())
    document = documents.read(path.parent / "nb" / record["notebook"])
    history = histories.load(document)
    foreseen = forecast(document, history)
    noisy = {run.source for session in history.sessions for run in session.runs if run.cell in record["noisy"]}
    counts = by_counts(document)
    judged = []
    for each in foreseen.cells:
        truth = record["truth"].get(each.id) if each.cell.source not in noisy else None
        if truth is None or (truth == "silent" and each.replay != "fails"):
            continue
        truth = "ok" if truth == "silent" else truth
        judged.append(
            Judged(
                session=path.parent.name,
                half=next((half for half in (*HALVES, "written") if path.parent.name.startswith(half)), "in-view"),
                mix=record["mix"],
                source=first_line(each.cell.source),
                truth=truth,
                verdict=each.replay,
                counts=counts[each.id],
                because=each.because,
                why=why(truth, each),
            )
        )
    return judged


def why(truth: str, each: CellForecast) -> str:
    """What a wrong verdict could not know."""
    kinds = {cause.kind for cause in each.causes}
    match truth, each.replay:
        case a, b if a == b:
            return ""
        case "fails", _:
            return "what a text that never ran raises, or what comes of that above it"
        case "ok", "changes" if "edited" in kinds:
            return "below an edit: another input, which shows the same"
        case "ok", "changes":
            return "another input, which shows the same"
        case "ok", "fails":
            return "what is missing is not needed on the way that it takes"
        case _, "unknown":
            return "left open"
        case _:
            return "missed"


def by_counts(document: Document) -> dict[str, str]:
    """``changes`` for each cell whose execution count is smaller than one above it."""
    top, found = 0, {}
    for cell in document.cells:
        count = cell.execution_count or 0
        found[cell.id] = "changes" if count < top else "ok"
        top = max(top, count)
    return found


def judge_drift(path: Path) -> tuple[list[Drifted], dict[str, Any]]:
    """The cells that show something, on another day; and what was changed for it."""
    record = json.loads(path.read_text())
    kept = json.loads((path.parent / "drifted.json").read_text())
    document = documents.read(path.parent / "later" / record["notebook"])
    analysis = analyse(document, histories.load(document))
    named = {
        cell
        for finding in analysis.findings
        if finding.code.startswith(("RPN", "RPD", "RPE"))
        for cell in (finding.cell, *finding.cells)
    }
    found = []
    for each in analysis.forecast.cells:
        shown, later = list(each.cell.outputs), kept["outputs"].get(each.id)
        if not shown or later is None:
            continue
        found.append(
            Drifted(
                differs=differs(shown, later),
                by_itself=record["truth"].get(each.id) != "ok",
                forecast=each.replay != "ok",
                finding=each.id in named,
            )
        )
    return found, kept
