"""The forecast: what Restart Kernel and Run All would do to each cell, found by replaying the document from the memo.

The walk goes down the document with a `Stage`. A cell for which a recorded run of the same text with the same input
versions exists goes as that run went; any other is read (`unfitted`). Nothing is run.
"""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_repro.analysis.against import Against, same_text
from jupyter_repro.analysis.alike import Alike
from jupyter_repro.analysis.because import Cause, Explainer, joined
from jupyter_repro.analysis.clockface import shows_its_time
from jupyter_repro.analysis.foreseen import CellForecast, Forecast, Replay, Verdict
from jupyter_repro.analysis.joining import given_names, shown_runs
from jupyter_repro.analysis.libraries import Libraries
from jupyter_repro.analysis.memo import Memo, differences
from jupyter_repro.analysis.noise import Noise
from jupyter_repro.analysis.remembered import remembered
from jupyter_repro.analysis.seen import seen, seen_in
from jupyter_repro.analysis.settled import Settled
from jupyter_repro.analysis.stage import Stage
from jupyter_repro.analysis.statements import binds_of
from jupyter_repro.analysis.timeline import Past, timeline
from jupyter_repro.analysis.unfitted import Unfitted
from jupyter_repro.model.disk import Disk
from jupyter_repro.model.document import Document, DocumentCell
from jupyter_repro.model.history import History

__all__ = ["CellForecast", "Forecast", "Replay", "forecast"]


def forecast(document: Document, history: History, disk: Disk | None = None) -> Forecast:
    """Foresee the replay of a document. ``disk`` None looks at the files in the document's folder."""
    walk = _Walk(document, history, disk or Disk(document.path.parent))
    return Forecast(cells=tuple(walk.cell(cell) for cell in document.cells), tracked=bool(history.sessions))


class _Walk:
    def __init__(self, document: Document, history: History, disk: Disk) -> None:
        past = timeline(history)
        self.document = document
        why = Explainer(document, past)
        self.memo = Memo(past)
        self.shown = shown_runs(document, past)
        self.stage = Stage(
            disk=disk,
            settled=Settled(past.setting()),
            libraries=Libraries(history),
            alike=Alike(past, self._shows_time),
            given=given_names(past, why),
        )
        self.against = Against(why, self.stage)
        self.unfitted = Unfitted(document, past, self.memo, self.stage, why, self.against)
        self.noise = Noise(document, self.memo, why)
        self.bound = why.bound_in_document()

    def cell(self, cell: DocumentCell) -> CellForecast:
        if cell.is_blank:
            return CellForecast(cell=cell, replay="ok", because="")
        self.stage.place += 1
        shown = self.shown.get(cell.id)
        candidates = self.memo.of_source(cell.source)
        fitting = next((past for past in candidates if self._fits(past)), None)
        if fitting is not None:
            doubts = self._doubts(cell, candidates, only_fitting=True)
            verdict = self._repeat(cell, shown, fitting)
        else:
            doubts = self._doubts(cell, candidates)
            verdict = self.unfitted.read(cell, shown, candidates)
        if verdict.replay == "ok" and doubts is not None:
            verdict = Verdict(doubts[0], [doubts[1]], verdict.past)
        watched = verdict.past or shown
        causes = tuple(verdict.causes)
        return CellForecast(
            cell=cell,
            replay=verdict.replay,
            because=joined(cause.text for cause in causes),
            causes=causes,
            resources=tuple(dict.fromkeys(cause.resource for cause in causes if cause.resource)),
            cells=tuple(dict.fromkeys(each for cause in causes for each in cause.path if each != cell.id)),
            blind_spots=watched.run.blind_spots if watched else (),
            shown_by=shown.run if shown else None,
            replays=fitting.run if fitting else None,
        )

    def _shows_time(self, cell: str | None) -> bool:
        found, shown = self.document.cell(cell or ""), self.shown.get(cell or "")
        return found is not None and shown is not None and shows_its_time(found, shown.run) is not None

    def _fits(self, past: Past) -> bool:
        return not differences(past, self.stage, all_of_them=False)

    def _repeat(self, cell: DocumentCell, shown: Past | None, past: Past) -> Verdict:
        verdict = self.against.compare(cell, shown, past)
        if verdict.replay == "changes" and shown is not None:
            if same_text(shown, cell) and self._fits(shown):
                text = f"run {past.run.n} and run {shown.run.n} had the same inputs and showed different outputs"
                verdict.causes = [Cause(kind="unsteady", text=text, run=past.run.n)]
            else:
                verdict.causes = self.against.explained(cell, shown) or verdict.causes
        self.stage.play_recorded(cell.id, past)
        if past.run.status != "ok":
            self.stage.lose(cell.id, binds_of(cell.source))
        return verdict

    def _doubts(
        self, cell: DocumentCell, runs: Sequence[Past], *, only_fitting: bool = False
    ) -> tuple[Replay, Cause] | None:
        """Why a cell that would do the same by all that was recorded may yet show something else, and what to say then.

        Recorded ``runs`` of it that had the same inputs and always showed the same dispel the doubt.
        """
        if not cell.outputs:
            return None
        shown = self.shown.get(cell.id)
        if shown is not None and (time := shows_its_time(cell, shown.run)) is not None:
            text = f"shows the time at which it ran ({time})"
            return "changes", Cause(kind="outside", resource="clock", cell=cell.id, text=text)
        if cell.execution_count != self.stage.place and (names := remembered(cell.source) - self.bound):
            name = min(names)
            text = (
                f"uses `{name}`, IPython's memory of what ran before run {cell.execution_count}; the replay has another"
            )
            return "changes", Cause(kind="other-run", resource=name, cell=cell.id, text=text)
        reason = self.noise.of(cell)
        if reason is None or not seen_in(cell):
            return None
        if only_fitting:
            runs = [past for past in runs if self._fits(past)]
        if len(runs) > 1 and len({seen(past.run.outputs) for past in runs}) == 1:
            return None
        return "unknown", reason
