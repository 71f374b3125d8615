"""What was worked out of single cells and runs, kept from one judgement to the next for as long as they are the same.

Sixty rules look at a thousand cells; after one more run, one cell is another one. So a rule says what it looks for in a
cell as a pure function (`where`), and is given the cells where it found something: only new cells are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from jupyter_repro.model.document import DocumentCell

Look = Callable[[DocumentCell], object]
T = TypeVar("T")


class Recall:
    """Belongs to one notebook. Cells and runs are known by identity."""

    def __init__(self) -> None:
        self._columns: dict[Look, _Column] = {}
        self._facts: dict[object, tuple[tuple[object, ...], Any]] = {}
        self._change: tuple[Sequence[DocumentCell], Sequence[DocumentCell], list[int]] = ((), (), [])

    def where(self, look: Look, cells: tuple[DocumentCell, ...]) -> Sequence[DocumentCell]:
        """The cells for which ``look``, a pure function of a cell, gives something."""
        column = self._columns.get(look)
        if column is None:
            column = self._columns[look] = _Column(look)
        if column.cells is not cells:
            column.look_at(cells, self._changed(column.cells, cells))
        return column.found

    def fact(self, key: object, basis: tuple[object, ...], work_out: Callable[[], T]) -> T:
        """What ``work_out`` gives, kept under ``key`` for as long as ``basis`` is equal (mostly: the same objects)."""
        known = self._facts.get(key)
        if known is not None and known[0] == basis:
            value: T = known[1]
            return value
        value = work_out()
        self._facts[key] = (basis, value)
        return value

    def _changed(self, old: tuple[DocumentCell, ...], new: tuple[DocumentCell, ...]) -> list[int] | None:
        """Places where the cells differ, None where their number does."""
        if len(old) != len(new):
            return None
        if self._change[0] is not old or self._change[1] is not new:
            self._change = (old, new, [place for place, cell in enumerate(new) if old[place] is not cell])
        return self._change[2]


class _Column:
    """What one look found in each cell."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.cells: tuple[DocumentCell, ...] = ()
        self.found: list[DocumentCell] = []
        self._hits: list[bool] = []

    def look_at(self, cells: tuple[DocumentCell, ...], changed: list[int] | None) -> None:
        """Go over to other cells, looking at those that are new."""
        if changed is None:
            known = dict(zip(map(id, self.cells), self._hits, strict=True))
            look = self.look
            self._hits = [known[id(cell)] if id(cell) in known else bool(look(cell)) for cell in cells]
            stale = True
        else:
            stale = False
            for place in changed:
                before, self._hits[place] = self._hits[place], bool(self.look(cells[place]))
                stale = stale or before or self._hits[place]
        self.cells = cells
        if stale:
            self.found = [cell for cell, hit in zip(cells, self._hits, strict=True) if hit]
