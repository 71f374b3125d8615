"""Each recorded run in its place: the versions it saw, the versions it left, and which runs had made what it saw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from jupyter_repro.analysis.versions import ABSENT, FRESH, Version, lineage, listed, told
from jupyter_repro.model.history import History
from jupyter_repro.records import FileTouch, RunRecord, SessionRecord


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Past:
    """One recorded run with the versions around it."""

    session: SessionRecord
    run: RunRecord
    age: int
    """Position among all runs of the history, from 0 for the oldest."""
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
    """Files whose content it took from before, by path."""

    @property
    def input_states(self) -> dict[str, Version]:
        """Generator states that its draws started from: not those it seeded itself."""
        own = {seed.generator for seed in self.run.seeds}
        return {name: before for name, (before, _) in self.states.items() if name not in own}


def timeline(history: History) -> list[Past]:
    """All finished runs of all sessions, oldest first."""
    return list(_walk(history))


def _walk(history: History) -> Iterator[Past]:
    age = 0
    for session in history.sessions:
        names: dict[str, Version] = {}
        makers: dict[str, int] = {}
        states: dict[str, Version] = {}
        settings: dict[str, str] = {}
        for run in session.runs:
            past = _place(session, run, age, names, makers, states, settings)
            yield past
            age += 1
            for name in run.deletes:
                names[name] = ABSENT
                makers[name] = run.n
            for name, version in past.left.items():
                names[name] = version
                makers[name] = run.n
            for generator, (_, after) in past.states.items():
                states[generator] = after
            if run.settings:
                settings = {**settings, **{change.name: change.after for change in run.settings}}


def _place(
    session: SessionRecord,
    run: RunRecord,
    age: int,
    names: Mapping[str, Version],
    makers: Mapping[str, int],
    states: Mapping[str, Version],
    settings: Mapping[str, str],
) -> Past:
    saw = {
        name: ABSENT if not mark else told(mark, names.get(name, f"^before-tracking:{name}"))
        for name, mark in run.reads.items()
    }
    moved = _moved(run, saw, states)
    inputs: list[tuple[str, Version]] | None = None
    left: dict[str, Version] = {}
    for marks in (run.writes, run.mutates):
        for name, mark in marks.items():
            if mark.startswith("?"):
                if inputs is None:
                    inputs = [*listed(saw), *((f"rng:{each}", before) for each, (before, _) in sorted(moved.items()))]
                left[name] = lineage(run.source, inputs, name)
            else:
                left[name] = mark
    written = {touch.path for touch in run.files if touch.mode == "write"}
    return Past(
        session=session,
        run=run,
        age=age,
        saw=saw,
        left=left,
        states=moved,
        makers={name: makers[name] for name in saw if name in makers},
        settings=settings,
        found={
            touch.path: touch
            for touch in run.files
            if touch.mode == "read" and touch.path not in written and _is_own(touch)
        },
    )


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
