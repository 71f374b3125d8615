"""Recorded runs by source, and how a run's inputs differ from what a replay would have at that point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, overload

from jupyter_repro.analysis.forecast.settings_matter import matters
from jupyter_repro.analysis.forecast.stage import Stage
from jupyter_repro.analysis.runs.timeline import Past, Timeline
from jupyter_repro.analysis.versions import FRESH, Version
from jupyter_repro.model.document import DocumentCell

DifferenceKind = Literal["name", "generator", "file", "presence", "setting", "library"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """An input that the recorded run had in another version than the replay would have."""

    kind: DifferenceKind
    resource: str
    saw: Version
    has: Version


class Memo:
    """The recorded runs of a history, by source text and by cell."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._firsts: dict[str, tuple[Past | None, int]] = {}

    def of_source(self, source: str) -> Sequence[Past]:
        """Finished runs of this text, those of the latest session first, within a session the earliest first.

        What a tracker cannot see (counters in modules, caches) grows with a session: its first run is the nearest to
        one in a fresh kernel.
        """
        return _Runs(self._timeline, source.rstrip())

    def first_of(self, source: str) -> tuple[Past | None, int]:
        """The first of `of_source`, and how many there are."""
        known = self._firsts.get(source)
        if known is None:
            known = self._firsts[source] = self._first_of(source.rstrip())
        return known

    def _first_of(self, text: str) -> tuple[Past | None, int]:
        first, count = None, 0
        for line in reversed(self._timeline.lines):
            places = line.finished(text)
            count += len(places)
            if first is None and places:
                first = line.past(places[0])
        return first, count

    def of_cell(self, cell: DocumentCell) -> list[Past]:
        """Runs of this cell with any text, and runs of this text in any cell, oldest first."""
        return self._timeline.of_cell(cell)


class _Runs(Sequence[Past]):
    """Runs that are looked at one after the other, mostly only the first."""

    def __init__(self, timeline: Timeline, text: str) -> None:
        self._places = [(line, place) for line in reversed(timeline.lines) for place in line.finished(text)]

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> Past: ...

    @overload
    def __getitem__(self, index: slice) -> list[Past]: ...

    def __getitem__(self, index: int | slice) -> Past | list[Past]:
        if isinstance(index, slice):
            return [line.past(place) for line, place in self._places[index]]
        line, place = self._places[index]
        return line.past(place)


def differences(past: Past, stage: Stage, *, all_of_them: bool = True) -> list[Difference]:
    """The inputs in which the run differs from the stage; empty when it would go the same way there."""
    found: list[Difference] = []
    for name, saw in past.saw.items():
        if not stage.holds(name, past, saw):
            found.append(Difference(kind="name", resource=name, saw=saw, has=stage.version(name)))
            if not all_of_them:
                return found
    for generator, before in past.input_states.items() if past.states else ():
        has = stage.states.get(generator, FRESH)
        if before != has:
            found.append(Difference(kind="generator", resource=generator, saw=before, has=has))
    for path, touch in past.found.items():
        held, holds = past.contents.get(path), stage.content(touch)
        if held is not None and holds is not None and holds != held:
            found.append(Difference(kind="file", resource=path, saw=held, has=holds))
    return found + unread_differences(past, stage)


def unread_differences(past: Past, stage: Stage) -> list[Difference]:
    """What the run had otherwise without reading it by name: versions of libraries, files looked for, settings."""
    kinds = (stage.names[name].kind for name in past.saw if name in stage.names)
    found = [
        Difference(kind="library", resource=name, saw=each.then, has=each.now)
        for name, each in stage.libraries.upgrades(past, kinds).items()
    ]
    return found + presence_differences(past, stage) + _setting_differences(past, stage)


def presence_differences(past: Past, stage: Stage) -> list[Difference]:
    """Files that the run looked for without opening them, which were there and would not be, or the reverse."""
    return [
        Difference(kind="presence", resource=path, saw="there" * there, has="there" * (not there))
        for path, there in stage.presence.was_there(past, stage.files).items()
        if stage.exists(path) != there
    ]


def _setting_differences(past: Past, stage: Stage) -> list[Difference]:
    then, now = past.settings, stage.settings
    if then == now:
        return []
    found, settled = [], stage.settled
    for setting in sorted((then.keys() | now.keys()) - settled.by(past.run)):
        default = settled.default(setting)
        saw, has = then.get(setting, default), now.get(setting, default)
        if saw != has and matters(setting, past.run):
            found.append(Difference(kind="setting", resource=setting, saw=saw or "default", has=has or "default"))
    return found
