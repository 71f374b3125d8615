"""One recorded run with the versions around it: what it saw, what it left, which runs had made what it saw.

Worked out when asked for: of ten thousand runs a forecast looks closely at a few hundred.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import islice
from posixpath import join, relpath
from typing import Protocol

from jupyter_repro.analysis.code.asking import keeps_notes, only_asks
from jupyter_repro.analysis.code.body import binds_of, imports_of, place_of
from jupyter_repro.analysis.code.cellcode import parse
from jupyter_repro.analysis.code.statements import statements
from jupyter_repro.analysis.runs.remembered import RESULTS, is_memory, memory, result_in
from jupyter_repro.analysis.versions import ABSENT, FRESH, Version, lineage, listed, told
from jupyter_repro.records import FileTouch, RunRecord, SessionHeader

_APPENDING = re.compile(r"""open\([^()]*,\s*(mode\s*=\s*)?["']a[bt+]*["']|mode\s*=\s*["']a["']""")
"""Opens a file to write at its end."""
_INSERTING = re.compile(r"\binsert\s+into\b", re.IGNORECASE)
_EMPTYING = re.compile(r"\b(drop\s+table|delete\s+from|truncate|unlink|os\.remove)\b", re.IGNORECASE)
_DATABASES = (".db", ".sqlite", ".sqlite3", ".db3", ".duckdb")


_MISSING_FILE = re.compile(r"No such file or directory: '([^']+)'")
_MISSING_NAME = re.compile(r"name '(\w+)' is not defined")
_BRANCH = re.compile(r"^\s*(if|elif|else|except|match|while)\b", re.MULTILINE)


class Before(Protocol):
    """What a session held when a run of it began."""

    @property
    def header(self) -> SessionHeader:
        """Of the session."""

    @property
    def runs(self) -> Sequence[RunRecord]:
        """Of the session."""

    def name(self, name: str, place: int) -> Version | None:
        """The version of a name, None where no run had touched it."""

    def maker(self, name: str, place: int) -> int | None:
        """Number of the run that had last made, changed or deleted a name."""

    def kind(self, name: str, place: int) -> str:
        """The type of a name's value, empty where no run had bound it."""

    def size(self, name: str, place: int) -> str:
        """The size of a name's value, empty where it was not recorded."""

    def state(self, generator: str, place: int) -> Version | None:
        """The state of a global generator, None where no run had moved it."""

    def settings(self, place: int) -> Mapping[str, str]:
        """The process-wide settings that runs had changed."""

    def content(self, path: str, place: int) -> Version | None:
        """What a file held, None where no run had told."""


class Past:
    """A recorded run in its place among those of its session. Compared by identity."""

    def __init__(self, run: RunRecord, before: Before, place: int) -> None:
        self.header = before.header
        """Of the session that it belongs to."""
        self.run = run
        self._before = before
        self.place = place
        """Among the runs of its session, from 0."""

    @property
    def earlier(self) -> Sequence[RunRecord]:
        """The runs of its session before it."""
        return self._before.runs[: self.place]

    @cached_property
    def text(self) -> str:
        """Its source, as runs are compared by it."""
        return self.run.source.rstrip()

    @cached_property
    def saw(self) -> Mapping[str, Version]:
        """Names it needed -> version when it began (`ABSENT` for a name that did not exist)."""
        reads = self._reads
        decided = decided_by_branch(self.text) - reads.keys()
        if not decided and not _has_unknown(reads):
            return reads
        saw = {name: self._seen(name) if mark.startswith("?") else mark for name, mark in reads.items()}
        saw.update((name, self._before.name(name, self.place) or ABSENT) for name in decided)
        return saw

    @cached_property
    def stopped_at(self) -> int | None:
        """Which of its statements, from 0, raised; None where it is not known, or none did (an interrupt)."""
        run = self.run
        return place_of(run.source, run.error.line) if run.error is not None and run.status == "error" else None

    @property
    def _reads(self) -> Mapping[str, Version]:
        """What it needed; of a failed run, not what only the statements need that it did not come to."""
        reads, end = self.run.reads, self.stopped_at
        if end is None:
            return reads
        body = statements(self.run.source)
        reached = frozenset().union(*(each.loads for each in body[: end + 1]))
        passed_by = frozenset().union(*(each.loads for each in body[end + 1 :])) - reached
        return {name: mark for name, mark in reads.items() if name not in passed_by}

    def _seen(self, name: str) -> Version:
        version = self._before.name(name, self.place)
        if version is None and is_memory(name):
            above = self.earlier[-1].source.rstrip() if self.place else ""
            results = [version for run in self._displayed(3) if (version := result_in(run.outputs))]
            return memory(name, results, self.run.execution_count, above)
        return f"^before-tracking:{name}" if version is None else version

    def _displayed(self, number: int) -> list[RunRecord]:
        """The last runs before it that displayed a result, the newest first."""
        return list(islice((run for run in reversed(self.earlier) if result_in(run.outputs)), number))

    @cached_property
    def rebound(self) -> Mapping[str, Version]:
        """Names that were bound to what they were bound to before: by a failed run, where that is not told from what it
        never reached, and by a star import that had been there before.
        """
        reached = _reached(self.run, self.stopped_at) if self.run.error is not None else frozenset()
        if "import *" in self.run.source:
            reached |= self._starred
        versions = ((name, self._before.name(name, self.place)) for name in reached)
        return {name: version for name, version in versions if version and name not in self.run.writes}

    @property
    def _starred(self) -> frozenset[str]:
        """Names that runs before it bound by a star import which it has, too."""
        stars = _stars(self.run.source)
        others = (run for run in self.earlier if "import *" in run.source and not stars.isdisjoint(_stars(run.source)))
        return frozenset(name for run in others for name in run.writes.keys() - binds_of(run.source))

    def maker(self, name: str) -> int | None:
        """Number of the run that had last made or changed a name in this session."""
        maker = self._before.maker(name, self.place)
        if maker is None and name in RESULTS:
            displayed = self._displayed(len(name))
            return displayed[-1].n if len(displayed) == len(name) else None
        return maker

    def rows(self, name: str) -> int | None:
        """Length of what it found under a name, None where it was not recorded."""
        size = self._before.size(name, self.place)
        return int(size.partition("x")[0]) if size else None

    def only_asked(self, name: str) -> bool:
        """Whether it changed an object of a library in place, and by its text no more than asked it for something."""
        run = self.run
        if name not in run.mutates or name in run.writes or not keeps_notes(self._before.kind(name, self.place)):
            return False
        return only_asks(self.text, frozenset(run.mutates))

    def had(self, name: str) -> bool:
        """Whether the name existed before: then nothing tells whether it was bound again to what it was."""
        return bool(self._before.name(name, self.place))

    @cached_property
    def left(self) -> Mapping[str, Version]:
        """Names it bound or changed in place -> version when it ended."""
        run = self.run
        marks = {**run.writes, **run.mutates}
        if _has_unknown(marks):
            moved = ((f"rng:{each}", before) for each, (before, _) in sorted(self.states.items()))
            inputs = [*listed(self.saw), *moved]
            for name, mark in marks.items():
                if mark.startswith("?"):
                    marks[name] = lineage(run.source, inputs, name)
        return marks

    @cached_property
    def states(self) -> Mapping[str, tuple[Version, Version]]:
        """Generators that moved -> their state before and after.

        A state that no seed led to is another one in each kernel, and one symbol here. Generators in variables are left
        out: their state is part of the variable's fingerprint.
        """
        run, moved = self.run, {}
        for draw in run.draws:
            if ":" in draw.generator:
                continue
            seeded_here = any(seed.generator == draw.generator for seed in run.seeds)
            unseeded = not draw.seeded and not seeded_here
            if unseeded:
                moved[draw.generator] = (FRESH, FRESH)
                continue
            before = self._before.state(draw.generator, self.place) or FRESH
            if not seeded_here:
                before = told(draw.before, before)
            drawn = lineage(run.source, [*listed(self.saw), ("state", "" if seeded_here else before)], draw.generator)
            moved[draw.generator] = (before, told(draw.after, drawn))
        return moved

    @cached_property
    def makers(self) -> Mapping[str, int]:
        """Names it needed -> number of the run that had last made or changed them in this session."""
        makers = ((name, self.maker(name)) for name in self.run.reads)
        return {name: maker for name, maker in makers if maker is not None}

    @property
    def settings(self) -> Mapping[str, str]:
        """Process-wide settings that runs of this session had changed before it, and their values."""
        return self._before.settings(self.place)

    @cached_property
    def found(self) -> Mapping[str, FileTouch]:
        """Files whose content from before it took or kept, by path."""
        found = _found(self.run) if self.run.files else {}
        missed = self._missed
        return {**found, missed: FileTouch(path=missed, mode="read")} if missed is not None else found

    @cached_property
    def _missed(self) -> str | None:
        """The file for want of which it failed, as touches name files."""
        error = self.run.error
        told = _MISSING_FILE.search(error.value) if error is not None and error.name == "FileNotFoundError" else None
        if told is None or self.settings.get("cwd") not in (None, self.header.cwd):
            return None
        path = relpath(join(self.header.cwd, told[1]), self.header.cwd)
        return told[1] if path.startswith("..") else path

    @cached_property
    def contents(self) -> Mapping[str, Version]:
        """What those files held when it began; left out where it was not affordable to know."""
        contents: dict[str, Version] = {}
        for path, touch in self.found.items():
            if path == self._missed:
                contents[path] = ABSENT
            elif touch.mode == "read" and touch.digest is not None:
                contents[path] = touch.digest
            elif (held := self._before.content(path, self.place)) is not None:
                contents[path] = held
            elif touch.mode == "write" and not touch.kept:
                contents[path] = ABSENT
            elif _is_overwritten(self.run, touch):
                contents[path] = f"^overwritten-by:{self.header.id}:{self.run.n}"
        return contents

    @cached_property
    def input_states(self) -> Mapping[str, Version]:
        """Generator states that its draws started from: not those it seeded itself."""
        if not self.run.draws:
            return {}
        own = {seed.generator for seed in self.run.seeds}
        return {name: before for name, (before, _) in self.states.items() if name not in own}

    def written(self, touch: FileTouch) -> Version:
        """What a file that it wrote holds."""
        return touch.digest or lineage(self.run.source, [*listed(self.saw), *listed(self.contents)], touch.path)

    def settle(self) -> None:
        """Work out what later runs may ask for, which asks for no more than one step back where all before is done."""
        _ = self.left, self.states, self.contents


@lru_cache(maxsize=8192)
def decided_by_branch(source: str) -> frozenset[str]:
    """Names that a source reads from before unless a branch of it bound them: the capture takes them for its own."""
    return parse(source).names.branched if _BRANCH.search(source) else frozenset()


def _reached(run: RunRecord, stopped_at: int | None) -> frozenset[str]:
    """Names bound by the statements that a failed run has passed for certain, or is taken to: imports stand first."""
    body = statements(run.source)
    if stopped_at is not None:
        return frozenset().union(*(each.binds for each in body[:stopped_at]))
    error = run.error
    missing = _MISSING_NAME.search(error.value) if error is not None and error.name == "NameError" else None
    end = next((n for n, each in enumerate(body) if missing is not None and missing[1] in each.loads), 0)
    written = (n for n, each in enumerate(body) if not each.binds.isdisjoint(run.writes))
    end = max([end, *written])
    imports = imports_of(run.source) if error is None or "Import" not in error.name else frozenset()
    return imports.union(*(each.binds for each in body[:end]))


def _stars(source: str) -> frozenset[str]:
    """The star imports of a source, by their meaning."""
    return frozenset(each.key for each in statements(source) if each.imports and "alias('*'" in each.key)


def _has_unknown(marks: Mapping[str, Version]) -> bool:
    return any(mark.startswith("?") for mark in marks.values())


def _found(run: RunRecord) -> dict[str, FileTouch]:
    """The files of which the first thing that the run did was to read them, or to write and keep what was there."""
    first: dict[str, FileTouch] = {}
    for touch in run.files:
        first.setdefault(touch.path, touch)
    return {
        path: touch
        for path, touch in first.items()
        if (touch.mode == "read" or (touch.mode == "write" and _keeps(run, touch))) and _is_own(touch)
    }


def _keeps(run: RunRecord, touch: FileTouch) -> bool:
    """Whether the write keeps what the file holds: it did, or it would where the file has come to be since."""
    return touch.kept or _adds(run, touch)


def _adds(run: RunRecord, touch: FileTouch) -> bool:
    """Whether the text adds to what the file holds: lines to a text, rows to a database that it does not empty."""
    if touch.path.endswith(_DATABASES):
        return _INSERTING.search(run.source) is not None and _EMPTYING.search(run.source) is None
    return _APPENDING.search(run.source) is not None


def _is_overwritten(run: RunRecord, touch: FileTouch) -> bool:
    """Whether the text itself adds to the file, or reads it and writes it anew: what it held is gone for certain.

    A library's update in place (a database, an array file) may well leave what it would leave again.
    """
    if touch.mode == "write":
        return _adds(run, touch)
    written = (each for each in run.files if each.path == touch.path and each.mode == "write")
    return any(not each.kept or _adds(run, each) for each in written)


def _is_own(touch: FileTouch) -> bool:
    """Whether the file is the user's: installed modules change with their version, not by themselves."""
    return touch.role == "user" or (touch.role == "module" and not touch.path.startswith(("/", "..")))
