"""The recorded runs of all sessions in their places, found by what they name. Nothing is decoded before it is needed.

Remembered per session: where a history has grown by a run, only that run is new.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from jupyter_repro.analysis.code.body import body_of, may_define
from jupyter_repro.analysis.runs.past import Past
from jupyter_repro.analysis.runs.postings import Postings
from jupyter_repro.analysis.versions import ABSENT, Version
from jupyter_repro.journal.recorded import line_of
from jupyter_repro.journal.schema import Line
from jupyter_repro.model.document import DocumentCell
from jupyter_repro.model.history import History
from jupyter_repro.records import RunRecord, SessionHeader, SessionRecord

__all__ = ["Past", "SessionLine", "Timeline", "line_of_session", "timeline"]

_KEPT = 32
"""Sessions remembered."""

_lock = threading.Lock()
_sessions: OrderedDict[str, SessionLine] = OrderedDict()


class Names:
    """Names in the runs of a session, grown with it."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._done = 0
        self.read: set[str] = set()
        self.bound: set[str] = set()

    def grow(self) -> None:
        """Take in the runs that are new."""
        for line in self._lines[self._done :]:
            self.read.update(line.get("reads", ()))
            self.bound.update(line.get("writes", ()))
        self._done = len(self._lines)


class SessionLine:
    """The runs of one session, and what it held between them."""

    def __init__(self, header: SessionHeader) -> None:
        self.header = header
        self.runs: Sequence[RunRecord] = ()
        self._lines: list[Line] = []
        self._pasts: list[Past | None] = []
        self._settled = 0
        """Runs of which everything is worked out that later ones may ask for."""
        self._set: list[tuple[int, Mapping[str, str]]] = []
        self._set_done = 0
        self.texts = Postings(self._lines, _text)
        self.pieces = Postings(self._lines, lambda line: body_of(line["source"].rstrip()).keys)
        self.defining = Postings(self._lines, lambda line: _text(line) if may_define(line["source"]) else ())
        self.setting_parts = Postings(self._lines, lambda line: (True,) if _sets_parts(line["source"]) else ())
        self.cells = Postings(self._lines, lambda line: (line["cell"],))
        self.counts = Postings(self._lines, _count)
        self._names = Names(self._lines)
        self.readers = Postings(self._lines, lambda line: line.get("reads", ()))
        self.touchers = Postings(self._lines, _touched)
        self.interrupted = Postings(self._lines, lambda line: (True,) if line["status"] == "interrupted" else ())
        self.drawers = Postings(self._lines, _drawn)
        self.setters = Postings(self._lines, lambda line: (True,) if "settings" in line else ())
        self.modules = Postings(self._lines, _imported)
        self.filers = Postings(self._lines, _filed)

    @cached_property
    def _postings(self) -> list[Postings]:
        return [value for value in vars(self).values() if isinstance(value, Postings)]

    def follow(self, session: SessionRecord) -> None:
        """Make the runs what the session's are now."""
        runs, old = session.runs, self.runs
        if runs is old:
            return
        same = len(old)
        if tuple(runs[:same]) != old:  # compared by identity first, so this is cheap where only runs were added
            pairs = enumerate(zip(old, runs, strict=False))
            same = next((n for n, (one, other) in pairs if one is not other), min(same, len(runs)))
            for each in self._postings:
                each.cut(same)
            self._names = Names(self._lines)
            del self._lines[same:], self._pasts[same:]
            self._settled, self._set_done = min(self._settled, same), min(self._set_done, same)
            self._set = [each for each in self._set if each[0] < same]
        new = runs[same:]
        self._lines += map(line_of, new)
        self._pasts += [None] * len(new)
        self.header, self.runs = session.header, tuple(runs)

    def last(self, places: Sequence[int]) -> Past | None:
        """The last run of these. Another object than before, if it or any run before it has become another."""
        return self.past(places[-1]) if places else None

    def past(self, place: int) -> Past:
        """The run at a place, from 0. The same object for as long as it and all runs before it are the same."""
        past = self._pasts[place]
        if past is None:
            past = self._pasts[place] = Past(self.runs[place], self, place)
        return past

    @property
    def names(self) -> Names:
        """The names that runs read and bound."""
        self._names.grow()
        return self._names

    def numbered(self, number: int) -> int:
        """The place of a run. Raises LookupError where there is none of this number."""
        lines = self._lines
        place = number - lines[0]["n"] if lines else 0
        if not 0 <= place < len(lines) or lines[place]["n"] != number:  # numbers have gaps where lines were torn
            place = bisect_left(lines, number, key=lambda line: int(line["n"]))
            if place == len(lines) or lines[place]["n"] != number:
                raise LookupError(number)
        return int(place)

    def finished(self, text: str) -> Sequence[int]:
        """The places of the runs of a text that nobody interrupted."""
        places, interrupted = self.texts[text], self.interrupted[True]
        return [place for place in places if place not in interrupted] if interrupted else places

    def made_before(self, name: str, place: int) -> int | None:
        """The last place before this one whose run bound a name or changed its value."""
        return self._before(name, place, ("writes", "mutates"))

    def bound_before(self, name: str, place: int) -> int | None:
        """The last place before this one whose run bound a name."""
        return self._before(name, place, ("writes",))

    def _before(self, name: str, place: int, fields: Sequence[str]) -> int | None:
        last = self.touchers.before(name, place)
        while last is not None and not any(name in self._lines[last].get(field, ()) for field in fields):
            last = self.touchers.before(name, last)
        return last

    def writers(self, name: str) -> Iterator[int]:
        """The places of the runs that bound a name."""
        return (place for place in self.touchers[name] if name in self._lines[place].get("writes", ()))

    # whose a run is
    def is_of(self, place: int, cell: DocumentCell) -> bool:
        """Whether a run is of the cell: by its id, by its source where no ids were sent."""
        line = self._lines[place]
        return bool(line["cell"] == cell.id or (line["cell"] is None and line["source"] == cell.source))

    def places_of(self, cell: DocumentCell) -> Sequence[int]:
        """The places of the runs that are of the cell."""
        named = self.cells[cell.id]
        if not self.cells[None]:
            return named
        return sorted({*named, *(place for place in self.texts[cell.source.rstrip()] if self.is_of(place, cell))})

    def newest_of(self, cell: DocumentCell) -> int | None:
        """The place of the newest run that is of the cell and ran its very source."""
        places, lines = self.places_of(cell), self._lines
        return next((place for place in reversed(places) if lines[place]["source"] == cell.source), None)

    # what a run finds
    def name(self, name: str, place: int) -> Version | None:
        """The version of a name when the run at ``place`` began, None where no run had touched it."""
        last = self.touchers.before(name, place)
        if last is None:
            return None
        self._settle(last + 1)
        return self.past(last).left.get(name, ABSENT)

    def maker(self, name: str, place: int) -> int | None:
        """Number of the run that had last made, changed or deleted a name."""
        last = self.touchers.before(name, place)
        return None if last is None else int(self._lines[last]["n"])

    def kind(self, name: str, place: int) -> str:
        """The type of a name's value, empty where no run had bound it."""
        last = self.bound_before(name, place)
        return "" if last is None else self.runs[last].kinds.get(name, "")

    def size(self, name: str, place: int) -> str:
        """The size of a name's value, empty where it was not recorded."""
        last = self._before(name, place, ("writes", "mutates"))
        return "" if last is None else self.runs[last].sizes.get(name, "")

    def state(self, generator: str, place: int) -> Version | None:
        """The state of a global generator, None where no run had moved it."""
        last = self.drawers.before(generator, place)
        if last is None:
            return None
        self._settle(last + 1)
        return self.past(last).states[generator][1]

    def settings(self, place: int) -> Mapping[str, str]:
        """The process-wide settings that runs had changed."""
        for each in self.setters[True]:
            if each >= self._set_done:
                changes = {change.name: change.after for change in self.runs[each].settings}
                self._set.append((each, {**(self._set[-1][1] if self._set else {}), **changes}))
        self._set_done = len(self._lines)
        index = bisect_left(self._set, place, key=lambda each: each[0]) if self._set else 0
        return self._set[index - 1][1] if index else {}

    def content(self, path: str, place: int) -> Version | None:
        """What a file held, None where no run had told."""
        last = self.filers.before(path, place)
        if last is None:
            return None
        self._settle(last + 1)
        past, held = self.past(last), None
        for touch in past.run.files:
            if touch.path != path:
                continue
            if touch.mode == "delete":
                held = ABSENT
            elif touch.digest is not None:
                held = touch.digest
            elif touch.mode == "write":
                held = past.written(touch)
        return held

    def _settle(self, end: int) -> None:
        """Settle the runs before ``end`` from the first to the last, so that none has to ask far back."""
        while self._settled < end:
            place = self._settled
            self._settled += 1
            if _is_tangled(self._lines[place]):
                self.past(place).settle()


def _text(line: Line) -> Iterable[str]:
    return (line["source"].rstrip(),)


def _sets_parts(source: str) -> bool:
    return "]" in source and body_of(source).sets


def _count(line: Line) -> Iterable[int]:
    count = line.get("execution_count")
    return () if count is None else (count,)


def _touched(line: Line) -> Iterable[str]:
    made, changed, deleted = line.get("writes", ()), line.get("mutates"), line.get("deletes")
    return {*made, *(changed or ()), *(deleted or ())} if changed or deleted else made


def _drawn(line: Line) -> Iterable[str]:
    return [draw["generator"] for draw in line.get("draws", ()) if ":" not in draw["generator"]]


def _imported(line: Line) -> Iterable[str]:
    return {module["name"].partition(".")[0] for module in line.get("modules", ())}


def _filed(line: Line) -> Iterable[str]:
    return [touch["path"] for touch in line.get("files", ()) if touch["mode"] != "read" or touch.get("digest")]


def _is_tangled(line: Line) -> bool:
    """Whether what the run saw or left may have to be told from what was before it."""
    if "draws" in line or "files" in line:
        return True
    marks = [mark for name in ("reads", "writes", "mutates") if name in line for mark in line[name].values()]
    return any(mark.startswith("?") for mark in marks)


def line_of_session(session: SessionRecord) -> SessionLine:
    """The runs of a session in their places. Callable from any thread."""
    known = _sessions.get(session.header.id)
    if known is not None and known.runs is session.runs:
        return known
    with _lock:
        line = _sessions.pop(session.header.id, None) or SessionLine(session.header)
        line.follow(session)
        _sessions[session.header.id] = line
        while len(_sessions) > _KEPT:
            _sessions.popitem(last=False)
        return line


@dataclass(frozen=True, slots=True)
class Timeline:
    """All finished runs of all sessions, oldest first."""

    lines: tuple[SessionLine, ...]

    def __iter__(self) -> Iterator[Past]:
        return (line.past(place) for line in self.lines for place in range(len(line.runs)))

    def __bool__(self) -> bool:
        return any(line.runs for line in self.lines)

    def of_text(self, text: str) -> list[Past]:
        """The runs of a source, trailing space left out, oldest first."""
        return [line.past(place) for line in self.lines for place in line.texts[text]]

    def of_cell(self, cell: DocumentCell) -> list[Past]:
        """Runs of this cell with any text, and runs of this text in any cell, oldest first."""
        text = cell.source.rstrip()
        return [line.past(place) for line in self.lines for place in sorted({*line.texts[text], *line.cells[cell.id]})]

    def counted(self, count: int | None) -> list[Past]:
        """Runs with an execution count, oldest first."""
        return [line.past(place) for line in self.lines for place in line.counts[count]]

    def of_count(self, cell: DocumentCell) -> list[Past]:
        """Runs with the cell's execution count that can be its own, oldest first."""
        return [
            past
            for past in self.counted(cell.execution_count)
            if past.run.cell == cell.id or (past.run.cell is None and past.run.source == cell.source)
        ]

    def writing(self, name: str) -> list[Past]:
        """The runs that bound a name, oldest first."""
        return [line.past(place) for line in self.lines for place in line.writers(name)]

    def numbered(self, session: str, number: int) -> Past:
        """A run by its session's id and its number. Raises LookupError where there is none."""
        line = next(line for line in self.lines if line.header.id == session)
        return line.past(line.numbered(number))

    def drew_before(self, past: Past, generator: str) -> Past | None:
        """The run that had last moved a global generator when a run began."""
        line = next(line for line in self.lines if line.header.id == past.header.id)
        place = line.drawers.before(generator, past.place)
        return None if place is None else line.past(place)

    def set_before(self, past: Past, setting: str) -> Past | None:
        """The run that had last changed a process-wide setting when a run began."""
        line = next(line for line in self.lines if line.header.id == past.header.id)
        places = reversed(range(past.place))
        found = (each for each in places if any(change.name == setting for change in line.runs[each].settings))
        return next((line.past(each) for each in found), None)

    def ran_since(self, cell: DocumentCell, past: Past) -> bool:
        """Whether the cell, as it stands, was run after a run of the same session, or in a later one."""
        runs = self.of_text(cell.source.rstrip())
        return any(each.run.started > past.run.started for each in runs if each.run.cell == cell.id)

    def setting(self) -> Iterator[RunRecord]:
        """The runs that changed settings, oldest first."""
        return (line.runs[place] for line in self.lines for place in line.setters[True])

    def defining(self) -> Iterator[str]:
        """Every source that was run and may define functions or classes."""
        return (text for line in self.lines for text in line.defining)

    def holding(self, statement: str) -> set[str]:
        """The sources that were run and have a statement, given by its key."""
        runs = (line.runs[place] for line in self.lines for place in line.pieces[statement])
        return {run.source.rstrip() for run in runs}

    def setting_parts(self) -> Iterator[Past]:
        """The runs of sources that set parts of values, oldest first."""
        return (line.past(place) for line in self.lines for place in line.setting_parts[True])

    def given(self) -> set[str]:
        """Names that runs found and that no run bound: start-up files make such."""
        return {
            name
            for line in self.lines
            for name in line.names.read.difference(*(each.names.bound for each in self.lines))
            if any(line.past(place).saw.get(name) for place in line.readers[name])
        }


def timeline(history: History) -> Timeline:
    """The runs of a history in their places."""
    return Timeline(tuple(map(line_of_session, history.sessions)))
