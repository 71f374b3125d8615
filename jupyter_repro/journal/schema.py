"""Records to journal lines and back. ``decode(encode(record)) == record`` for every record.

A line is a JSON object with a ``type``:

===========  =========================================================================================
``session``  first line: `SessionHeader`, plus ``schema``
``begin``    a run has begun: ``n``, ``cell``; lets a reader see in which cell a kernel died
``run``      a finished run: `RunRecord`
``amend``    later knowledge about run ``n``: fields of `RunRecord` that replace (mappings: update; tuples: extend)
``env``      `Distribution` list, system ``libraries``, and what adds to the header's ``hardware`` and ``git``, written
             when the kernel is idle; the last one counts
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


def encode(record: Any, kind: type | None = None) -> Line:
    """The record as a JSON object, without fields at their default value; ``kind`` where it only has its fields."""
    line: Line = {}
    for name, default, omit_empty in _fields(kind or type(record)):
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
    if type(value) is str or type(value) is dict:
        return value
    if isinstance(value, (tuple, list)):
        return [_encode_value(item) for item in value]
    if dataclasses.is_dataclass(value):
        return encode(value)
    if isinstance(value, Mapping):
        return dict(value)
    return value


def decode(kind: type[RecordT], line: Mapping[str, Any]) -> RecordT:
    """The record of type ``kind`` in a line. Unknown fields are ignored; missing required ones raise TypeError."""
    names = _names(kind)  # type: ignore[arg-type]
    known = {name: value for name, value in line.items() if name in names}
    if kind is RunRecord:
        known = {name: decode_field(name, value) for name, value in known.items()}
    else:
        known = {name: tuple(value) if type(value) is list else value for name, value in known.items()}
    return kind(**known)


def decode_field(name: str, value: Any) -> Any:
    """The value of a field of `RunRecord`, from the value that it has in a line."""
    if type(value) is not list:
        return decode(RunError, value) if name == "error" and value is not None else value
    item = _ITEMS.get(name)
    if item is not None:
        return tuple([decode(item, each) for each in value])
    return tuple(map(tuple, value)) if name == "aliases" else tuple(value)


def check_items(name: str, value: Any) -> None:
    """Raise TypeError where the items of a list field of `RunRecord` cannot be decoded."""
    if type(value) is not list:
        raise TypeError(f"its {name} are no list")
    required = _required(name)
    plain = list if name == "aliases" else str
    for each in value:
        if not (type(each) is dict and each.keys() >= required if required else type(each) is plain):
            raise TypeError(f"one of its {name} is not understood")


@cache
def _required(name: str) -> frozenset[str]:
    """Fields that an item of the list must have."""
    kind: Any = RunError if name == "error" else _ITEMS.get(name)
    return frozenset(
        field.name
        for field in (dataclasses.fields(kind) if kind is not None else ())
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    )


@cache
def _names(kind: type) -> frozenset[str]:
    return frozenset(field.name for field in dataclasses.fields(kind))


def header_line(header: SessionHeader) -> Line:
    """The first line of a journal."""
    return {"type": "session", "schema": SCHEMA, **encode(header)}


def begin_line(n: int, cell: str | None) -> Line:
    """Says that run ``n`` has begun."""
    return {"type": "begin", "n": n, "cell": cell}


def run_line(run: Any) -> Line:
    """A finished run: a `RunRecord`, or the capture's draft of one, which has the same fields.

    A draft is written as it is: making a record of it first took as long as all the rest (0.03 ms a run).
    """
    return {"type": "run", **encode(run, RunRecord)}


def amend_line(n: int, **fields: Any) -> Line:
    """Later knowledge about run ``n``; ``fields`` are those of `RunRecord`, as records or plain values."""
    return {"type": "amend", "n": n, **{name: _encode_value(value) for name, value in fields.items()}}


def env_line(
    distributions: tuple[Distribution, ...],
    libraries: tuple[str, ...] = (),
    hardware: Mapping[str, str] | None = None,
    git: Mapping[str, str] | None = None,
) -> Line:
    """What the session's imports rest on, and what became known of the machine and the working tree."""
    line: Line = {"type": "env", "distributions": [encode(each) for each in distributions]}
    more = {"libraries": libraries, "hardware": hardware, "git": git}
    return {**line, **{name: value for name, value in more.items() if value}}


def end_line(ended: str) -> Line:
    """The session ended in an orderly way."""
    return {"type": "end", "ended": ended}
