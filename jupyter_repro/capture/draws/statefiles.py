"""States of generators on disk: ``.repro/states/<digest>.json.z``, written when the kernel is idle."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Callable

from jupyter_repro.capture.draws.generators import State

LIMIT_FILES = 4000
"""States kept by one session; later ones are not."""
WAITING = 50
"""States held in memory before they are written even though the kernel is not idle."""


class StateFiles:
    """Keeps states by the digest of what was peeked."""

    def __init__(self, folder: Callable[[], str | None]) -> None:
        self._folder = folder
        self._waiting: dict[str, State] = {}
        self._kept: set[str] = set()

    def keep(self, digest: str, state: State) -> str | None:
        """Remember a state for writing; the file's name, None where no more are kept."""
        name = digest.lstrip("=~")
        if name not in self._kept:
            if len(self._kept) >= LIMIT_FILES or self._folder() is None:
                return None
            self._kept.add(name)
            self._waiting[name] = state
            if len(self._waiting) > WAITING:
                self.write()
        return name

    def write(self) -> None:
        """Write what waits. A folder that cannot be written loses them: a replay then says so."""
        folder = self._folder()
        if folder is None or not self._waiting:
            return
        target = os.path.join(folder, "states")
        try:
            os.makedirs(target, exist_ok=True)
            for name, state in self._waiting.items():
                path = os.path.join(target, f"{name}.json.z")
                if os.path.exists(path):
                    continue
                descriptor = os.open(f"{path}.tmp", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
                try:
                    os.write(descriptor, zlib.compress(json.dumps(state).encode(), 1))
                finally:
                    os.close(descriptor)
                os.replace(f"{path}.tmp", path)
        except OSError:
            self._kept.difference_update(self._waiting)
        self._waiting.clear()
