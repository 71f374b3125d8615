"""The forecast: what Restart Kernel and Run All would do to each cell, found by replaying the document from the memo.

The walk goes down the document with a `Stage`. A cell for which a recorded run of the same text with the same input
versions exists goes as that run went; any other is read (`unfitted`). Nothing is run.
"""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_repro.analysis.code.body import binds_of
from jupyter_repro.analysis.code.deepstack import with_deep_stack
from jupyter_repro.analysis.forecast.against import Against, same_text
from jupyter_repro.analysis.forecast.because import Cause, Explainer, joined
from jupyter_repro.analysis.forecast.clockface import shows_its_time
from jupyter_repro.analysis.forecast.foreseen import CellForecast, Forecast, Replay, Verdict
from jupyter_repro.analysis.forecast.joining import given_names, shown_runs
from jupyter_repro.analysis.forecast.memo import Memo, differences
from jupyter_repro.analysis.forecast.noise import Noise
from jupyter_repro.analysis.forecast.presence import Presence, looks
from jupyter_repro.analysis.forecast.stage import Stage
from jupyter_repro.analysis.forecast.steps import Steps
from jupyter_repro.analysis.forecast.unfitted import Unfitted
from jupyter_repro.analysis.forecast.unseen import unseen_inputs
from jupyter_repro.analysis.recall import Recall
from jupyter_repro.analysis.runs.alike import Alike
from jupyter_repro.analysis.runs.libraries import Libraries
from jupyter_repro.analysis.runs.remembered import RESULTS, remembered, result_in
from jupyter_repro.analysis.runs.seen import outputs_of, seen, seen_in
from jupyter_repro.analysis.runs.settled import Settled
from jupyter_repro.analysis.runs.timeline import Past, timeline
from jupyter_repro.model.disk import Disk
from jupyter_repro.model.document import Document, DocumentCell
from jupyter_repro.model.history import History

__all__ = ["CellForecast", "Forecast", "Replay", "forecast"]


@with_deep_stack
def forecast(document: Document, history: History, disk: Disk | None = None, recall: Recall | None = None) -> Forecast:
    """Foresee the replay of a document. ``disk`` None looks at the files in the document's folder.

    ``recall`` has what earlier forecasts of the same notebook found, and gives the same forecast sooner.
    """
    recall = recall or Recall()
    walk = _Walk(document, history, disk or Disk(document.path.parent), recall)
    steps = recall.fact("steps", (), Steps)
    return Forecast(cells=steps.follow(walk, document.cells), tracked=bool(history.sessions))


class _Walk:
    def __init__(self, document: Document, history: History, disk: Disk, recall: Recall) -> None:
        past = timeline(history)
        self.document = document
        why = Explainer(document, past)
        self.memo = Memo(past)
        self.shown = shown_runs(document, past, recall)
        self.stage = Stage(
            disk=disk,
            settled=Settled(past.setting()),
            libraries=Libraries(history),
            alike=Alike(past, self._shows_time),
            presence=Presence(past),
            given=given_names(past, why),
        )
        self.against = Against(why, self.stage)
        self.unfitted = Unfitted(document, past, self.memo, self.stage, why, self.against, recall)
        self.noise = Noise(document, self.memo, why, recall)
        self.timeline = past
        self._exact: Past | None = None
        """The run that was last found to fit, where it had the very inputs."""
        self.bound = why.bound_in_document()

    def cell(self, cell: DocumentCell) -> CellForecast:
        if cell.is_blank:
            return CellForecast(cell=cell, replay="ok", because="")
        self.stage.begin(cell.source)
        shown = self.shown.get(cell.id)
        candidates = self.memo.of_source(cell.source)
        fitting = next((past for past in candidates if self.fits(past)), None)
        if fitting is not None:
            doubts = self._doubts(cell, candidates, only_fitting=True)
            verdict = self._repeat(cell, shown, fitting)
        else:
            doubts = self._doubts(cell, candidates)
            verdict = self.unfitted.read(cell, shown, candidates)
        if verdict.replay == "changes" and cell.is_cleared:  # what shows nothing shows nothing else
            never = Cause(
                kind="never-run", cell=cell.id, text="it never ran as it stands, and shows nothing; run it to settle it"
            )
            verdict = Verdict("unknown" if fitting is None else "ok", [never] * (fitting is None), verdict.past)
        if verdict.replay == "ok" and doubts is not None:
            verdict = Verdict(doubts[0], [doubts[1]], verdict.past)
        self._display(cell, fitting, verdict)
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

    def _display(self, cell: DocumentCell, fitting: Past | None, verdict: Verdict) -> None:
        """Put on the stage what the cell displays as its result: `_` in the cells below."""
        result = result_in(fitting.run.outputs if fitting is not None else outputs_of(cell))
        if result is not None and verdict.replay != "fails":
            certain = fitting is not None or verdict.replay == "ok"
            self.stage.display(result if certain else f"^result:of {cell.id}")

    def _ran_from_the_top(self, shown: Past, cell: DocumentCell) -> bool:
        """Whether the session had run the cells above as they stand, in order, and nothing else."""
        above = [each.source.rstrip() for each in self.document.cells if each.index < cell.index and not each.is_blank]
        return shown.place == len(above) and all(
            run.source.rstrip() == source for run, source in zip(shown.earlier, above, strict=False)
        )

    def _shows_time(self, cell: str | None) -> bool:
        found, shown = self.document.cell(cell or ""), self.shown.get(cell or "")
        return found is not None and shown is not None and shows_its_time(found, shown.run) is not None

    def everywhere(self) -> object:
        """What every verdict rests on, beside the cell and the stage."""
        setters = [line.last(line.setters[True]) for line in self.timeline.lines]
        return self.stage.given, setters, self.stage.libraries.changed

    def basis(self, cell: DocumentCell) -> tuple[object, ...]:
        """What the verdict on a cell rests on beside the stage, as far as it goes as a recorded run went."""
        return cell, self.shown.get(cell.id), self.memo.first_of(cell.source), self.noise.flow(cell)

    def repeats(self, cell: DocumentCell, judged: CellForecast) -> Past | None:
        """The run that a cell repeats, where its verdict rests on nothing but the basis and the stage.

        Reasons lead through the history, files lie on the disk, doubts are about other runs, and what is alike without
        being the same was found by looking far back.
        """
        first, _ = self.memo.first_of(cell.source)
        if first is None or judged.replays is not first.run or judged.replay != "ok" or judged.causes or first.found:
            return None
        if looks(cell.source):
            return None
        if self.noise.flow(cell) or remembered(cell.source) or self._exact is not first:
            return None
        if judged.shown_by is not None and unseen_inputs(judged.shown_by):
            return None
        return first

    def fits(self, past: Past) -> bool:
        """Whether a run had the inputs that the stage has, or others that are alike."""
        if differences(past, self.stage, all_of_them=False):
            return False
        self._exact = past if all(self.stage.version(name) == saw for name, saw in past.saw.items()) else None
        return True

    def fits_exactly(self, past: Past) -> bool:
        """Whether a run had the very inputs that the stage has."""
        return self.fits(past) and self._exact is past

    def _repeat(self, cell: DocumentCell, shown: Past | None, past: Past) -> Verdict:
        verdict = self.against.compare(cell, shown, past)
        if verdict.replay == "changes" and shown is not None:
            if same_text(shown, cell) and self.fits(shown):
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
        counted = remembered(cell.source) - self.bound - {*RESULTS}
        if cell.execution_count != self.stage.place and (names := counted):
            name = min(names)
            text = (
                f"uses `{name}`, IPython's memory of what ran before run {cell.execution_count}; the replay has another"
            )
            return "changes", Cause(kind="other-run", resource=name, cell=cell.id, text=text)
        if shown is not None and (spot := unseen_inputs(shown.run)) and not self._ran_from_the_top(shown, cell):
            text = f"what it took from before was not seen: {spot}; restart and run all to settle it"
            return "unknown", Cause(kind="untracked", run=shown.run.n, text=text)
        reason = self.noise.of(cell)
        if reason is None or not seen_in(cell):
            return None
        if only_fitting:
            runs = [past for past in runs if self.fits(past)]
        if len(runs) > 1 and len({seen(past.run.outputs) for past in runs}) == 1:
            return None
        return "unknown", reason
