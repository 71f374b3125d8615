"""The current environment: no isolation of packages, only a fresh kernel and a copy of the files."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jupyter_client.kernelspec import KernelSpecManager

from jupyter_repro.progress import Progress
from jupyter_repro.verify.rooms import driver
from jupyter_repro.verify.rooms.interface import Execution, OpenRoom, Room, Terms
from jupyter_repro.verify.subject import Subject

_NEEDED = frozenset(
    {
        "PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TERM", "USER", "LOGNAME", "SHELL", "LD_LIBRARY_PATH",
        "VIRTUAL_ENV", "CONDA_PREFIX", "JUPYTER_PATH", "JUPYTER_DATA_DIR", "SYSTEMROOT", "TEMP", "TMP", "USERPROFILE",
    }
)  # fmt: skip
"""Variables without which a kernel does not start, or starts elsewhere."""


class OpenCurrent(OpenRoom):
    """A scratch folder, and the kernel that the notebook names where it is installed."""

    def __init__(self, subject: Subject, scratch: Path) -> None:
        self._subject = subject
        self._scratch = scratch
        named = subject.document.kernel
        installed = KernelSpecManager().find_kernel_specs()
        # A bundle's own kernel name means its own environment, which this room is not.
        self._kernel = named if not subject.is_bundle and named in installed else None
        if named and self._kernel is None and not subject.is_bundle:
            self.notes = (f"The kernel {named} is not installed, so it ran with {sys.executable}.",)

    def run(self, terms: Terms, progress: Progress) -> Execution:
        """See `OpenRoom.run`."""
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("JPY_") and (not terms.bare or name in _NEEDED or name.startswith("LC_"))
        }
        return driver.run_locally(
            sys.executable,
            self._subject,
            terms,
            progress,
            scratch=self._scratch,
            room="the current environment",
            environment=environment,
            kernel=self._kernel,
        )


class Current(Room):
    """The environment that this tool runs in."""

    name = "current"

    @contextmanager
    def open(self, subject: Subject, progress: Progress) -> Iterator[OpenRoom]:
        """See `Room.open`."""
        with tempfile.TemporaryDirectory(prefix="jupyter-repro-", ignore_cleanup_errors=True) as scratch:
            yield OpenCurrent(subject, Path(scratch))
