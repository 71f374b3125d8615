"""What a probe is, and the draft of a run that probes fill in between ``pre_run_cell`` and ``post_run_cell``."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from jupyter_repro.records import (
    Draw,
    FileTouch,
    Fingerprint,
    Module,
    Output,
    Outside,
    RunError,
    Seed,
    SettingChange,
    Status,
)


@dataclass(slots=True, kw_only=True)
class Draft:
    """A run being recorded, and written as it is when it has ended: it has all the fields of `RunRecord`, with their
    meanings; probes add to them."""

    n: int
    cell: str | None
    source: str
    """As the user wrote it."""
    python: str
    """After IPython's input transformations; equal to ``source`` for plain Python."""
    tree: ast.Module | None
    """Of ``python``; None for a syntax error."""
    namespace: dict[str, Any]
    """``shell.user_ns``: look, never write."""
    plain: bool = False
    """Whether the cell can do nothing but bind names to scalars: see `probes.plain`."""
    source_digest: str = ""
    started: str = ""
    ended: str = ""
    status: Status = "ok"
    execution_count: int | None = None
    error: RunError | None = None
    reads: dict[str, Fingerprint] = field(default_factory=dict)
    writes: dict[str, Fingerprint] = field(default_factory=dict)
    mutates: dict[str, Fingerprint] = field(default_factory=dict)
    deletes: list[str] = field(default_factory=list)
    kinds: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, str] = field(default_factory=dict)
    aliases: list[tuple[str, ...]] = field(default_factory=list)
    files: list[FileTouch] = field(default_factory=list)
    seeds: list[Seed] = field(default_factory=list)
    draws: list[Draw] = field(default_factory=list)
    settings: list[SettingChange] = field(default_factory=list)
    outside: list[Outside] = field(default_factory=list)
    modules: list[Module] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)
    blind_spots: list[str] = field(default_factory=list)
    variables: list[str] = field(default_factory=list)
    magics: list[str] = field(default_factory=list)


class Probe:
    """Watches one kind of resource. Every method may raise: the tracker's guard turns that into a blind spot.

    The order of calls is ``start``, for each run ``before`` and ``after``, between runs ``idle``, at last ``stop``.
    """

    name = ""
    """Name of the capture layer, as listed in `SessionHeader.layers`."""

    sees_plain = False
    """Whether it hears of plain cells too: most of what is watched cannot happen in one."""

    unfinished = False
    """Whether its last `idle` had too little time, also where it found out nothing."""

    folder: Callable[[], str | None] = staticmethod(lambda: None)
    """The ``.repro`` folder that the journal lies in, None while there is none. Set by the tracker."""

    def start(self, shell: Any) -> str:
        """Begin to watch; ``on``, or why this layer is not active here."""
        return "on"

    def before(self, draft: Draft) -> None:
        """A run is about to begin. Keep it to microseconds."""

    def after(self, draft: Draft) -> None:
        """A run has ended: add what was seen to the draft."""

    def idle(self, budget: float) -> list[tuple[int, dict[str, Any]]]:
        """Work put off until the kernel is idle, for at most ``budget`` seconds: (run number, amended fields) pairs."""
        return []

    def stop(self) -> None:
        """Remove every patch; leave the process as it was."""
