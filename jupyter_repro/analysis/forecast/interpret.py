"""Reads a cell statement by statement, versions in the place of values: what it would make, show, and where it fails.

Used where no recorded run fits, for the cell as it stands and for recorded runs of it alike: what both readings agree
on (the same statement on the same versions) is what the recorded run tells about the replay.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from jupyter_repro.analysis.code.body import body_of
from jupyter_repro.analysis.code.cellcode import PREDEFINED
from jupyter_repro.analysis.code.parts import Composed
from jupyter_repro.analysis.code.statements import Statement
from jupyter_repro.analysis.versions import ABSENT, FRESH, Version, lineage

BUILTIN_ATTRIBUTES: dict[str, frozenset[str]] = {
    kind.__name__: frozenset(dir(kind))
    for kind in (int, float, complex, bool, str, bytes, list, tuple, dict, set, frozenset, range, type(None))
}
"""Builtin type -> everything its values have: what else is asked of them fails for certain."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Hints:
    """What recorded runs of a cell tell that its text does not."""

    reads: frozenset[str] = frozenset()
    """Needed through functions."""
    mutates: frozenset[str] = frozenset()
    binds: frozenset[str] = frozenset()
    """Bound without the text showing it."""
    skipped: frozenset[str] = frozenset()
    """Bound in a branch only, and for certain no run took it."""
    generators: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    """Paths of files read, or written so that what they held is kept."""
    kept: frozenset[str] = frozenset()
    """Of ``files``, those that need not be there."""
    built: frozenset[str] = frozenset()
    """Bound by a run's own text: no record tells what its later statements did to them."""
    fed: frozenset[str] = frozenset()
    """Functions only put things into these: what the functions show does not rest on them."""
    untouched: frozenset[str] = frozenset()
    """Stayed as they were when a name that shares state with them was changed."""
    talks: bool = False
    """Whether calls show something that the text does not tell."""


@dataclass(slots=True, kw_only=True)
class Scene:
    """Versions at a point in time. A reading works on a copy."""

    names: dict[str, Version]
    kinds: Mapping[str, str] = field(default_factory=dict)
    """Name -> type of its value, where it is known."""
    states: dict[str, Version] = field(default_factory=dict)
    files: dict[str, Version] = field(default_factory=dict)
    presence: Version = ""
    """Which files are there that no recorded run found, or the reverse; empty where there are none such."""
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Name -> names that share its mutable state."""
    needs: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Function or class of the notebook -> names that its body needs."""
    open: bool = False
    """Whether names may exist that nobody saw come into being."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Missing:
    """The reading fails: a name is needed that does not exist, or a file, or an attribute of the name's value."""

    name: str
    line: int
    certain: bool = True
    is_file: bool = False
    attribute: str = ""
    kind: str = ""
    """Where ``attribute`` is missing: the type that does not have it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Show:
    """A statement that may put something on the screen."""

    key: str
    """Of the statement."""
    version: Version
    rests_on: frozenset[str]
    """Names from before the cell, files and generators that went into it."""
    little: bool
    """Whether it shows no more than a size or a type."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What a reading found."""

    source: str
    names: dict[str, Version]
    """Versions at the end, of all names."""
    made: tuple[str, ...]
    """Names bound or changed, in order."""
    lineages: Mapping[str, Version]
    """Of these, as they were last made."""
    deleted: tuple[str, ...]
    states: dict[str, Version]
    shows: tuple[Show, ...]
    calls: Mapping[str, Version]
    """For each statement with a call that was reached, by its key: its lineage."""
    writes: Mapping[str, Version]
    """Files that statements write by their text, with the lineage of these."""
    steps: tuple[Version, ...]
    """The lineage of each statement that was reached: equal ones do the same."""
    missing: Missing | None
    raised: bool
    """Whether the last of ``steps`` is one of which it was known that it raises."""
    opened: bool
    needs: Mapping[str, frozenset[str]]
    """Functions and classes at the end -> names that their bodies need."""


def interpret(
    source: str,
    scene: Scene,
    hints: Hints,
    known: Mapping[Version, Version],
    composed: Composed,
    *,
    raising: Collection[Version] = (),
    stopped_at: int | None = None,
    at_once: bool = False,
    versions: bool = True,
) -> Reading:
    """Read a cell. ``known`` maps lineages to the versions recorded for them; ``composed`` learns of parts.

    The last statement that is read is the one ``stopped_at``, or one whose lineage is among ``raising``.
    ``at_once`` maps each version when it is made and not at the end: for texts that were cut or joined at other places.
    Without ``versions``, only what there is and what is missing is told: where no run is, there is nothing to compare.
    """
    return _Reader(scene, hints, known, composed, at_once=at_once, versions=versions).read(source, raising, stopped_at)


_NONE: frozenset[str] = frozenset()
_UNTOLD: Version = "^untold"


def _module_of(path: str) -> str:
    """How an import statement names the module of a source file, in a statement's key."""
    name = path.removesuffix("/__init__.py").removesuffix(".py").rpartition("/")[2]
    return name if path.endswith(".py") else "\0"


class _Reader:
    def __init__(
        self,
        scene: Scene,
        hints: Hints,
        known: Mapping[Version, Version],
        composed: Composed,
        *,
        at_once: bool,
        versions: bool,
    ) -> None:
        self.versions = versions
        self.at_once: Mapping[Version, Version] = known if at_once else {}
        self.composed = composed
        self.names = dict(scene.names)
        self.kinds = scene.kinds
        self.states = dict(scene.states)
        self.files = scene.files
        self.presence = scene.presence
        self.groups = scene.groups
        self.needs = dict(scene.needs)
        self.hints = hints
        self.known = known
        self.open = scene.open
        self.made: dict[str, Version] = {}
        """Name -> its lineage as it was last made."""
        self.built = hints.built
        self.deleted: dict[str, None] = {}
        self.calls: dict[str, Version] = {}
        self.writes: dict[str, Version] = {}
        self.steps: list[Version] = []
        self.shows: list[Show] = []
        self.named: dict[str, Statement] = {}
        """File that the text names -> the first statement that does."""
        self.roots: dict[str, frozenset[str]] = {}
        """Name made here -> the names from before that it rests on."""

    def read(self, source: str, raising: Collection[Version], stopped_at: int | None) -> Reading:
        body = body_of(source)
        hidden = self.hints.binds - body.binds
        changed = self.hints.mutates - body.changes
        self.named = {
            path: statement
            for path in self.hints.files
            for statement in reversed(body.statements)
            if path.rpartition("/")[2] in statement.key
        }
        missing, raised = None, False
        for statement in body.statements:
            missing = self._missing(statement)
            if missing is not None:
                self.calls[self._key(statement)] = "^failed"
                break
            drawing = statement.draws or (statement.calls and not body.draws)
            generators = self.hints.generators if drawing else _NONE
            changes = statement.changes
            if changed and statement.calls:
                changes |= {name for name in changed if name in statement.loads or name not in body.loads}
            inputs = self._inputs(statement, generators)
            self.steps.append(self._lineage(statement, inputs))
            if self.steps[-1] in raising or len(self.steps) - 1 == stopped_at:
                self.calls[self._key(statement)] = "^failed"
                raised = True
                break
            self._do(statement, inputs, generators, changes | (statement.sends & self.built))
            self.built |= frozenset() if statement.imports else statement.binds
            if statement in body.opens:
                for name in hidden:
                    inputs = self._inputs(statement, _NONE)
                    rests = self._rests_on(inputs)
                    self._make(name, self._lineage(statement, inputs, name), statement, rests)
                self.open = self.open or (statement.opens and not self.hints.binds)
        for name in self.made:
            if name not in self.names:
                continue
            self.names[name] = self.known.get(self.names[name], self.names[name])
        return Reading(
            source=source,
            names=self.names,
            made=tuple(self.made),
            lineages=self.made,
            deleted=tuple(self.deleted),
            states={name: self.known.get(state, state) for name, state in self.states.items()},
            shows=tuple(self.shows),
            calls=self.calls,
            writes=self.writes,
            steps=tuple(self.steps),
            missing=missing,
            raised=raised,
            opened=self.open,
            needs=self.needs,
        )

    def _missing(self, statement: Statement) -> Missing | None:
        """A name that the statement needs and that does not exist; for certain, where the text says so."""
        for path in self._files(statement):
            if self.files.get(path) == ABSENT and path not in self.hints.kept:
                return Missing(name=path, line=statement.line, is_file=True)
        for name, taken in statement.attributes.items():
            known = BUILTIN_ATTRIBUTES.get(self.kinds.get(name, "")) if name not in self.made else None
            for attribute in sorted(taken - known) if known is not None and name in self.names else ():
                return Missing(name=name, line=statement.line, attribute=attribute, kind=self.kinds[name])
        if self.open:
            return None
        passed = bool(statement.unsure) and statement.unsure <= self.hints.skipped
        for names, certain in ((statement.reads, True), (frozenset() if passed else statement.perhaps, False)):
            for name in sorted(names):
                if name not in self.names and name not in PREDEFINED:
                    return Missing(name=name, line=statement.line, certain=certain)
        if statement.calls:
            for names, certain in ((self.hints.reads, True), (self._inside(statement), False)):
                for name in sorted(names):
                    if name not in self.names and name not in PREDEFINED and name not in statement.guarded:
                        return Missing(name=name, line=statement.line, certain=certain)
        return None

    def _inside(self, statement: Statement) -> frozenset[str]:
        """What the functions of the notebook that the statement mentions need, and the functions that they call."""
        if self.needs.keys().isdisjoint(statement.loads):
            return _NONE
        found, waiting = set[str](), [name for name in statement.loads if name in self.needs]
        while waiting:
            for name in self.needs[waiting.pop()] - found:
                found.add(name)
                if name in self.needs:
                    waiting.append(name)
        return frozenset(found)

    def _inputs(self, statement: Statement, generators: frozenset[str]) -> list[tuple[str, Version]]:
        if not self.versions:
            return []
        needed = statement.needs
        if statement.calls:
            needed = needed | self.hints.reads | self._inside(statement)
        inputs = [(name, self._version(name, statement)) for name in sorted(needed) if name in self.names]
        if generators:
            inputs += [(f"rng:{name}", self.states.get(name, FRESH)) for name in sorted(generators - statement.seeds)]
        inputs += [("presence", self.presence)] if self.presence and statement.looks else []
        inputs += [(f"file:{path}", self.files.get(path, "?")) for path in self._files(statement)]
        return inputs

    def _key(self, statement: Statement) -> str:
        return statement.key if self.versions else ""

    def _lineage(self, statement: Statement, inputs: Iterable[tuple[str, Version]], part: str = "") -> Version:
        """Of what the statement does, or of a part of that."""
        return lineage(statement.key, inputs, part) if self.versions else _UNTOLD

    def _value(self, statement: Statement, inputs: Iterable[tuple[str, Version]], name: str) -> Version:
        """Of a value that the statement makes."""
        return lineage(statement.makes, inputs, name) if self.versions else _UNTOLD

    def _version(self, name: str, statement: Statement) -> Version:
        """The version of what the statement reads of the name."""
        version = self.names[name]
        keys = statement.parts.get(name)
        return version if keys is None else self.composed.of(version, keys)

    def _files(self, statement: Statement) -> list[str]:
        """Files that the statement takes content from: those it names, or all where no name is in sight."""
        if not self.hints.files:
            return []
        if statement.imports:
            return sorted(path for path in self.hints.files if _module_of(path) in statement.key)
        if not statement.calls:
            return []
        return sorted(path for path in self.hints.files if path not in self.named or self.named[path] is statement)

    def _do(
        self,
        statement: Statement,
        inputs: list[tuple[str, Version]],
        generators: frozenset[str],
        changes: frozenset[str],
    ) -> None:
        rests = self._rests_on([each for each in inputs if not each[0].startswith("rng:")])
        if statement.calls:
            self.calls[self._key(statement)] = self.steps[-1]
            self.writes.update(dict.fromkeys(statement.writes, self.steps[-1]))
        for name in statement.binds:
            if name not in statement.unsure:
                self._make(name, self._value(statement, inputs, name), statement, rests)
            elif name in self.names or name not in self.hints.skipped:
                before = ("", self.names.get(name, ABSENT))
                self._make(name, self._value(statement, [*inputs, before], name), statement, rests)
        for name in statement.augments & self.names.keys():
            self._change_with(name, self.names[name], statement, rests)
        for name in changes - statement.binds:
            if name in self.names and self.kinds.get(name) != "module":  # what is set there is a setting
                changed = self._value(statement, [*inputs, ("", self.names[name])], name)
                if name in statement.sets:
                    parts = {key: self._lineage(statement, inputs, key) for key in statement.sets[name]}
                    self.composed.note(changed, self.names[name], parts)
                self._make(name, changed, statement, rests)
                self._change_with(name, changed, statement, rests)
        for name in statement.deletes:
            self.names.pop(name, None)
            self.made.pop(name, None)
            self.deleted[name] = None
        for generator in generators | statement.seeds:
            if generator not in statement.seeds and self.states.get(generator, FRESH) == FRESH:
                continue  # unseeded it stays
            self.states[generator] = self._advanced(statement, inputs, generator)
        if statement.shows or (self.hints.talks and statement.calls):
            unseen = self.hints.fed - statement.loads
            seen = [each for each in inputs if statement.receiver in (None, each[0]) and each[0] not in unseen]
            self.shows.append(
                Show(
                    key=self._key(statement),
                    version=self._lineage(statement, seen),
                    rests_on=self._rests_on(seen),
                    little=statement.little,
                )
            )

    def _advanced(self, statement: Statement, inputs: list[tuple[str, Version]], generator: str) -> Version:
        """The state of a generator after the statement: where its drawing calls are the same, so is that."""
        part = f"rng:{generator}"
        if statement.advances is None or not self.versions:
            return self._lineage(statement, inputs, part)
        calls, names = statement.advances
        return lineage(calls, [each for each in inputs if each[0] == part or each[0] in names], part)

    def _change_with(self, name: str, version: Version, statement: Statement, rests: frozenset[str]) -> None:
        """Names that share the state of one that became another version are others, too."""
        for other in self.groups.get(name, frozenset()) - {name} - self.hints.untouched:
            if other in self.names and other not in self.made:
                self._make(other, lineage(version, [("", self.names[other])], other), statement, rests)

    def _rests_on(self, inputs: list[tuple[str, Version]]) -> frozenset[str]:
        """Names from before the cell that inputs rest on."""
        return _NONE.union(*[self.roots.get(name, (name,)) for name, _ in inputs])

    def _make(self, name: str, version: Version, statement: Statement, rests: frozenset[str]) -> None:
        self.needs.pop(name, None)
        if statement.defines:
            self.needs[name] = statement.deferred
        self.roots[name] = rests
        self.names[name] = self.at_once.get(version, version)
        self.made[name] = version
        self.deleted.pop(name, None)
