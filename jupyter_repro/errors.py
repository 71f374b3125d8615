"""The error tree. Each error says what is wrong and where, carries a hint on what to do, and has an exit code.

    ReproError
    ├── BadInput (2)            the user's arguments or files: fix the input
    └── EnvironmentFailure      the world around us: each its own code
        ├── NoEngine (3)        ├── LockFailed (4)       ├── NoNetwork (5)
        ├── KernelUnavailable (6) ├── KernelDied (7)     ├── CannotWrite (8)
        ├── SecretFound (9)     ├── BuildFailed (10)     ├── TimedOut (11)
    └── Cancelled (130)

Exit code 0 means clean or reproduced, 1 means findings or differences; both are results, not errors.
"""

from __future__ import annotations


class ReproError(Exception):
    """What went wrong in one sentence, with ``hint``: what to do about it, in one sentence or ``""``."""

    exit_code = 2

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """One line: what and where, then what to do."""
        line = " ".join(self.message.split())
        return f"{line.rstrip('.')}. {' '.join(self.hint.split())}" if self.hint else line


class BadInput(ReproError):
    """The arguments, the notebook, the journal or the bundle cannot be used as they are."""


class EnvironmentFailure(ReproError):
    """Something outside the input failed; the same call may succeed elsewhere or later."""


class NoEngine(EnvironmentFailure):
    """No container engine answers."""

    exit_code = 3


class LockFailed(EnvironmentFailure):
    """The requirements could not be resolved and hashed."""

    exit_code = 4


class NoNetwork(EnvironmentFailure):
    """The package index cannot be reached."""

    exit_code = 5


class KernelUnavailable(EnvironmentFailure):
    """The kernel is not installed or does not start."""

    exit_code = 6


class KernelDied(EnvironmentFailure):
    """The kernel process ended while a cell ran."""

    exit_code = 7


class CannotWrite(EnvironmentFailure):
    """The target folder is read-only, or the disk is full."""

    exit_code = 8


class SecretFound(EnvironmentFailure):
    """A secret would have been written into the bundle. The message names the place, never the value."""

    exit_code = 9


class BuildFailed(EnvironmentFailure):
    """A clean room (virtual environment or image) could not be built."""

    exit_code = 10


class TimedOut(EnvironmentFailure):
    """A cell or a room took longer than its limit."""

    exit_code = 11


class Cancelled(ReproError):
    """The user asked to stop. Nothing was left behind."""

    exit_code = 130
