"""Room for deep syntax trees: what a kernel could run must not be too deep for us to read.

Code that programs have written holds sums of a thousand terms, and each is one level of the tree. Readers of trees take
two or three calls a level, so Python's usual limit of 1,000 calls is reached at a third of what the compiler takes.
"""

from __future__ import annotations

import functools
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

STACK = 512 << 20
"""Bytes of address space for the stack; what is not touched takes no memory."""
CALLS = 100_000

_within = threading.local()


def with_deep_stack(function: Callable[P, T]) -> Callable[P, T]:
    """The function, run on a thread of its own whose stack is deep; within such a thread it is simply called.

    Raises what the function raises. Costs 0.1 ms.
    """

    @functools.wraps(function)
    def deep(*args: P.args, **kwargs: P.kwargs) -> T:
        if getattr(_within, "deep", False):
            return function(*args, **kwargs)
        limit, size = sys.getrecursionlimit(), threading.stack_size(STACK)
        sys.setrecursionlimit(max(limit, CALLS))
        try:
            with ThreadPoolExecutor(1, initializer=_enter) as pool:
                return pool.submit(function, *args, **kwargs).result()
        finally:
            threading.stack_size(size)
            sys.setrecursionlimit(limit)

    return deep


def _enter() -> None:
    _within.deep = True
