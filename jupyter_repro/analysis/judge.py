"""Judges notebooks again and again: what has not changed since the last time is not worked out anew."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path

from jupyter_repro.analysis.engine import Analysis, analyse
from jupyter_repro.analysis.recall import Recall
from jupyter_repro.analysis.selection import Config
from jupyter_repro.model import document as documents
from jupyter_repro.model.document import Document
from jupyter_repro.model.history import History

_KEPT = 16
"""Notebooks that are remembered."""


class Judge:
    """Says of every notebook what `analyse` says of it, and remembers those that it has judged last.

    One judgement at a time, from any thread: they share what is known of journals and sources.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[Path, tuple[Document, Recall]] = OrderedDict()

    def judge(self, document: Document, history: History, config: Config | None = None) -> Analysis:
        """The judgement of a notebook as it stands now."""
        with self._lock:
            before, recall = self._known.pop(document.path, (None, Recall()))
            if before is not None:
                document = documents.with_known_cells(document, before)
            analysis = analyse(document, history, config, recall)
            self._known[document.path] = (document, recall)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
            return analysis
