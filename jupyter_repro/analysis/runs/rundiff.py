"""What differs between two recorded runs: source, inputs, what they made, outputs, files, the world around them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from jupyter_repro.records import RunRecord, SessionRecord

Aspect = Literal["status", "input", "made", "output", "file", "generator", "setting", "module", "environment"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One difference; ``first`` and ``second`` are short texts, ``""`` where that run has nothing of it."""

    aspect: Aspect
    what: str
    first: str
    second: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RunDiff:
    """The differences of two runs."""

    source: tuple[str, ...]
    """Lines of a unified diff, empty where the sources are the same."""
    changes: tuple[Change, ...]

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not self.source and not self.changes


def compare(first: tuple[SessionRecord, RunRecord], second: tuple[SessionRecord, RunRecord]) -> RunDiff:
    """Everything that was recorded of two runs, compared. Times and numbers of the runs do not count."""
    (one_session, one), (other_session, other) = first, second
    source = difflib.unified_diff(
        one.source.splitlines(), other.source.splitlines(), f"run {one.n}", f"run {other.n}", lineterm=""
    )
    return RunDiff(source=tuple(source), changes=tuple(_changes(one_session, one, other_session, other)))


def _changes(
    one_session: SessionRecord, one: RunRecord, other_session: SessionRecord, other: RunRecord
) -> Iterator[Change]:
    yield from _mapped("status", {"status": _status(one)}, {"status": _status(other)})
    yield from _mapped("input", _marks(one.reads), _marks(other.reads))
    yield from _mapped("made", _marks({**one.mutates, **one.writes}), _marks({**other.mutates, **other.writes}))
    yield from _mapped("output", _outputs(one), _outputs(other))
    yield from _mapped("file", _files(one), _files(other))
    yield from _mapped("generator", _draws(one), _draws(other))
    yield from _mapped(
        "setting",
        {each.name: f"{each.before} -> {each.after}" for each in one.settings},
        {each.name: f"{each.before} -> {each.after}" for each in other.settings},
    )
    yield from _mapped("module", _modules(one), _modules(other))
    if one_session.header.id != other_session.header.id:
        yield from _mapped("environment", _environment(one_session), _environment(other_session))


def _mapped(aspect: Aspect, first: Mapping[str, str], second: Mapping[str, str]) -> Iterator[Change]:
    for what in sorted(first.keys() | second.keys()):
        if first.get(what) != second.get(what):
            yield Change(aspect=aspect, what=what, first=first.get(what, ""), second=second.get(what, ""))


def _status(run: RunRecord) -> str:
    return f"{run.status}: {run.error.name}: {run.error.value}" if run.error else run.status


def _marks(marks: Mapping[str, str]) -> dict[str, str]:
    return {name: mark[:11] if mark else "did not exist" for name, mark in marks.items()}


def _outputs(run: RunRecord) -> dict[str, str]:
    return {f"{number} {each.kind} {each.name}": each.digest for number, each in enumerate(run.outputs, start=1)}


def _files(run: RunRecord) -> dict[str, str]:
    return {f"{each.mode} {each.path}": (each.digest or "not hashed")[:19] for each in run.files if each.role == "user"}


def _draws(run: RunRecord) -> dict[str, str]:
    return {each.generator: f"{each.before[:9]} -> {each.after[:9]}" for each in run.draws}


def _modules(run: RunRecord) -> dict[str, str]:
    return {each.name: f"{each.distribution or each.origin} {each.version or ''}".strip() for each in run.modules}


def _environment(session: SessionRecord) -> dict[str, str]:
    return {
        "python": session.header.python,
        "platform": session.header.platform,
        **{each.name: each.version for each in session.distributions},
    }
