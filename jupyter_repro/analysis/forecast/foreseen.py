"""What the forecast says: a verdict for each code cell, the reason, and the runs it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from jupyter_repro.analysis.forecast.because import Cause
from jupyter_repro.analysis.runs.timeline import Past
from jupyter_repro.model.document import DocumentCell
from jupyter_repro.records import RunRecord

Replay = Literal["ok", "changes", "fails", "unknown"]


@dataclass(slots=True)
class Verdict:
    """A verdict in the making: ``past`` is the recorded run whose outputs the replay would show, where there is one."""

    replay: Replay
    causes: list[Cause] = field(default_factory=list)
    past: Past | None = None


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
