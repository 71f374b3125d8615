"""Old journals stay readable: one function per schema version, each turning a line into the next version's.

`UPGRADES[v]` turns a line of schema ``v`` into one of schema ``v + 1``. A sample journal of every version ever
released lies in ``tests/journal/versions/``.
"""

from __future__ import annotations

from collections.abc import Callable

from jupyter_repro.journal.schema import SCHEMA, Line

UPGRADES: dict[int, Callable[[Line], Line]] = {}


def to_current(line: Line, schema: int) -> Line:
    """The line as the current schema has it."""
    for version in range(schema, SCHEMA):
        line = UPGRADES[version](line)
    return line
