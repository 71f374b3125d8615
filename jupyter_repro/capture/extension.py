"""Load and unload the tracker. The same entry for ``%load_ext``, the panel's injection and ``jupyter repro run``."""

from __future__ import annotations

from typing import Any

from jupyter_repro.capture.tracker import Tracker

_trackers: dict[int, Tracker] = {}
"""One tracker a shell, by the shell's identity."""


def load(shell: Any, *, notebook: str | None = None) -> Tracker:
    """Start tracking; the running tracker where there is one already.

    ``notebook`` is the absolute path of the notebook this kernel serves, where the caller knows it; otherwise it is
    taken from the server's session name, and where nobody knows it the journal goes into the working directory.
    """
    tracker = _trackers.get(id(shell))
    if tracker is None:
        tracker = _trackers[id(shell)] = Tracker(shell, notebook=notebook)
        tracker.start()
    elif notebook is not None:
        tracker.belongs_to(notebook)
    return tracker


def unload(shell: Any) -> None:
    """Stop tracking and leave the shell as it was. Does nothing where no tracker runs."""
    tracker = _trackers.pop(id(shell), None)
    if tracker is not None:
        tracker.stop()


def tracker_of(shell: Any) -> Tracker | None:
    """The tracker of a shell, None where it has none."""
    return _trackers.get(id(shell))
