"""Runs as a journal has them: `RunRecord` whose fields are decoded when they are first asked for.

A long history has ten thousand runs, and a judgement looks closely at a few: decoding all of them up front would cost
more than reading the file. What a line must hold is checked when it is read (`check`), so asking never fails.
"""

from __future__ import annotations

import dataclasses
from operator import itemgetter
from typing import Any

from jupyter_repro.journal import schema
from jupyter_repro.journal.schema import Line
from jupyter_repro.records import RunRecord

_FIELDS = {field.name: field for field in dataclasses.fields(RunRecord)}
_REQUIRED = frozenset(
    name
    for name, field in _FIELDS.items()
    if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
)
_DEFAULTS = {name: None if name in _REQUIRED else field.default for name, field in _FIELDS.items()}
_texts_of = itemgetter("source", "source_digest", "started", "ended", "status")
_STR = {str}
_MAPPINGS = frozenset(("reads", "writes", "mutates", "kinds", "sizes"))
_LISTS = frozenset(name for name, field in _FIELDS.items() if field.default == ())
_DECODED = _LISTS | {"error"}
_PARTS = _DECODED | _MAPPINGS


class RecordedRun(RunRecord):
    """Equal to the `RunRecord` with the same content, and used like it."""

    __slots__ = ("line",)
    line: Line
    """As it stands in the journal, amendments worked in. Never to be changed."""

    @staticmethod
    def of(line: Line) -> RecordedRun:
        """The run of a line that passed `check`."""
        run = _new(RecordedRun)
        _set(run, "line", line)
        return run

    def __getattr__(self, name: str) -> Any:
        value = self.line.get(name)
        if value is None:
            value = _default(name)
        elif name in _DECODED:
            value = schema.decode_field(name, value)
        elif name not in _FIELDS:
            raise AttributeError(name)
        _set(self, name, value)
        return value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RunRecord):
            return NotImplemented
        if self is other or self.line["n"] != other.n:
            return self is other
        return all(getattr(self, name) == getattr(other, name) for name in _FIELDS)

    __hash__ = RunRecord.__hash__


def _default(name: str) -> Any:
    if name in _MAPPINGS:
        return {}
    if name in _DEFAULTS:
        return _DEFAULTS[name]
    raise AttributeError(name)


_new, _set = object.__new__, object.__setattr__


def check(line: Line) -> None:
    """Raise TypeError where a ``run`` line does not hold what a run needs."""
    if not line.keys() >= _REQUIRED:
        raise TypeError(f"it lacks {', '.join(sorted(_REQUIRED - line.keys()))}")
    if type(line["n"]) is not int or {*map(type, _texts_of(line))} != _STR:
        raise TypeError("its number or one of its texts is none")
    if line["cell"] is not None and type(line["cell"]) is not str:
        raise TypeError("its cell is no text")
    _check_parts(line)


def amended(line: Line, news: Line) -> Line:
    """A run's line with an ``amend`` line's fields worked in: mappings updated, lists extended, the rest replaced.

    Outputs and modules are replaced as a whole (a later ``update_display`` changes what is there; versions became
    known); a file touch replaces an earlier one of the same path and mode (its digest became known).
    """
    _check_parts(news)
    result = dict(line)
    for name, value in news.items():
        if name not in _FIELDS or name == "n":
            continue
        if name in _MAPPINGS:
            result[name] = {**line.get(name, {}), **value}
        elif name == "files":
            touches = (*line.get(name, ()), *value)
            result[name] = list({(touch["path"], touch["mode"]): touch for touch in touches}.values())
        elif name in _LISTS and name not in ("outputs", "modules"):
            result[name] = [*line.get(name, ()), *value]
        else:
            result[name] = value
    return result


def _check_parts(line: Line) -> None:
    for name in line.keys() & _PARTS:
        value = line[name]
        if name in _MAPPINGS:
            if type(value) is not dict:
                raise TypeError(f"its {name} are no mapping")
        elif name != "error":
            schema.check_items(name, value)
        elif value is not None:
            schema.check_items("error", [value])


def line_of(run: RunRecord) -> Line:
    """A run as a line, for those who look through thousands: plain dicts and lists. Never to be changed."""
    return run.line if isinstance(run, RecordedRun) else schema.encode(run)
