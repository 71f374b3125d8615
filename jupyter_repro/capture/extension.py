"""Load and unload the tracker. The same entry for ``%load_ext``, the panel's injection and ``jupyter repro run``."""

from __future__ import annotations

import gc
import sys
from typing import Any

from jupyter_repro.capture.tracker import Tracker

_trackers: dict[int, Tracker] = {}
"""One tracker a shell, by the shell's identity."""
SMALL = 500_000
"""Blocks of memory up to which a heap is small: a fresh kernel has 100,000 to 150,000 and is collected in 16 ms."""


def load(shell: Any, *, notebook: str | None = None) -> Tracker:
    """Start tracking; the running tracker where there is one already.

    ``notebook`` is the absolute path of the notebook this kernel serves, where the caller knows it; otherwise it is
    taken from the server's session name, and where nobody knows it the journal goes into the working directory.
    """
    tracker = _trackers.get(id(shell))
    if tracker is None:
        tracker = _trackers[id(shell)] = Tracker(shell, notebook=notebook)
        tracker.start()
        _settle()
    elif notebook is not None:
        tracker.belongs_to(notebook)
    return tracker


def _settle() -> None:
    """Let loading pay for its own garbage.

    It leaves syntax trees behind and thousands of objects that stay. The collector counts both towards its next full
    collection, which would else come that much earlier, in a cell of the user's: 100 ms where that cell makes a million
    objects. Nothing is collected where the user has switched collecting off, or where there is much to look through.
    """
    if gc.isenabled() and sys.getallocatedblocks() < SMALL:
        gc.collect()


def unload(shell: Any) -> None:
    """Stop tracking and leave the shell as it was. Does nothing where no tracker runs."""
    tracker = _trackers.pop(id(shell), None)
    if tracker is not None:
        tracker.stop()


def tracker_of(shell: Any) -> Tracker | None:
    """The tracker of a shell, None where it has none."""
    return _trackers.get(id(shell))
