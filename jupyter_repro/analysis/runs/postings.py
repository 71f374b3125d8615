"""Which runs of a session name a thing: places by key, looked up when first asked for and grown with the session."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from jupyter_repro.journal.schema import Line


class Postings:
    """Key -> places (from 0, ascending) of the runs that name it; ``keys`` tells what a run's line names."""

    def __init__(self, lines: Sequence[Line], keys: Callable[[Line], Iterable[Any]]) -> None:
        self._lines = lines
        self._keys = keys
        self._places: dict[Any, int | list[int]] = {}
        """A key that only one run names has its place: most do, and lists of one are much of what there would be."""
        self._done = 0

    def __getitem__(self, key: Any) -> Sequence[int]:
        """The places of the runs that name the key."""
        places = self._all().get(key, ())
        return (places,) if isinstance(places, int) else places

    def __iter__(self) -> Iterator[Any]:
        """Every key."""
        return iter(self._all())

    def before(self, key: Any, place: int) -> int | None:
        """The last place before this one whose run names the key."""
        places = self[key]
        index = bisect_left(places, place)
        return places[index - 1] if index else None

    def _all(self) -> dict[Any, int | list[int]]:
        """Every key with its places."""
        if self._done < len(self._lines):
            found, keys = self._places, self._keys
            for place in range(self._done, len(self._lines)):
                for key in keys(self._lines[place]):
                    places = found.get(key)
                    if places is None:
                        found[key] = place
                    elif isinstance(places, int):
                        found[key] = [places, place]
                    else:
                        places.append(place)
            self._done = len(self._lines)
        return self._places

    def cut(self, place: int) -> None:
        """Forget the runs from this place on; to be called while their lines are still there."""
        for gone in range(self._done - 1, place - 1, -1):
            for key in self._keys(self._lines[gone]):
                places = self._places.get(key)
                if isinstance(places, list):
                    while places and places[-1] >= place:
                        places.pop()
                if not places or (isinstance(places, int) and places >= place):
                    self._places.pop(key, None)
        self._done = min(self._done, place)
