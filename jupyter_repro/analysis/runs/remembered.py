"""What IPython remembers of what ran before: ``_``, ``Out[3]``, ``_i2``, ``In``. After a restart, that is others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from jupyter_repro.analysis.code.cellcode import NOT_REMEMBERED, parse
from jupyter_repro.analysis.code.names import names_of
from jupyter_repro.analysis.versions import Version, lineage
from jupyter_repro.records import Output

_MEMORY = re.compile(r"_{1,3}|_i{1,3}|_i?\d+|In|Out|_[iod]h")
_MENTIONED = re.compile(rf"(?<![\w.])(?:{_MEMORY.pattern})(?!\w)")

RESULTS = ("_", "__", "___")
"""The last result that was displayed, the one before it, and the one before that."""
MEMORY = (*RESULTS, "Out")
"""Names of it that a run is recorded to have read."""


def is_memory(name: str) -> bool:
    """Whether IPython gives the name its value."""
    return name[0] in "_IO" and _MEMORY.fullmatch(name) is not None


def memory(name: str, results: Sequence[Version], count: int | None, above: str) -> Version:
    """The version of what IPython remembers when the run of an execution count begins, after that of a source.

    ``results`` are the last results that were displayed, the newest first.
    """
    if name in RESULTS:
        return results[len(name) - 1] if len(results) >= len(name) else "^result:none"
    return lineage(above, (), f"memory:{count}")


def result_in(outputs: Iterable[Output]) -> Version | None:
    """The version of the result that a run displayed, None where it displayed none."""
    return next((f"^result:{output.digest}" for output in outputs if output.kind == "result"), None)


@lru_cache(maxsize=4096)
def remembered(source: str) -> frozenset[str]:
    """The names of IPython's memory that a source takes from before: not those that it has bound itself."""
    if _MENTIONED.search(source) is None:
        return frozenset()
    tree = parse(source).tree
    needed = names_of(tree, NOT_REMEMBERED).needed if tree is not None else ()
    return frozenset(filter(is_memory, needed))
