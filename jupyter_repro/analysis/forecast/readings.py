"""Recorded runs as they were read, kept from one judgement of a notebook to the next.

A reading of a run depends on the versions it is given, on hints, and on what is known of composed values. The first two
are compared; what was asked and told of the third is written down, and asked and told again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jupyter_repro.analysis.code.parts import Composed, Keys
from jupyter_repro.analysis.forecast.hints import Definitions, hints_of
from jupyter_repro.analysis.forecast.interpret import Hints, Reading, Scene, interpret
from jupyter_repro.analysis.runs.timeline import Past
from jupyter_repro.analysis.versions import Version


@dataclass(frozen=True, slots=True)
class _Asked:
    version: Version
    keys: Keys
    answer: Version


@dataclass(frozen=True, slots=True)
class _Told:
    version: Version
    base: Version
    parts: Mapping[str, Version]


class _Overheard(Composed):
    """Passes everything on, and writes it down."""

    def __init__(self, composed: Composed) -> None:
        self._composed = composed
        self.talk: list[_Asked | _Told] = []

    def of(self, version: Version, keys: Keys) -> Version:
        answer = self._composed.of(version, keys)
        self.talk.append(_Asked(version, keys, answer))
        return answer

    def note(self, version: Version, base: Version, parts: Mapping[str, Version]) -> None:
        self._composed.note(version, base, parts)
        self.talk.append(_Told(version, base, parts))


@dataclass(frozen=True, slots=True)
class _Read:
    past: Past
    scene: Scene
    hints: Hints
    talk: Sequence[_Asked | _Told]
    reading: Reading


class Readings:
    """Belongs to one notebook. Keeps what the last two judgements used."""

    def __init__(self) -> None:
        self._read: dict[tuple[int, bool], _Read] = {}
        self._before: dict[tuple[int, bool], _Read] = {}
        self._hints: dict[tuple[int, ...], tuple[Sequence[Past], Definitions, Hints]] = {}
        self._hints_before = self._hints

    def begin(self) -> None:
        """A judgement begins: forget what the last one did not use."""
        self._before, self._read = self._read, {}
        self._hints_before, self._hints = self._hints, {}

    def hints(self, references: Sequence[Past], definitions: Definitions) -> Hints:
        """As `hints_of`."""
        key = tuple(map(id, references))
        known = self._hints.get(key) or self._hints_before.get(key)
        if known is None or known[1] is not definitions:
            known = (references, definitions, hints_of(references, definitions))  # which keeps the ids taken
        self._hints[key] = known
        return known[2]

    def read(self, past: Past, scene: Scene, hints: Hints, composed: Composed, *, alone: bool) -> Reading:
        """As `interpret` reads the run. ``alone``: not beside a cell; it may be read with other hints then."""
        key = (id(past), alone)
        known = self._read.get(key) or self._before.get(key)
        if known is None or known.hints != hints or known.scene != scene or not _again(known.talk, composed):
            overheard = _Overheard(composed)
            reading = interpret(past.run.source, scene, hints, {}, overheard, stopped_at=past.stopped_at)
            known = _Read(past, scene, hints, overheard.talk, reading)
        self._read[key] = known
        return known.reading


def _again(talk: Sequence[_Asked | _Told], composed: Composed) -> bool:
    """Tell once more what was told; whether every question has the answer that it had."""
    for each in talk:
        if isinstance(each, _Told):
            composed.note(each.version, each.base, each.parts)
        elif composed.of(each.version, each.keys) != each.answer:
            return False
    return True
