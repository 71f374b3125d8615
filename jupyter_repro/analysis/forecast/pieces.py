"""Recorded runs of texts that share statements with a cell: cells are split and merged, and what was run is known."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_repro.analysis.code.body import body_of
from jupyter_repro.analysis.forecast.memo import Memo
from jupyter_repro.analysis.runs.timeline import Past, Timeline

_OF_A_TEXT = 3
"""Runs of one text that are looked at."""
_TEXTS = 6


class Pieces:
    """The texts of a history by their statements."""

    def __init__(self, timeline: Timeline, memo: Memo) -> None:
        self._timeline = timeline
        self._memo = memo

    def of(self, source: str) -> list[Past]:
        """Runs of texts of which at least half is in the source, or which have at least half of it."""
        return [past for text in list(self._texts(source))[:_TEXTS] for past in self._memo.of_source(text)[:_OF_A_TEXT]]

    def _texts(self, source: str) -> Iterator[str]:
        wanted = body_of(source).keys
        for text in sorted({text for key in wanted for text in self._timeline.holding(key)}):
            keys = body_of(text).keys
            if 2 * len(keys & wanted) >= min(len(keys), len(wanted)):
                yield text
