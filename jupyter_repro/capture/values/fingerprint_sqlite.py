"""Connections and cursors of sqlite3: what they hold cannot be seen, but how many rows they have changed can."""

from __future__ import annotations

import sys
from typing import Any

from jupyter_repro.capture.values.fingerprint import Walk


def connection(walk: Walk, value: Any) -> None:
    """The rows changed since it was opened; the database itself lies in memory or in a file."""
    if not walk.enter(value, b"connection"):
        return
    walk.opaque = True
    sqlite3 = sys.modules["sqlite3"]
    try:
        walk.visit(sqlite3.Connection.total_changes.__get__(value))
        walk.visit(sqlite3.Connection.in_transaction.__get__(value))
    except sqlite3.ProgrammingError:
        walk.put(b"closed, or another thread's")


def cursor(walk: Walk, value: Any) -> None:
    """Its connection. Where it stands among its rows cannot be seen, and does not matter to the next statement."""
    if walk.enter(value, b"cursor"):
        walk.opaque = True
        walk.visit(sys.modules["sqlite3"].Cursor.connection.__get__(value))
