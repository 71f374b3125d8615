"""The forecast: what Restart Kernel and Run All would do to each cell, found by replaying the document from the memo.

The walk goes down the document with a `Stage`. A cell for which a recorded run of the same text with the same input
versions exists goes as that run went. For any other the cell's text is read statement by statement, beside the text of
the recorded runs of it: what both have in common is known, the rest is another value than any seen. Nothing is run.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from jupyter_repro.analysis.because import Cause, Explainer, joined
from jupyter_repro.analysis.clockface import shows_its_time
from jupyter_repro.analysis.hints import hints_of
from jupyter_repro.analysis.interpret import Hints, Missing, Reading, Scene, interpret
from jupyter_repro.analysis.memo import Difference, Memo, differences
from jupyter_repro.analysis.noise import Noise
from jupyter_repro.analysis.parts import Composed
from jupyter_repro.analysis.seen import Seen, error_in, seen, seen_in
from jupyter_repro.analysis.stage import Stage
from jupyter_repro.analysis.statements import statements
from jupyter_repro.analysis.timeline import Past, timeline
from jupyter_repro.analysis.versions import ABSENT, Version
from jupyter_repro.model.disk import Disk
from jupyter_repro.model.document import Document, DocumentCell
from jupyter_repro.model.history import History
from jupyter_repro.records import RunRecord

Replay = Literal["ok", "changes", "fails", "unknown"]

_BARE = re.compile(r"<[\w.]+( object)? at 0x[0-9a-f]+>")

_REFERENCES = 12
"""Recorded runs of a cell that are read beside it: the shown one and the newest others."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CellForecast:
    """What would become of one code cell."""

    cell: DocumentCell
    replay: Replay
    because: str
    """The reason in one line; empty for a plain ``ok``."""
    causes: tuple[Cause, ...] = ()
    resources: tuple[str, ...] = ()
    """Names, ``file:...``, ``rng:...`` and settings that the reason is about."""
    cells: tuple[str, ...] = ()
    """Cells of the document to look at, in the order of the reason."""
    blind_spots: tuple[str, ...] = ()
    shown_by: RunRecord | None = None
    """The recorded run that made what the document shows."""
    replays: RunRecord | None = None
    """The recorded run that a replay would repeat, where one has the same text and inputs."""

    @property
    def id(self) -> str:
        """The cell's id."""
        return self.cell.id


@dataclass(frozen=True, kw_only=True, slots=True)
class Forecast:
    """What Restart Kernel and Run All would do, a verdict for each code cell in document order."""

    cells: tuple[CellForecast, ...]
    tracked: bool
    """Whether there is a history at all: without one only missing names can be told."""

    def of(self, cell_id: str) -> CellForecast | None:
        """The verdict on one cell."""
        return next((each for each in self.cells if each.id == cell_id), None)

    @property
    def counts(self) -> Mapping[Replay, int]:
        """How many cells have each verdict."""
        found = Counter(each.replay for each in self.cells)
        return {"ok": found["ok"], "changes": found["changes"], "fails": found["fails"], "unknown": found["unknown"]}

    @property
    def headline(self) -> str:
        """``Restart & Run All would: 12 same, 2 change, 1 fails, 1 unknown``."""
        n = self.counts
        return (
            f"Restart & Run All would: {n['ok']} same, {n['changes']} change{'s' if n['changes'] == 1 else ''}, "
            f"{n['fails']} fail{'s' if n['fails'] == 1 else ''}, {n['unknown']} unknown"
        )


def forecast(document: Document, history: History, disk: Disk | None = None) -> Forecast:
    """Foresee the replay of a document. ``disk`` None looks at the files in the document's folder."""
    walk = _Walk(document, history, disk or Disk(document.path.parent))
    return Forecast(cells=tuple(walk.cell(cell) for cell in document.cells), tracked=bool(history.sessions))


@dataclass(slots=True)
class _Verdict:
    replay: Replay
    causes: list[Cause] = field(default_factory=list)
    past: Past | None = None


class _Walk:
    def __init__(self, document: Document, history: History, disk: Disk) -> None:
        self.past = timeline(history)
        self.memo = Memo(self.past)
        self.shown = self._shown_runs(document)
        self.why = Explainer(document, self.past)
        self.stage = Stage(disk=disk, given=self._given())
        self.noise = Noise(document, self.memo)
        self.known: dict[Version, Version] = {}
        self.composed = Composed()
        self.parts_learned = False
        self.tracked = bool(history.sessions)

    def _shown_runs(self, document: Document) -> dict[str, Past]:
        """The run that made what each cell shows: of its execution count, with its outputs where several fit."""
        by_count: dict[int, list[Past]] = {}
        for past in self.past:
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

    def _given(self) -> frozenset[str]:
        """Names that runs found and that no recorded run and no cell of the document makes: start-up files do."""
        made: set[str] = set()
        read: set[str] = set()
        for past in self.past:
            made.update(past.run.writes)
            read.update(past.saw)
        unmade = read - made
        found = {name for past in self.past for name in unmade & past.saw.keys() if past.saw[name]} if unmade else set()
        return frozenset(found - self.why.bound_in_document() if found else found)

    def cell(self, cell: DocumentCell) -> CellForecast:
        if cell.is_blank:
            return CellForecast(cell=cell, replay="ok", because="")
        shown = self.shown.get(cell.id)
        candidates = self.memo.of_source(cell.source)
        fitting = next((past for past in candidates if self._fits(past)), None)
        if fitting is not None:
            doubts = self._doubts(cell, candidates, only_fitting=True)
            verdict = self._repeat(cell, shown, fitting)
        else:
            doubts = self._doubts(cell, candidates)
            verdict = self._read(cell, shown, candidates)
        if verdict.replay == "ok" and doubts is not None:
            verdict = _Verdict(doubts[0], [doubts[1]], verdict.past)
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

    # a recorded run fits
    def _fits(self, past: Past) -> bool:
        return not differences(past, self.stage, all_of_them=False)

    def _repeat(self, cell: DocumentCell, shown: Past | None, past: Past) -> _Verdict:
        verdict = self._compare(cell, shown, past)
        if verdict.replay == "changes" and shown is not None:
            if _same_text(shown, cell) and self._fits(shown):
                text = f"run {past.run.n} and run {shown.run.n} had the same inputs and showed different outputs"
                verdict.causes = [Cause(kind="unsteady", text=text, run=past.run.n)]
            else:
                verdict.causes = self._explained(cell, shown) or verdict.causes
        self.stage.play_recorded(cell.id, past)
        if past.run.status != "ok":
            self._lose(cell)
        return verdict

    def _compare(self, cell: DocumentCell, shown: Past | None, past: Past) -> _Verdict:
        """What the replay of ``past`` shows, against what the document shows."""
        error = past.run.error.name if past.run.error else None
        if past is shown or seen(past.run.outputs) in self._baselines(cell, shown):
            return _Verdict("ok", past=past)
        if error is not None and error_in(cell) is None:
            text = f"run {past.run.n} of this text with these inputs ended in {error}"
            return _Verdict("fails", [Cause(kind="error", text=text, run=past.run.n)], past)
        text = f"run {past.run.n} of this text with these inputs showed something else"
        return _Verdict("changes", [Cause(kind="other-run", text=text, run=past.run.n)], past)

    def _baselines(self, cell: DocumentCell, shown: Past | None) -> set[Seen]:
        found = {seen_in(cell)}
        if shown is not None:
            found.add(seen(shown.run.outputs))
        return found

    def _explained(self, cell: DocumentCell, shown: Past, among: frozenset[str] | None = None) -> list[Cause]:
        """Why the shown run would not be repeated: by the inputs that differ, ``among`` those that matter."""
        if shown.run.source.rstrip() != cell.source.rstrip():
            text = f"the cell was edited since run {shown.run.n}, whose output it shows"
            return [Cause(kind="edited", cell=cell.id, run=shown.run.n, source=shown.run.source, text=text)]
        found = differences(shown, self.stage)
        relevant = [each for each in found if among is None or each.kind != "name" or each.resource in among]
        return [self._cause(each, shown, cell) for each in relevant or found]

    def _cause(self, difference: Difference, shown: Past, cell: DocumentCell) -> Cause:
        cause = self.why.differs(difference, shown, self.stage, cell)
        return replace(cause, text=f"shows {cause.text}") if difference.kind == "name" else cause

    # no recorded run fits
    def _read(self, cell: DocumentCell, shown: Past | None, candidates: Sequence[Past]) -> _Verdict:
        self._learn_parts()
        references = self._references(cell, shown, candidates)
        hints = hints_of(references)
        touches = [touch for past in references for touch in past.found.values()]
        readings = [(past, self._reading_of(past, hints)) for past in references]
        reading = interpret(cell.source, self.stage.scene(touches), hints, self.known, self.composed)
        like = candidates[0] if candidates else shown
        verdict = self._verdict_of(cell, shown, reading, readings)
        as_it_was = next((other for past, other in readings if past is like), None)
        self.stage.play_read(cell.id, reading, like, as_it_was, self._root(cell, like))
        if reading.missing is not None:
            self._lose(cell)
        return verdict

    def _verdict_of(
        self, cell: DocumentCell, shown: Past | None, reading: Reading, readings: Sequence[tuple[Past, Reading]]
    ) -> _Verdict:
        if reading.missing is not None:
            return self._missing(cell, reading.missing)
        wanted = [show.version for show in reading.shows]
        for past, other in readings:
            if past.run.status == "ok" and [show.version for show in other.shows] == wanted:
                verdict = self._compare(cell, shown, past)
                if verdict.replay == "changes" and shown is not None:
                    verdict.causes = self._explained(cell, shown) or verdict.causes
                return verdict
        if shown is None:
            text = "no recorded run made what it shows" if cell.outputs else "it was never run"
            settle = "; run it to settle it" if self.tracked else ""
            return _Verdict("unknown", [Cause(kind="never-run", cell=cell.id, text=text + settle)])
        silent = not seen_in(cell) and not any(seen(past.run.outputs) for past, _ in readings)
        if silent:
            return _Verdict("ok")
        if self._never_mattered(cell, shown, readings):
            return _Verdict("ok")
        before = next((other for past, other in readings if past is shown), None)
        old = {show.version for show in before.shows} if before else set()
        new = [show for show in reading.shows if show.version not in old]
        causes = self._explained(cell, shown, frozenset().union(*(show.rests_on for show in new)))
        if new and _same_text(shown, cell) and all(show.little for show in new):
            return _Verdict(
                "unknown", [replace(each, text=f"{each.text}, but only its size or type") for each in causes]
            )
        if _same_text(shown, cell) and _is_bare_object(cell):
            return _Verdict("ok")
        return _Verdict("changes", causes)

    def _never_mattered(self, cell: DocumentCell, shown: Past, readings: Sequence[tuple[Past, Reading]]) -> bool:
        """Whether runs of this text had each differing input in several versions, and showed the same always."""
        alike = [past for past, _ in readings if _same_text(past, cell) and past.run.status == "ok"]
        if not _same_text(shown, cell) or {seen(past.run.outputs) for past in alike} != {seen(shown.run.outputs)}:
            return False
        found = differences(shown, self.stage)
        return bool(found) and all(
            each.kind == "name" and len({past.saw.get(each.resource) for past in alike}) > 1 for each in found
        )

    def _missing(self, cell: DocumentCell, missing: Missing) -> _Verdict:
        if missing.is_file:
            text = f"the file `{missing.name}` that it reads is not there"
            cause = Cause(kind="file-missing", resource=f"file:{missing.name}", text=text)
            return _Verdict("ok" if error_in(cell) == "FileNotFoundError" else "fails", [cause])
        cause = self.why.missing(missing.name, cell, self.stage)
        if error_in(cell) == "NameError":
            return _Verdict("ok", [replace(cause, text=f"fails as it shows: {cause.text}")])
        if self.tracked and cause.kind == "undefined" and not missing.certain:
            return _Verdict("unknown", [cause])
        return _Verdict("fails", [cause])

    def _references(self, cell: DocumentCell, shown: Past | None, candidates: Sequence[Past]) -> list[Past]:
        """Recorded runs to read beside the cell: of this text first, then the shown one, then others of the cell."""
        found: dict[int, Past] = {id(past): past for past in candidates[:_REFERENCES]}
        if shown is not None:
            found.setdefault(id(shown), shown)
        for past in reversed(self.memo.of_cell(cell)):
            if len(found) >= _REFERENCES:
                break
            found.setdefault(id(past), past)
        return list(found.values())

    def _reading_of(self, past: Past, hints: Hints) -> Reading:
        """A recorded run, read in the place where it ran; what it left is learned for the lineages that are found."""
        scene = Scene(
            names={name: version for name, version in past.saw.items() if version != ABSENT},
            states={generator: before for generator, (before, _) in past.states.items()},
            files={path: touch.digest or "?" for path, touch in past.found.items()},
        )
        reading = interpret(past.run.source, scene, hints, {}, self.composed)
        for name in reading.made:
            if (version := past.left.get(name)) is not None:
                self.known[reading.names[name]] = version
                self.composed.same(version, reading.names[name])
        for generator, (_, after) in past.states.items():
            if generator in reading.states:
                self.known[reading.states[generator]] = after
        return reading

    def _learn_parts(self) -> None:
        """Read every recorded run that sets parts of values, so that versions it left are known by their parts."""
        if not self.parts_learned:
            self.parts_learned = True
            for past in self.past:
                if any(each.sets for each in statements(past.run.source)):
                    self._reading_of(past, hints_of([past]))

    def _root(self, cell: DocumentCell, like: Past | None) -> str:
        """Where the replay first left what was recorded: above, when an input was never seen, else here."""
        for name in like.saw if like is not None else ():
            binding = self.stage.names.get(name)
            if binding is not None and binding.past is None and binding.root:
                return binding.root
        return cell.id

    def _lose(self, cell: DocumentCell) -> None:
        self.stage.lose(cell.id, (name for each in statements(cell.source) for name in each.binds))

    # what may come out otherwise each time
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
        reason = self.noise.of(cell)
        if reason is None or not seen_in(cell):
            return None
        if only_fitting:
            runs = [past for past in runs if self._fits(past)]
        if len(runs) > 1 and len({seen(past.run.outputs) for past in runs}) == 1:
            return None
        return "unknown", reason


def _same_text(past: Past, cell: DocumentCell) -> bool:
    return past.run.source.rstrip() == cell.source.rstrip()


def _is_bare_object(cell: DocumentCell) -> bool:
    """Whether all that the cell shows is the default text of an object, ``<module.Class at 0x7f...>``."""
    texts = [output.get("data", {}).get("text/plain", "") for output in cell.outputs]
    return len(texts) == 1 and bool(_BARE.fullmatch(str(texts[0]).strip()))
