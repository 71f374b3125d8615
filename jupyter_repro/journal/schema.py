"""Records to journal lines and back. ``decode(encode(record)) == record`` for every record.

A line is a JSON object with a ``type``:

===========  =========================================================================================
``session``  first line: `SessionHeader`, plus ``schema``
``begin``    a run has begun: ``n``, ``cell``; lets a reader see in which cell a kernel died
``run``      a finished run: `RunRecord`
``amend``    later knowledge about run ``n``: fields of `RunRecord` that replace (mappings: update; tuples: extend)
``env``      `Distribution` list, written when the kernel is idle; the last one counts
``end``      the session ended in an orderly way: ``ended``
===========  =========================================================================================

Fields at their default value are left out, which keeps a trivial run far below 2 kB.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from jupyter_repro.records import (
    Distribution,
    Draw,
    FileTouch,
    Module,
    Output,
    Outside,
    RunError,
    RunRecord,
    Seed,
    SessionHeader,
    SettingChange,
)

SCHEMA = 1

Line = dict[str, Any]
RecordT = TypeVar("RecordT")

_ITEMS: dict[str, type] = {
    "files": FileTouch,
    "seeds": Seed,
    "draws": Draw,
    "settings": SettingChange,
    "outside": Outside,
    "modules": Module,
    "outputs": Output,
}


def encode(record: Any) -> Line:
    """The record as a JSON object, without fields at their default value."""
    line: Line = {}
    for name, default, omit_empty in _fields(type(record)):  # type: ignore[arg-type]
        value = getattr(record, name)
        if value == default if not omit_empty else not value:
            continue
        line[name] = value if type(value) is str or type(value) is int else _encode_value(value)
    return line


@cache
def _fields(kind: type) -> tuple[tuple[str, Any, bool], ...]:
    """(name, default, whether an empty value is left out) of each field: `encode` runs after every cell."""
    return tuple(
        (field.name, field.default, field.default_factory is not dataclasses.MISSING or field.default == ())
        for field in dataclasses.fields(kind)
    )


def _encode_value(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return encode(value)
    if isinstance(value, (tuple, list)):
        return [_encode_value(item) for item in value]
    if isinstance(value, Mapping):
        return dict(value)
    return value


def decode(kind: type[RecordT], line: Mapping[str, Any]) -> RecordT:
    """The record of type ``kind`` in a line. Unknown fields are ignored; missing required ones raise TypeError."""
    names = _names(kind)  # type: ignore[arg-type]
    known: dict[str, Any] = {
        name: tuple(value) if type(value) is list else value for name, value in line.items() if name in names
    }
    if kind is RunRecord:
        for name, item in _ITEMS.items():
            if known.get(name):
                known[name] = tuple([decode(item, each) for each in known[name]])
        if known.get("error") is not None:
            known["error"] = decode(RunError, known["error"])
        if "aliases" in known:
            known["aliases"] = tuple(tuple(group) for group in known["aliases"])
    return kind(**known)


@cache
def _names(kind: type) -> frozenset[str]:
    return frozenset(field.name for field in dataclasses.fields(kind))


def amend(run: RunRecord, line: Mapping[str, Any]) -> RunRecord:
    """The run with an ``amend`` line's fields worked in: mappings updated, tuples extended, the rest replaced.

    Outputs and modules are replaced as a whole (a later ``update_display`` changes what is there; versions became
    known); a file touch replaces an earlier one of the same path and mode (its digest became known).
    """
    fields = {field.name for field in dataclasses.fields(RunRecord)}
    changed = {name: value for name, value in line.items() if name in fields and name != "n"}
    filler = {"cell": None, "source": "", "source_digest": "", "started": "", "ended": "", "status": "ok"}
    news = decode(RunRecord, {**filler, "n": run.n, **changed})
    values: dict[str, Any] = {}
    for name in changed:
        old, new = getattr(run, name), getattr(news, name)
        if isinstance(old, Mapping):
            values[name] = {**old, **new}
        elif name == "files":
            kept = {(touch.path, touch.mode): touch for touch in (*old, *new)}
            values[name] = tuple(kept.values())
        elif isinstance(old, tuple) and name not in ("outputs", "modules"):
            values[name] = (*old, *new)
        else:
            values[name] = new
    return dataclasses.replace(run, **values)


def header_line(header: SessionHeader) -> Line:
    """The first line of a journal."""
    return {"type": "session", "schema": SCHEMA, **encode(header)}


def begin_line(n: int, cell: str | None) -> Line:
    """Says that run ``n`` has begun."""
    return {"type": "begin", "n": n, "cell": cell}


def run_line(run: RunRecord) -> Line:
    """A finished run."""
    return {"type": "run", **encode(run)}


def amend_line(n: int, **fields: Any) -> Line:
    """Later knowledge about run ``n``; ``fields`` are those of `RunRecord`, as records or plain values."""
    return {"type": "amend", "n": n, **{name: _encode_value(value) for name, value in fields.items()}}


def env_line(distributions: tuple[Distribution, ...]) -> Line:
    """What the session's imports rest on."""
    return {"type": "env", "distributions": [encode(each) for each in distributions]}


def end_line(ended: str) -> Line:
    """The session ended in an orderly way."""
    return {"type": "end", "ended": ended}
