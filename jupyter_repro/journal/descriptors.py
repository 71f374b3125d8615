"""File descriptors of ours are kept out of the way: a user's next ``open`` gets the number that it gets without us."""

from __future__ import annotations

import fcntl
import os

ABOVE = 512
"""Where our descriptors begin: beyond what code closes in a loop, and what tests and logs show."""


def out_of_the_way(descriptor: int) -> int:
    """The same open file under a high number; the given one where the system allows none."""
    for above in (ABOVE, 128):
        try:
            high = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, above)
        except OSError:
            continue
        os.close(descriptor)
        return high
    return descriptor
