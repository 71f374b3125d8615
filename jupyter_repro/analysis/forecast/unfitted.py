"""Cells that no recorded run fits: read statement by statement, beside the recorded runs of them.

What both readings have in common is known from the runs; the rest would be another value than any that was seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial

from jupyter_repro.analysis.code.body import binds_of, body_of, may_define, place_of
from jupyter_repro.analysis.code.fitting import asked_unfitted, fitted_by
from jupyter_repro.analysis.code.lengths import mismatched
from jupyter_repro.analysis.code.limits import Refusal
from jupyter_repro.analysis.code.parts import Composed
from jupyter_repro.analysis.code.refusals import first_refusal
from jupyter_repro.analysis.code.renaming import renaming
from jupyter_repro.analysis.forecast.against import Against, same_text
from jupyter_repro.analysis.forecast.because import Cause, Explainer
from jupyter_repro.analysis.forecast.foreseen import Verdict
from jupyter_repro.analysis.forecast.hints import Definitions, definitions_of
from jupyter_repro.analysis.forecast.interpret import Hints, Reading, Scene, interpret
from jupyter_repro.analysis.forecast.memo import Difference, Memo, differences, presence_differences, unread_differences
from jupyter_repro.analysis.forecast.pieces import Pieces
from jupyter_repro.analysis.forecast.readings import Readings
from jupyter_repro.analysis.forecast.renamed import seen_under, under_other_names
from jupyter_repro.analysis.forecast.stage import Stage
from jupyter_repro.analysis.recall import Recall
from jupyter_repro.analysis.runs.outputtext import all_text
from jupyter_repro.analysis.runs.seen import error_in, seen, seen_in
from jupyter_repro.analysis.runs.timeline import Past, Timeline
from jupyter_repro.analysis.versions import ABSENT, Version, is_lineage, lineage
from jupyter_repro.model.document import Document, DocumentCell
from jupyter_repro.shown import visible_text

_BARE = re.compile(r"<[\w.]+( object)? at 0x[0-9a-f]+>")

_REFERENCES = 12
"""Recorded runs of a cell that are read beside it: the shown one and the newest others."""


class Unfitted:
    """Reads cells, and plays on the stage what they would make."""

    def __init__(
        self,
        document: Document,
        timeline: Timeline,
        memo: Memo,
        stage: Stage,
        why: Explainer,
        against: Against,
        recall: Recall,
    ) -> None:
        self._document = document
        self._timeline = timeline
        self._memo = memo
        self._stage = stage
        self._why = why
        self._against = against
        self._known: dict[Version, Version] = {}
        self._composed = Composed()
        self._parts_learned = False
        self._recall = recall
        self._readings = recall.fact("readings", (), Readings)
        self._readings.begin()

    def read(self, cell: DocumentCell, shown: Past | None, candidates: Sequence[Past]) -> Verdict:
        """The verdict on a cell at this point; what it would make is on the stage afterwards."""
        self._learn_parts()
        pieces = self._pieces.of(cell.source) if self._timeline and not candidates else []
        references = self._references(cell, shown, [*candidates[:_REFERENCES], *pieces])
        hints = self._readings.hints(references, self._definitions)
        touches = [touch for past in references for touch in past.found.values()]
        readings = [(past, self._reading_of(past, hints)) for past in references]
        if pieces:
            readings = [(past, self._reading_of(past, hints, at_once=True)) for past in references]
        raising = _raising(readings)
        known = {path for past in references for path in past.contents}
        scene = self._stage.scene(touch for touch in touches if touch.path in known)
        scene = replace(scene, presence=self._presence(references))
        refusal = _refusal(cell, self._stage, references)
        earlier, names = self._earlier_names(cell, references) if not candidates else (cell.source, {})
        reading = under_other_names(
            interpret(
                earlier,
                seen_under(scene, names),
                hints,
                self._known,
                self._composed,
                raising=raising,
                stopped_at=place_of(cell.source, refusal.line) if refusal is not None else None,
                at_once=bool(pieces),
                versions=bool(self._timeline),
            ),
            names,
        )
        like = candidates[0] if candidates else shown
        if reading.raised and reading.steps[-1] in raising:
            verdict = self._raising(cell, shown, reading, readings, raising[reading.steps[-1]])
        elif reading.raised and refusal is not None:
            verdict = self._refused(cell, shown, reading, readings, refusal)
        else:
            verdict = self._verdict_of(cell, shown, reading, readings)
        alike = [*([like] if like is not None else []), *(piece for piece in pieces if piece is not like)]
        as_they_were = tuple((past, other) for past in alike for read, other in readings if read is past)
        self._stage.play_read(cell.id, reading, as_they_were, self._root(cell, like))
        if reading.missing is not None or reading.raised:
            self._stage.lose(cell.id, binds_of(cell.source))
            self._leave_unfitted(cell, reading)
        return verdict

    def _leave_unfitted(self, cell: DocumentCell, reading: Reading) -> None:
        """Note the models that are there and whose ``fit`` a failing cell does not come to."""
        end = len(reading.steps) - reading.raised
        names = fitted_by(cell.source, slice(end, None)) - fitted_by(cell.source, slice(end))
        left = {name: self._stage.names[name] for name in names if name in self._stage.names}
        before = {
            name
            for name, binding in left.items()
            if name in reading.made or (binding.past is not None and not _fits(binding.past, name))
        }
        if before:
            self._stage.leave_unfitted(cell.id, frozenset(before))

    def _presence(self, runs: Sequence[Past]) -> Version:
        """What differs in the presence of files from each of these runs; empty where one found the same."""
        found = [presence_differences(past, self._stage) for past in runs]
        if not found or not all(found):
            return ""
        return lineage("presence", [(each.resource, each.has) for each in found[0]])

    def _earlier_names(self, cell: DocumentCell, runs: Iterable[Past]) -> tuple[str, Mapping[str, str]]:
        """A text that was run and of which this one is a renaming, with its names -> the names that they have now."""
        for past in runs:
            if names := renaming(past.text, cell.source):
                return past.text, names
        return cell.source, {}

    def _verdict_of(
        self, cell: DocumentCell, shown: Past | None, reading: Reading, readings: Sequence[tuple[Past, Reading]]
    ) -> Verdict:
        if reading.missing is not None:
            return self._missing(cell, reading)
        wanted = [show.version for show in reading.shows]
        for past, other in readings:
            alike = past.run.status == "ok" and [show.version for show in other.shows] == wanted
            if alike and not unread_differences(past, self._stage):
                verdict = self._against.compare(cell, shown, past)
                if verdict.replay == "changes" and shown is not None:
                    verdict.causes = self._against.explained(cell, shown) or verdict.causes
                return verdict
        if shown is not None and shown.run.status == "interrupted":
            text = f"run {shown.run.n}, whose output it shows, was interrupted; the replay would let it go on"
            return Verdict("changes", [Cause(kind="error", cell=cell.id, run=shown.run.n, text=text)])
        if shown is None:
            told = {show.version for past, other in readings if past.run.status == "ok" for show in other.shows}
            if readings and not cell.outputs and told.issuperset(wanted):
                return Verdict("ok")
            text = "no recorded run made what it shows" if cell.outputs else "it was never run"
            settle = "; run it to settle it" if bool(self._timeline) else ""
            return Verdict("unknown", [Cause(kind="never-run", cell=cell.id, text=text + settle)])
        silent = not seen_in(cell) and not any(seen(past.run.outputs) for past, _ in readings)
        if silent:
            return Verdict("ok")
        if self._never_mattered(cell, shown, readings):
            return Verdict("ok")
        before = next((other for past, other in readings if past is shown), None)
        old = {show.version for show in before.shows} if before else set()
        new = [show for show in reading.shows if show.version not in old]
        causes = self._against.explained(cell, shown, frozenset().union(*(show.rests_on for show in new)))
        told = {show.key for show in before.shows} if before else set()
        wordy = _is_wordy(cell) and all(self._why.edited_numbers_only(cause) for cause in causes)
        found = differences(shown, self._stage)
        counted = any(each.kind == "presence" for each in found)
        if new and not counted and all(show.key in told and (show.little or wordy) for show in new):
            hardly = "it shows no more of that than a size, a type or words; run it to settle it"
            return Verdict("unknown", [replace(each, text=f"{each.text}, but {hardly}") for each in causes])
        if found and all(self._is_untold(each, shown) for each in found):
            return Verdict("unknown", [replace(each, text=f"{each.text}; run it to settle it") for each in causes])
        if causes and all(each.kind == "library" for each in causes):
            return Verdict("unknown", [replace(each, text=f"{each.text}; run it to settle it") for each in causes])
        if same_text(shown, cell) and _is_bare_object(cell):
            return Verdict("ok")
        if not causes:
            text = "no recorded run had all of the inputs that it would have"
            causes = [Cause(kind="other-run", cell=cell.id, run=shown.run.n, text=text)]
        return Verdict("changes", causes)

    def _raising(
        self,
        cell: DocumentCell,
        shown: Past | None,
        reading: Reading,
        readings: Sequence[tuple[Past, Reading]],
        like: Past,
    ) -> Verdict:
        """A cell that comes to a statement which raised on the same inputs in the run ``like``."""
        assert like.run.error is not None
        text = f"comes to what ended run {like.run.n} in {like.run.error.name}, with the same inputs"
        cause = Cause(kind="error", cell=cell.id, run=like.run.n, text=text)
        wanted = [show.version for show in reading.shows]
        for past, other in readings:
            showed = [show.version for show in other.shows]
            if other.raised and other.steps[-1] == reading.steps[-1] and showed == wanted:
                verdict = self._against.compare(cell, shown, past)
                return Verdict(verdict.replay, [cause] if verdict.causes else [], past)
        if wanted and error_in(cell) == like.run.error.name:
            return Verdict("changes", [replace(cause, text=f"{text}, and shows something else before it")])
        return self._failing(cell, cause, like.run.error.name, reading)

    def _refused(
        self,
        cell: DocumentCell,
        shown: Past | None,
        reading: Reading,
        readings: Sequence[tuple[Past, Reading]],
        refusal: Refusal,
    ) -> Verdict:
        """A cell that cannot go through; where the shown run ended there, too, it shows that already."""
        before = next((other for past, other in readings if past is shown), None)
        if shown is not None and same_text(shown, cell) and before is not None and before.raised:
            there, told = len(before.steps) == len(reading.steps), before.shows == reading.shows
            if there and told:
                return self._against.compare(cell, shown, shown)
        cause = Cause(kind="error", cell=cell.id, text=refusal.why)
        return self._failing(cell, cause, refusal.error, reading)

    def _never_mattered(self, cell: DocumentCell, shown: Past, readings: Sequence[tuple[Past, Reading]]) -> bool:
        """Whether runs of this text had each differing input in several versions, and showed the same always."""
        alike = [past for past, _ in readings if same_text(past, cell) and past.run.status == "ok"]
        if not same_text(shown, cell) or {seen(past.run.outputs) for past in alike} != {seen(shown.run.outputs)}:
            return False
        found = differences(shown, self._stage)
        return bool(found) and all(each.kind == "name" and self._varied(each.resource, alike) for each in found)

    def _is_untold(self, difference: Difference, shown: Past) -> bool:
        """Whether the run had an input from before the tracking, and nothing tells what the replay would make of it."""
        before = difference.kind == "name" and difference.saw != ABSENT and difference.resource not in shown.makers
        return before and is_lineage(difference.has)

    def _varied(self, name: str, runs: Sequence[Past]) -> bool:
        """Whether the runs saw several versions of a name that the text made which makes it in the replay."""
        binding = self._stage.names.get(name)
        home = self._document.cell(binding.cell) if binding is not None else None
        if home is None:
            return False
        made = (
            (past, self._timeline.numbered(past.header.id, past.makers[name])) for past in runs if name in past.makers
        )
        return len({past.saw.get(name) for past, maker in made if maker.text == home.source.rstrip()}) > 1

    def _missing(self, cell: DocumentCell, reading: Reading) -> Verdict:
        missing = reading.missing
        assert missing is not None
        if missing.is_file:
            text = f"the file `{missing.name}` that it reads is not there"
            cause = Cause(kind="file-missing", resource=f"file:{missing.name}", text=text)
            return self._failing(cell, cause, "FileNotFoundError", reading)
        if missing.attribute:
            at = self._stage.names[missing.name].cell
            text = (
                f"`{missing.name}` would be a {missing.kind} without `{missing.attribute}`, from {self._why.label(at)}"
            )
            cause = Cause(kind="other-run", resource=missing.name, cell=at, path=(at,), text=text)
            return self._failing(cell, cause, "AttributeError", reading)
        cause = self._why.missing(missing.name, cell, self._stage)
        if self._timeline and cause.kind == "undefined" and not missing.certain:
            return Verdict("unknown", [cause])
        return self._failing(cell, cause, "NameError", reading)

    def _failing(self, cell: DocumentCell, cause: Cause, error: str, reading: Reading) -> Verdict:
        """A failure is a change where the document shows another one, and nothing new where it shows this one alone."""
        match error_in(cell):
            case None:
                return Verdict("fails", [cause])
            case shown if shown == error and (reading.shows or len(seen_in(cell)) == 1):
                return Verdict("ok", [replace(cause, text=f"fails as it shows: {cause.text}")])
            case shown if shown == error:
                return Verdict("changes", [replace(cause, text=f"fails before it shows the rest: {cause.text}")])
            case other:
                return Verdict("changes", [replace(cause, text=f"shows {other}, but {cause.text}")])

    def _references(self, cell: DocumentCell, shown: Past | None, candidates: Sequence[Past]) -> list[Past]:
        """Recorded runs to read beside the cell: of this text first, then the shown one, then others of the cell."""
        found: dict[int, Past] = {id(past): past for past in candidates[:_REFERENCES]}
        if shown is not None:
            found.setdefault(id(shown), shown)
        for past in reversed(self._memo.of_cell(cell)):
            if len(found) >= _REFERENCES:
                break
            found.setdefault(id(past), past)
        return list(found.values())

    def _reading_of(self, past: Past, hints: Hints, *, at_once: bool = False, alone: bool = False) -> Reading:
        """A recorded run, read in the place where it ran; what it left is learned for the lineages that are found."""
        functions = self._definitions.needs
        scene = Scene(
            names={
                name: self._stage.version(name) if self._stage.holds(name, past, version) else version
                for name, version in past.saw.items()
                if version != ABSENT
            },
            states={generator: before for generator, (before, _) in past.states.items()},
            files={path: past.contents.get(path, "?") for path in past.found},
            groups={name: frozenset(group) for group in past.run.aliases for name in past.saw.keys() & group},
            needs={name: functions[name] & past.saw.keys() for name in past.saw.keys() & functions.keys()},
        )
        if at_once:
            source, known = past.run.source, self._known
            reading = interpret(source, scene, hints, known, self._composed, stopped_at=past.stopped_at, at_once=True)
        else:
            reading = self._readings.read(past, scene, hints, self._composed, alone=alone)
        for name in reading.made:
            if (version := past.left.get(name)) is not None:
                self._known[reading.lineages[name]] = version
                self._composed.same(version, reading.lineages[name])
        for generator, (_, after) in past.states.items():
            if generator in reading.states:
                self._known[reading.states[generator]] = after
        return reading

    @cached_property
    def _pieces(self) -> Pieces:
        return Pieces(self._timeline, self._memo)

    @cached_property
    def _definitions(self) -> Definitions:
        here = (cell.source.rstrip() for cell in self._document.cells if may_define(cell.source))
        texts = frozenset((*self._timeline.defining(), *here))
        return self._recall.fact("definitions", (texts,), partial(definitions_of, texts))

    def _learn_parts(self) -> None:
        """Read every recorded run that sets parts of values, so that versions it left are known by their parts."""
        if not self._parts_learned:
            self._parts_learned = True
            for past in self._timeline.setting_parts():
                self._reading_of(past, self._readings.hints([past], self._definitions), alone=True)

    def _root(self, cell: DocumentCell, like: Past | None) -> str:
        """Where the replay first left what was recorded: above, when an input was never seen, else here."""
        for name in like.saw if like is not None else ():
            binding = self._stage.names.get(name)
            if binding is not None and binding.past is None and binding.root:
                return binding.root
        return cell.id


def _refusal(cell: DocumentCell, stage: Stage, references: Iterable[Past]) -> Refusal | None:
    """What the cell cannot do with what it finds; nothing, where a run of such a text could."""
    loads = body_of(cell.source).loads
    kinds = {name: stage.names[name].kind for name in loads if name in stage.names}
    sizes = {name: size for name in loads if (size := stage.size(name))}
    through = [past for past in references if past.run.status == "ok"]
    found = first_refusal(cell.source, kinds, sizes)
    if found is not None and all(first_refusal(past.run.source, kinds, sizes) != found for past in through):
        return found
    unfitted = asked_unfitted(cell.source, stage.unfitted)
    if unfitted is not None:
        return unfitted
    rows = {name: int(size.partition("x")[0]) for name, size in sizes.items()}

    def agreed(one: str, other: str) -> bool:
        return bool(through) and all(past.rows(one) == past.rows(other) is not None for past in through)

    return mismatched(cell.source, rows, agreed)


def _fits(past: Past, name: str) -> bool:
    return name in fitted_by(past.run.source, slice(None))


def _raising(readings: Iterable[tuple[Past, Reading]]) -> dict[Version, Past]:
    """Lineages of the statements that raised, and in which run; what a run got past with the same inputs is none."""
    found: dict[Version, Past] = {}
    passed: set[Version] = set()
    for past, reading in readings:
        if reading.raised:
            found.setdefault(reading.steps[-1], past)
        if reading.raised or past.run.status == "ok":
            passed.update(reading.steps[:-1] if reading.raised else reading.steps)
    return {step: past for step, past in found.items() if step not in passed}


def _is_bare_object(cell: DocumentCell) -> bool:
    """Whether all that the cell shows is the default text of an object, ``<module.Class at 0x7f...>``."""
    texts = [output.get("data", {}).get("text/plain", "") for output in cell.outputs]
    return len(texts) == 1 and bool(_BARE.fullmatch(str(texts[0]).strip()))


def _is_wordy(cell: DocumentCell) -> bool:
    """Whether all that the cell shows is text without a digit: names and labels, which other numbers seldom change."""
    text = all_text(cell)
    pictures = any(mime.startswith("image/") for output in cell.outputs for mime in output.get("data", {}))
    return bool(text) and not pictures and not any(letter.isdigit() for letter in visible_text(text))
