"""A judgement makes hundreds of thousands of small objects and keeps most of them.

Python looks through all young objects each time that 700 more are alive, and finds nothing to free: that was a third of
the time that a large notebook took.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Put off garbage collection to the end of a block, or as a decorator to the end of a call.

    Who finds it put off already leaves it so; other threads of the process do without it for as long.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
