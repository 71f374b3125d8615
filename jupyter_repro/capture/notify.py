"""Tells an open panel that a run was recorded, by comm messages. Harmless where nobody listens.

The panel opens a comm of target `TARGET` to the kernel (after each (re)start or injection). It then receives
``{"event": "hello", "journal": path | None, "runs": n}`` once, ``{"event": "run", "n": ..., "cell": ..., "journal":
path}`` after each run, ``{"event": "amend", ...}`` when later knowledge about runs was written. The kernel never opens
a comm itself: a frontend without our extension would complain about an unknown target.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

TARGET = "jupyter_repro"


class Notifier:
    """Keeps the comms that panels have opened."""

    def __init__(self, greeting: Callable[[], dict[str, Any]]) -> None:
        self._greeting = greeting
        self._comms: list[Any] = []
        self._manager: Any = None

    def start(self, shell: Any) -> None:
        """Register the comm target, where this shell is a kernel's and has comms."""
        manager = getattr(getattr(shell, "kernel", None), "comm_manager", None)
        if manager is not None:
            manager.register_target(TARGET, self._opened)
            self._manager = manager

    def tell(self, event: dict[str, Any]) -> None:
        """Send the event to every open panel; forget those that cannot be reached."""
        for comm in list(self._comms):
            try:
                comm.send(event)
            except (OSError, RuntimeError, AttributeError, ValueError, TypeError):
                self._comms.remove(comm)

    def stop(self) -> None:
        """Remove the target and forget the panels."""
        if self._manager is not None:
            self._manager.targets.pop(TARGET, None)
        self._manager = None
        self._comms.clear()

    def _opened(self, comm: Any, message: Any) -> None:
        self._comms.append(comm)
        comm.on_close(lambda closing: self._comms.remove(comm) if comm in self._comms else None)
        comm.send(self._greeting())
