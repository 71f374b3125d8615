"""Runs that must have done the same: one text, the same inputs. What they left is one value, whatever its fingerprint.

A fingerprint may tell apart what nobody can see apart: a result that keeps the time at which it was computed, a cache.
Where two such runs showed different things, they did not do the same.
"""

from __future__ import annotations

from collections.abc import Callable

from jupyter_repro.analysis.runs.past import Past
from jupyter_repro.analysis.runs.seen import seen
from jupyter_repro.analysis.runs.timeline import Timeline

_DEPTH = 12


class Alike:
    """Compares runs, remembering what it found."""

    def __init__(self, timeline: Timeline, shows_time: Callable[[str | None], bool]) -> None:
        self._timeline = timeline
        self._shows_time = shows_time
        self._found: dict[tuple[int, int], bool] = {}

    def same_input(self, name: str, past: Past, maker: Past | None) -> bool:
        """Whether ``past`` had read of the name what ``maker`` leaves."""
        number = past.makers.get(name)
        if number is None or maker is None:
            return False
        return self.same(self._timeline.numbered(past.header.id, number), maker, name)

    def same(self, one: Past, other: Past, name: str, depth: int = _DEPTH) -> bool:
        """Whether two runs left one value under a name."""
        one, other = self._origin(one, name), self._origin(other, name)
        if one is other:
            return True
        if name not in one.left or name not in other.left:
            return False
        key = (id(one), id(other))
        if key not in self._found:
            self._found[key] = False  # while it is being looked at
            self._found[key] = depth > 0 and self._did_the_same(one, other, depth)
        return self._found[key]

    def _origin(self, past: Past, name: str) -> Past:
        """The run that made or last changed a library's object; runs that only asked it for something passed over."""
        while past.only_asked(name) and (number := past.maker(name)) is not None:
            past = self._timeline.numbered(past.header.id, number)
        return past

    def _did_the_same(self, one: Past, other: Past, depth: int) -> bool:
        if one.text != other.text or one.run.status != "ok" or other.run.status != "ok":
            return False
        if any(not draw.seeded for past in (one, other) for draw in past.run.draws):
            return False
        if seen(one.run.outputs) != seen(other.run.outputs) and not self._shows_time(one.run.cell):
            return False
        if one.input_states != other.input_states or one.contents != other.contents:
            return False
        return one.saw.keys() == other.saw.keys() and all(
            version == other.saw[name] or self._same_maker(one, other, name, depth) for name, version in one.saw.items()
        )

    def _same_maker(self, one: Past, other: Past, name: str, depth: int) -> bool:
        first, second = one.makers.get(name), other.makers.get(name)
        if first is None or second is None:
            return False
        makers = self._timeline.numbered(one.header.id, first), self._timeline.numbered(other.header.id, second)
        return self.same(*makers, name, depth - 1)
