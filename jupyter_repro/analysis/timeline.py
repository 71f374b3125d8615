"""Each recorded run in its place: the versions it saw, the versions it left, and which runs had made what it saw."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

from jupyter_repro.analysis.versions import ABSENT, FRESH, Version, lineage, listed, told
from jupyter_repro.model.history import History
from jupyter_repro.records import FileTouch, RunRecord, SessionHeader, SessionRecord


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Past:
    """One recorded run with the versions around it."""

    header: SessionHeader
    """Of the session that it belongs to."""
    run: RunRecord
    text: str
    """Its source, as runs are compared by it."""
    saw: Mapping[str, Version]
    """Names it needed -> version when it began (`ABSENT` for a name that did not exist)."""
    left: Mapping[str, Version]
    """Names it bound or changed in place -> version when it ended."""
    states: Mapping[str, tuple[Version, Version]]
    """Generators that moved -> their state before and after."""
    makers: Mapping[str, int]
    """Names it needed -> number of the run that had last made or changed them in this session."""
    settings: Mapping[str, str]
    """Process-wide settings that runs of this session had changed before it, and their values."""
    found: Mapping[str, FileTouch] = field(default_factory=dict)
    """Files whose content from before it took or kept, by path."""
    contents: Mapping[str, Version] = field(default_factory=dict)
    """What those files held when it began; left out where it was not affordable to know."""

    @property
    def input_states(self) -> dict[str, Version]:
        """Generator states that its draws started from: not those it seeded itself."""
        own = {seed.generator for seed in self.run.seeds}
        return {name: before for name, (before, _) in self.states.items() if name not in own}

    def written(self, touch: FileTouch) -> Version:
        """What a file that it wrote holds."""
        return touch.digest or lineage(self.run.source, [*listed(self.saw), *listed(self.contents)], touch.path)


def timeline(history: History) -> list[Past]:
    """All finished runs of all sessions, oldest first.

    Remembered per session: where a history has grown by a run, only that run is placed anew.
    """
    return [past for session in history.sessions for past in _placed(session)]


_APPENDING = re.compile(r"""open\([^()]*,\s*(mode\s*=\s*)?["']a[bt+]*["']|mode\s*=\s*["']a["']""")
"""Opens a file to write at its end."""

_CHECKPOINT = 200
"""Runs between two kept states, from which placing can go on when the last runs have changed."""
_KEPT = 32
"""Sessions remembered."""

_lock = threading.Lock()
_sessions: OrderedDict[str, _Line] = OrderedDict()


@dataclass(slots=True)
class _State:
    """A session's resources between two runs."""

    names: dict[str, Version] = field(default_factory=dict)
    makers: dict[str, int] = field(default_factory=dict)
    states: dict[str, Version] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    files: dict[str, Version] = field(default_factory=dict)

    def copy(self) -> _State:
        return _State(dict(self.names), dict(self.makers), dict(self.states), self.settings, dict(self.files))

    def go_on(self, past: Past) -> None:
        """Take on what a run left."""
        run = past.run
        for name in run.deletes:
            self.names[name] = ABSENT
            self.makers[name] = run.n
        for name, version in past.left.items():
            self.names[name] = version
            self.makers[name] = run.n
        for generator, (_, after) in past.states.items():
            self.states[generator] = after
        if run.settings:
            self.settings = {**self.settings, **{change.name: change.after for change in run.settings}}
        for touch in run.files:
            if touch.mode == "delete":
                self.files[touch.path] = ABSENT
            elif touch.digest is not None:
                self.files[touch.path] = touch.digest
            elif touch.mode == "write":
                self.files[touch.path] = past.written(touch)


@dataclass(slots=True)
class _Line:
    """The placed runs of one session, with the states to go on from."""

    placed: list[Past] = field(default_factory=list)
    checkpoints: list[_State] = field(default_factory=lambda: [_State()])
    now: _State = field(default_factory=_State)

    def follow(self, session: SessionRecord) -> None:
        """Make ``placed`` what the session's runs are now."""
        runs, placed = session.runs, self.placed
        pairs = enumerate(zip(placed, runs, strict=False))
        same = next((n for n, (past, run) in pairs if past.run is not run), min(len(placed), len(runs)))
        if same < len(placed):
            start = same // _CHECKPOINT
            self.now = self.checkpoints[start].copy()
            del self.checkpoints[start + 1 :]
            same = start * _CHECKPOINT
            del placed[same:]
        for run in runs[same:]:
            past = _place(session.header, run, self.now)
            self.now.go_on(past)
            placed.append(past)
            if len(placed) % _CHECKPOINT == 0:
                self.checkpoints.append(self.now.copy())


def _placed(session: SessionRecord) -> list[Past]:
    with _lock:
        line = _sessions.pop(session.header.id, None) or _Line()
        line.follow(session)
        _sessions[session.header.id] = line
        while len(_sessions) > _KEPT:
            _sessions.popitem(last=False)
        return list(line.placed)


def _place(header: SessionHeader, run: RunRecord, now: _State) -> Past:
    saw = {
        name: ABSENT if not mark else mark if mark[0] != "?" else now.names.get(name, f"^before-tracking:{name}")
        for name, mark in run.reads.items()
    }
    moved = _moved(run, saw, now.states) if run.draws else {}
    inputs: list[tuple[str, Version]] | None = None
    left: dict[str, Version] = {**run.writes, **run.mutates}
    for name, mark in left.items():
        if mark.startswith("?"):
            if inputs is None:
                inputs = [*listed(saw), *((f"rng:{each}", before) for each, (before, _) in sorted(moved.items()))]
            left[name] = lineage(run.source, inputs, name)
    found = _found(run) if run.files else {}
    return Past(
        header=header,
        run=run,
        text=run.source.rstrip(),
        saw=saw,
        left=left,
        states=moved,
        makers={name: makers[name] for name in saw if name in makers} if (makers := now.makers) else {},
        settings=now.settings,
        found=found,
        contents=_contents(found, header, run, now) if found else {},
    )


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
    return touch.kept or _APPENDING.search(run.source) is not None


def _contents(found: Mapping[str, FileTouch], header: SessionHeader, run: RunRecord, now: _State) -> dict[str, Version]:
    contents: dict[str, Version] = {}
    for path, touch in found.items():
        if touch.mode == "read" and touch.digest is not None:
            contents[path] = touch.digest
        elif path in now.files:
            contents[path] = now.files[path]
        elif touch.mode == "write" and not touch.kept:
            contents[path] = ABSENT
        elif any(each.path == path and each.mode == "write" for each in run.files):
            contents[path] = f"^overwritten-by:{header.id}:{run.n}"
    return contents


def _is_own(touch: FileTouch) -> bool:
    """Whether the file is the user's: installed modules change with their version, not by themselves."""
    return touch.role == "user" or (touch.role == "module" and not touch.path.startswith(("/", "..")))


def _moved(
    run: RunRecord, saw: Mapping[str, Version], states: Mapping[str, Version]
) -> dict[str, tuple[Version, Version]]:
    """Generator -> state before and after. A state that no seed led to is known by the draws since the kernel began.

    Generators in variables are left out: their state is part of the variable's fingerprint.
    """
    moved = {}
    for draw in run.draws:
        if ":" in draw.generator:
            continue
        seeded_here = any(seed.generator == draw.generator for seed in run.seeds)
        unseeded = not draw.seeded and not seeded_here
        before = states.get(draw.generator, FRESH)
        if not unseeded and not seeded_here:
            before = told(draw.before, before)
        drawn = lineage(run.source, [*listed(saw), ("state", "" if seeded_here else before)], draw.generator)
        moved[draw.generator] = (before, drawn if unseeded else told(draw.after, drawn))
    return moved
