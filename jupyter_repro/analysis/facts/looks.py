"""What several rules look for in a cell: pure functions of it, for `Context.where`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache

from jupyter_repro.analysis.code.cellcode import parse
from jupyter_repro.model.document import DocumentCell

_WORD = re.compile(r"[^\W\d]\w*")


@cache
def naming(*words: str) -> Callable[[DocumentCell], bool]:
    """A look for cells whose text has one of these words anywhere: what has none cannot call or set what they name."""
    wanted = frozenset(words)
    return lambda cell: not wanted.isdisjoint(words_of(cell.source))


@lru_cache(maxsize=4096)
def words_of(source: str) -> frozenset[str]:
    """Every word of a source, identifiers as Python reads them."""
    return frozenset(_WORD.findall(source if source.isascii() else unicodedata.normalize("NFKC", source)))


def has_magics(cell: DocumentCell) -> bool:
    """Whether the cell has magics or shell escapes."""
    return bool(parse(cell.source).magics)


def has_imports(cell: DocumentCell) -> bool:
    """Whether the cell imports a module."""
    return bool(parse(cell.source).imports)


def has_outputs(cell: DocumentCell) -> bool:
    """Whether the cell shows anything."""
    return bool(cell.outputs)
