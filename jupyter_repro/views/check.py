"""The judgement of a notebook on the wire: what ``check --json`` prints and the panel shows."""

from __future__ import annotations

from jupyter_repro.analysis.engine import Analysis
from jupyter_repro.model.document import Document
from jupyter_repro.model.history import History
from jupyter_repro.views.findings import finding_payload, muted_payload
from jupyter_repro.views.payload import CellPayload, CheckPayload, SessionPayload, SummaryPayload

VERSION = 1


def check_payload(document: Document, history: History, analysis: Analysis) -> CheckPayload:
    """The forecast and the findings, as the contract has them."""
    counts = analysis.forecast.counts
    return CheckPayload(
        version=VERSION,
        notebook=str(document.path),
        session=session_payload(history),
        summary=SummaryPayload(
            ok=counts["ok"],
            changes=counts["changes"],
            fails=counts["fails"],
            unknown=counts["unknown"],
            headline=analysis.forecast.headline,
        ),
        cells=_cells(analysis),
        findings=[finding_payload(finding) for finding in analysis.findings],
        muted=[muted_payload(each) for each in analysis.muted],
        damage=list(history.damage),
    )


def session_payload(history: History) -> SessionPayload | None:
    """The session that started last, None for a notebook that was never tracked."""
    session = history.latest
    if session is None:
        return None
    return SessionPayload(
        id=session.header.id,
        started=session.header.started,
        python=session.header.python,
        platform=session.header.platform,
        runs=len(session.runs),
        ended=session.ended,
        layers=dict(session.header.layers),
    )


def _cells(analysis: Analysis) -> list[CellPayload]:
    codes: dict[str, list[str]] = {}
    for finding in analysis.findings:
        for cell in {finding.cell, *finding.cells} - {None}:
            codes.setdefault(str(cell), []).append(finding.code)
    return [
        CellPayload(
            id=each.id,
            index=each.cell.index,
            execution_count=each.cell.execution_count,
            replay=each.replay,
            because=each.because,
            resources=list(each.resources),
            findings=list(dict.fromkeys(codes.get(each.id, []))),
            blind_spots=list(each.blind_spots),
            related=list(each.cells),
        )
        for each in analysis.forecast.cells
    ]
