"""What IPython remembers of what ran before: ``_``, ``Out[3]``, ``_i2``, ``In``. After a restart, that is others."""

from __future__ import annotations

import re
from functools import lru_cache

from jupyter_repro.analysis.statements import statements

_MEMORY = re.compile(r"_{1,3}|_i{1,3}|_i?\d+|In|Out|_[iod]h")


@lru_cache(maxsize=4096)
def remembered(source: str) -> frozenset[str]:
    """The names of IPython's memory that a source uses and does not bind."""
    if "_" not in source and "Out" not in source and "In" not in source:
        return frozenset()
    body = statements(source)
    bound = frozenset().union(*(each.binds for each in body))
    needed = frozenset().union(*(each.needs | each.loads for each in body))
    return frozenset(name for name in needed - bound if _MEMORY.fullmatch(name))
