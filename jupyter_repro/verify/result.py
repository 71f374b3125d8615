"""What a verification says: a verdict, and for each cell and file how it compares with its reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Verdict = Literal["reproduced", "differs", "could-not-run"]
CellVerdict = Literal["identical", "equivalent", "unstable", "different", "failed", "tainted", "not-compared"]
AxisVerdict = Literal["holds", "breaks", "not-varied"]
FileVerdict = Literal["identical", "equivalent", "different", "missing", "unexpected"]


@dataclass(frozen=True, kw_only=True, slots=True)
class CellResult:
    """How one code cell compares. ``cause`` is short, empty for an identical cell; ``detail`` shows what differs."""

    id: str
    index: int
    """Position among all cells of the notebook, from 0."""
    name: str
    """How a message calls it: `DocumentCell.name`."""
    verdict: CellVerdict
    cause: str = ""
    detail: str = ""
    shows: bool = True
    """Whether its reference shows any output."""
    declared: bool = False
    """Whether the bundle said beforehand that this cell's outputs differ from run to run."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FileResult:
    """How one file that the notebook writes compares with its reference."""

    path: str
    verdict: FileVerdict
    detail: str = ""
    step: str | None = None
    """Id of the cell that writes it, where the bundle or the journal tells."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AxisResult:
    """What a rerun with one condition changed said. ``cells`` and ``files`` are those that no longer are as before."""

    axis: str
    verdict: AxisVerdict
    because: str
    cells: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    ran: bool = False
    """Whether the notebook was run for it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class VerifyResult:
    """The verdict on a bundle or a notebook in one room."""

    target: str
    verdict: Verdict
    room: str
    because: str
    """Why, in one or two sentences: what was proven and what was not."""
    cells: tuple[CellResult, ...] = ()
    files: tuple[FileResult, ...] = ()
    axes: tuple[AxisResult, ...] = ()
    """One for each axis that was to be varied."""
    ignored: Mapping[str, int] = field(default_factory=dict)
    """What was normalised away or not compared: kind -> count."""
    runs: int = 0
    """How many times the notebook was run, control runs included."""
    seconds: float = 0.0

    @property
    def reproduced(self) -> bool:
        """Whether the rerun gave what the reference shows."""
        return self.verdict == "reproduced"

    @property
    def exit_code(self) -> int:
        """0 where it reproduced and no axis broke it, else 1."""
        return 0 if self.reproduced and not any(axis.verdict == "breaks" for axis in self.axes) else 1

    def count(self, verdict: CellVerdict) -> int:
        """How many cells have this verdict."""
        return sum(cell.verdict == verdict for cell in self.cells)
