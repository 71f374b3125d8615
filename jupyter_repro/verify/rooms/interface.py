"""What a room is: a place made ready once, in which a notebook then runs from start to end, each time afresh."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from jupyter_repro.progress import Progress
from jupyter_repro.verify.subject import Subject

Ending = Literal["finished", "error", "died", "timeout"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Execution:
    """One run of the whole notebook. ``cells`` maps cell ids to their nbformat outputs, up to the one that ended it."""

    ending: Ending
    cells: dict[str, tuple[dict[str, Any], ...]]
    stopped_at: str | None = None
    """Id of the cell that failed, killed the kernel or took too long; None when the notebook finished."""
    message: str = ""
    seconds: float = 0.0
    folder: Path
    """A copy of the run's folder as it was left, valid while the room is open."""
    places: tuple[str, ...] = ()
    """Folders of this run as they may appear in outputs: where it worked, its home."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """How a run is to be made. ``timeout`` is in seconds for each cell; None waits for ever."""

    timeout: float | None = 600.0
    environment: Mapping[str, str] = field(default_factory=dict)
    prelude: str = ""
    """Python that the kernel runs before the first cell, in a namespace of its own."""
    folder: str = "work"
    """What the folder that the notebook runs in is called, below a scratch folder."""
    bare: bool = False
    """Whether the kernel gets none of the user's environment variables."""


class OpenRoom(ABC):
    """A room made ready for one subject."""

    notes: tuple[str, ...] = ()
    """What a reader of the verdict should know of the room, one sentence each."""
    varies: Mapping[str, str] = MappingProxyType({})
    """Axis -> why every run in this room varies it already."""
    cannot_vary: Mapping[str, str] = MappingProxyType({})
    """Axis -> why this room cannot vary it."""

    @abstractmethod
    def run(self, terms: Terms, progress: Progress) -> Execution:
        """Run the notebook once, from a fresh copy of the subject's files, in a fresh kernel.

        Raises an EnvironmentFailure where the room itself fails; what happens in a cell is the Execution's to tell.
        """


class Room(ABC):
    """A kind of room."""

    name: str

    @abstractmethod
    def open(self, subject: Subject, progress: Progress) -> AbstractContextManager[OpenRoom]:
        """Make the room ready: build what the lock asks for. Everything temporary is gone when the context ends."""
