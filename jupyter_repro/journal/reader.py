"""Journals back into records.

Damage is never fatal: a torn last line, a line of an unknown type or a half-known record is skipped and named in
`SessionRecord.damage`. A journal of a *newer* schema is refused whole, because its meaning is unknown.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from jupyter_repro.errors import BadInput
from jupyter_repro.journal import recorded, schema, upgrade
from jupyter_repro.journal.recorded import RecordedRun
from jupyter_repro.records import Distribution, SessionHeader, SessionRecord

BLOCK = 1 << 22
"""Bytes of a journal that are taken in at a time."""


class NotAJournal(BadInput):
    """The file does not begin with a session line."""


class NewerJournal(BadInput):
    """The journal was written by a newer version of jupyter-repro."""


def read(path: Path) -> SessionRecord:
    """The session in a journal. Raises NotAJournal, NewerJournal or OSError."""
    reading = Reading(path)
    with open(path, "rb") as stream:
        while lines := stream.readlines(BLOCK):
            reading.take(lines)
    return reading.session()


class Reading:
    """A journal read line by line; a later line adds to what is known, so reading can go on where it stopped."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._version = 0
        self._header: SessionHeader | None = None
        self._runs: dict[int, RecordedRun] = {}
        self._last = -1
        """Highest number of a run so far."""
        self._in_order = True
        self._distributions: tuple[Distribution, ...] = ()
        self._libraries: tuple[str, ...] = ()
        self._ended: str | None = None
        self._begun: int | None = None
        self._damage: list[str] = []
        self._number = 0
        self._texts: dict[str, str] = {}
        """Sources and cell ids, each kept once: most runs repeat an earlier one's."""

    def session(self) -> SessionRecord:
        """What the lines so far tell. Raises NotAJournal where there was no session line."""
        if self._header is None:
            raise self._no_journal()
        if not self._in_order:
            self._runs = dict(sorted(self._runs.items()))
            self._in_order = True
        return SessionRecord(
            header=self._header,
            runs=tuple(self._runs.values()),
            distributions=self._distributions,
            libraries=self._libraries,
            ended=self._ended,
            interrupted_run=self._begun if self._begun is not None and self._begun not in self._runs else None,
            damage=tuple(self._damage),
        )

    def take(self, lines: list[bytes]) -> None:
        """The next lines. Raises NotAJournal or NewerJournal at the first; later damage is noted and passed over."""
        lines = [line for line in lines if not line.isspace()]
        for line in _parsed(lines):
            self._number += 1
            if self._header is None:
                self._begin(line)
            elif not isinstance(line, dict):
                self._damage.append(f"line {self._number} of {self._path.name} is torn or is not JSON; skipped")
            else:
                self._add(line if self._version == schema.SCHEMA else upgrade.to_current(line, self._version))

    def _begin(self, first: Any) -> None:
        if not isinstance(first, dict) or first.get("type") != "session":
            raise self._no_journal()
        self._version = int(first.get("schema", 0))
        if self._version > schema.SCHEMA:
            raise NewerJournal(
                f"{self._path} has schema {self._version}, this version reads up to {schema.SCHEMA}",
                hint="Upgrade with: pip install -U jupyter-repro",
            )
        self._header = schema.decode(SessionHeader, upgrade.to_current(first, self._version))

    def _add(self, line: schema.Line) -> None:
        try:
            match line.get("type"):
                case "begin":
                    self._begun = int(line["n"])
                case "run":
                    self._run(line)
                case "amend":
                    if (run := self._runs.get(line["n"])) is not None:
                        self._runs[line["n"]] = RecordedRun.of(recorded.amended(run.line, line))
                case "env":
                    self._distributions = tuple(schema.decode(Distribution, each) for each in line["distributions"])
                    self._environment(line)
                case "end":
                    self._ended = line["ended"]
                case other:
                    self._note(f"has the unknown type {other!r}")
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            self._note(f"is not understood ({error})")

    def _environment(self, line: schema.Line) -> None:
        """What became known of the session after its header was written."""
        self._libraries = tuple(str(each) for each in line.get("libraries", ()))
        if self._header is not None:
            self._header = replace(
                self._header,
                hardware={**self._header.hardware, **line.get("hardware", {})},
                git={**self._header.git, **line.get("git", {})},
            )

    def _run(self, line: schema.Line) -> None:
        recorded.check(line)
        n, source, cell, texts = line["n"], line["source"], line["cell"], self._texts
        line["source"] = texts.setdefault(source, source)
        if cell is not None:
            line["cell"] = texts.setdefault(cell, cell)
        self._in_order = self._in_order and n > self._last
        self._last = max(n, self._last)
        self._runs[n] = RecordedRun.of(line)

    def _note(self, what: str) -> None:
        self._damage.append(f"line {self._number} of {self._path.name} {what}; skipped")

    def _no_journal(self) -> NotAJournal:
        return NotAJournal(f"{self._path} is not a journal", hint="Its first line should describe the kernel session.")


def _parsed(lines: list[bytes]) -> list[Any]:
    """The JSON of each line, None for one that has none. All at once where all are whole: that takes half the time."""
    try:
        found = json.loads(b"[" + b",".join(lines) + b"]")
        if len(found) == len(lines):
            return list(found)
    except ValueError:
        pass
    return [_json_of(line) for line in lines]


def _json_of(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None
