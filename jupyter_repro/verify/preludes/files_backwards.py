"""Run in a kernel before its first cell: directories are listed in the opposite order, which no system promises."""

import os
import pathlib
from collections.abc import Callable
from typing import Any


class Backwards:
    """What ``os.scandir`` gives, last entry first."""

    def __init__(self, entries: Any) -> None:
        with entries:
            self._entries = iter(list(entries)[::-1])

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        return next(self._entries)

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Forget the entries that are left."""
        self._entries = iter(())


def backwards(listdir: Callable[..., Any], scandir: Callable[..., Any]) -> Any:
    """Both functions, the other way round."""
    return (lambda path=".": listdir(path)[::-1]), (lambda path=".": Backwards(scandir(path)))


os.listdir, os.scandir = backwards(os.listdir, os.scandir)
accessor = getattr(pathlib, "_NormalAccessor", None)  # Python 3.10 keeps functions of its own
if accessor is not None:
    accessor.listdir, accessor.scandir = staticmethod(os.listdir), staticmethod(os.scandir)
