"""What IPython remembers of what ran before: ``_``, ``Out[3]``, ``_i2``, ``In``. After a restart, that is others."""

from __future__ import annotations

import re
from functools import lru_cache

from jupyter_repro.analysis.code.statements import statements
from jupyter_repro.analysis.versions import Version, lineage

_MEMORY = re.compile(r"_{1,3}|_i{1,3}|_i?\d+|In|Out|_[iod]h")


MEMORY = ("_", "__", "___", "Out")
"""Names of it that a run is recorded to have read."""


def is_memory(name: str) -> bool:
    """Whether IPython gives the name its value."""
    return name[0] in "_IO" and _MEMORY.fullmatch(name) is not None


def memory(count: int | None, above: str) -> Version:
    """The version of all that IPython remembers when the run of an execution count begins, after that of a source."""
    return lineage(above, (), f"memory:{count}")


@lru_cache(maxsize=4096)
def remembered(source: str) -> frozenset[str]:
    """The names of IPython's memory that a source uses and does not bind."""
    if "_" not in source and "Out" not in source and "In" not in source:
        return frozenset()
    body = statements(source)
    bound = frozenset().union(*(each.binds for each in body))
    needed = frozenset().union(*(each.needs | each.loads for each in body))
    return frozenset(name for name in needed - bound if _MEMORY.fullmatch(name))
