"""The walk down a document as steps that are kept: what a cell did in the last judgement it does again, if nothing that
it rests on is another.

A step is kept where the cell goes as a recorded run went and nothing more is to be said of it. It rests on the cell, on
its recorded runs, on what holds for the whole document (`Walk.everywhere`), and on the stage. The stage is the same as
it was for as long as every step above did the same; what a kept step did is played only when another step needs it.
Every other cell is judged anew each time, because its reasons may lead anywhere in the history.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from jupyter_repro.analysis.forecast.foreseen import CellForecast
from jupyter_repro.analysis.forecast.stage import Played, Stage
from jupyter_repro.analysis.runs.past import Past
from jupyter_repro.model.document import DocumentCell

_MARK = 64
"""Cells between two kept stages."""


class Walk(Protocol):
    """One walk down the document."""

    stage: Stage

    def cell(self, cell: DocumentCell) -> CellForecast:
        """Judge the next cell, and play it on the stage."""

    def everywhere(self) -> object:
        """What every verdict rests on, beside the cell and the stage."""

    def basis(self, cell: DocumentCell) -> tuple[object, ...]:
        """What the verdict on a cell rests on beside the stage, as far as it goes as a recorded run went."""

    def repeats(self, cell: DocumentCell, judged: CellForecast) -> Past | None:
        """The run that a cell repeats, where its verdict rests on nothing but the basis and the stage."""

    def fits_exactly(self, past: Past) -> bool:
        """Whether a run had the very inputs that the stage has."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Step:
    place: int
    basis: tuple[object, ...]
    judged: CellForecast
    past: Past | None
    """The run that it repeats; None for a step that is not kept."""
    played: tuple[Played, ...]


class Steps:
    """The steps of the last walk down one document."""

    def __init__(self) -> None:
        self._everywhere: object = None
        self._steps: dict[str, _Step] = {}
        self._stages: dict[int, dict[str, Any]] = {}
        """What the stage held before the cells at some places."""

    def follow(self, walk: Walk, cells: Sequence[DocumentCell]) -> tuple[CellForecast, ...]:
        """The verdict on each cell."""
        everywhere = walk.everywhere()
        if everywhere != self._everywhere:
            self._steps, self._stages = {}, {}
        before, self._steps, self._everywhere = self._steps, {}, everywhere
        same, waiting = True, 0
        """Whether the stage is as it was in the last walk; the first place of which the stage does not know yet."""
        steps: list[_Step] = []
        for place, cell in enumerate(cells):
            old, basis = before.get(cell.id), walk.basis(cell)
            kept = old if old is not None and old.past is not None and old.basis == basis else None
            if kept is None or kept.place != place or not same:
                waiting = self._catch_up(walk.stage, steps, waiting)
                if place % _MARK == 0:
                    self._stages[place] = walk.stage.held()
                if kept is not None and kept.past is not None and walk.fits_exactly(kept.past):
                    step = _Step(place=place, basis=basis, judged=kept.judged, past=kept.past, played=kept.played)
                    walk.stage.play_again(step.played)
                else:
                    step = self._judged(walk, cell, place, basis)
                waiting = place + 1
                if old is None or old.place != place or old.played != step.played:
                    same = False
                    self._stages = {at: held for at, held in self._stages.items() if at <= place}
            else:
                step = kept
            steps.append(step)
            self._steps[cell.id] = step
        return tuple(step.judged for step in steps)

    def _judged(self, walk: Walk, cell: DocumentCell, place: int, basis: tuple[object, ...]) -> _Step:
        walk.stage.played = []
        judged = walk.cell(cell)
        past = walk.repeats(cell, judged)
        return _Step(place=place, basis=basis, judged=judged, past=past, played=tuple(walk.stage.played))

    def _catch_up(self, stage: Stage, steps: Sequence[_Step], waiting: int) -> int:
        """Play the steps that the stage does not know yet, from the last kept stage on."""
        mark = len(steps) // _MARK * _MARK
        if mark > waiting and mark in self._stages:
            stage.hold(self._stages[mark])
            waiting = mark
        for step in steps[waiting:]:
            stage.play_again(step.played)
        return len(steps)
