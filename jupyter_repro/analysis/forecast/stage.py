"""The kernel that a replay would have, at one point of the document: resources and their versions, nothing executed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, fields
from typing import Any

from jupyter_repro.analysis.code.statements import statements
from jupyter_repro.analysis.forecast.interpret import Reading, Scene
from jupyter_repro.analysis.forecast.presence import Presence
from jupyter_repro.analysis.runs.alike import Alike
from jupyter_repro.analysis.runs.libraries import Libraries
from jupyter_repro.analysis.runs.remembered import MEMORY, RESULTS, is_memory, memory
from jupyter_repro.analysis.runs.settled import Settled
from jupyter_repro.analysis.runs.timeline import Past
from jupyter_repro.analysis.versions import ABSENT, Version, lineage
from jupyter_repro.model.disk import Disk
from jupyter_repro.records import FileTouch


@dataclass(frozen=True, kw_only=True, slots=True)
class Binding:
    """A name on the stage."""

    version: Version
    cell: str
    """The document's cell that made or last changed it in the replay."""
    kind: str = ""
    """Type of the value, where it is known."""
    past: Past | None = None
    """The recorded run that it is taken from; None for a value that no recorded run had."""
    root: str = ""
    """Where ``past`` is None: the cell in which the replay first leaves what was recorded."""


Played = tuple[str, tuple[Any, ...]]
"""Something that was played on the stage: the method, and what it was given."""


@dataclass(slots=True, kw_only=True)
class Stage:
    """Mutable: the walk down the document plays each cell on it."""

    disk: Disk
    settled: Settled
    libraries: Libraries
    alike: Alike
    presence: Presence
    given: frozenset[str] = frozenset()
    """Names that no cell of the document or the history makes, and that runs found nevertheless: start-up files."""
    names: dict[str, Binding] = field(default_factory=dict)
    states: dict[str, Version] = field(default_factory=dict)
    files: dict[str, Version] = field(default_factory=dict)
    writers: dict[str, str] = field(default_factory=dict)
    """File -> the cell that wrote it last."""
    settings: dict[str, str] = field(default_factory=dict)
    setters: dict[str, str] = field(default_factory=dict)
    """Setting -> the cell that changed it last."""
    groups: dict[str, frozenset[str]] = field(default_factory=dict)
    needs: dict[str, frozenset[str]] = field(default_factory=dict)
    """Functions and classes of the notebook -> names that their bodies need."""
    deleted: dict[str, str] = field(default_factory=dict)
    """Names that a ``del`` removed, and the cell it stands in."""
    lost: dict[str, str] = field(default_factory=dict)
    """Names that a failing cell would have made, and that cell."""
    unfitted: dict[str, str] = field(default_factory=dict)
    """Models that a failing cell would have fitted, and that cell."""
    open: bool = False
    source: str = ""
    """Of the cell that the replay has come to."""
    above: str = ""
    """Of the one before."""
    results: tuple[Version, ...] = ()
    """The last results that were displayed, the newest first."""
    place: int = 0
    """Cells that the replay has run: a fresh kernel's execution count."""
    played: list[Played] = field(default_factory=list)
    """All that was done to the stage since somebody emptied the list. Nothing changes it but what is noted here."""

    def begin(self, source: str) -> None:
        """The replay comes to the next cell that has code."""
        self.played.append(("begin", (source,)))
        self.place += 1
        self.above, self.source = self.source, source.rstrip()

    def display(self, result: Version) -> None:
        """The cell displays a result."""
        self.played.append(("display", (result,)))
        self.results = (result, *self.results)[: len(RESULTS)]

    def version(self, name: str) -> Version:
        """The version of a name, `ABSENT` where it does not exist."""
        binding = self.names.get(name)
        if binding is not None:
            return binding.version
        return memory(name, self.results, self.place, self.above) if is_memory(name) else ABSENT

    def size(self, name: str) -> str:
        """The size of a name's value as it was recorded; empty where it was not, or no run had the value."""
        binding = self.names.get(name)
        return binding.past.run.sizes.get(name, "") if binding is not None and binding.past is not None else ""

    def holds(self, name: str, past: Past, saw: Version) -> bool:
        """Whether the name has the value here that a recorded run saw."""
        binding = self.names.get(name)
        if self.version(name) == saw or (binding is None and name in self.given):
            return True
        return binding is not None and saw != ABSENT and self.alike.same_input(name, past, binding.past)

    def content(self, touch: FileTouch) -> Version | None:
        """The digest of a file: as a cell above left it, else as it is on disk; None where it is unknown."""
        if touch.path in self.files:
            return self.files[touch.path]
        return self.disk.digest(touch)

    def exists(self, path: str) -> bool:
        """Whether there is a file: one that a cell above left, or that is on disk and none above removed."""
        return self.files[path] != ABSENT if path in self.files else self.disk.exists(path)

    def scene(self, files: Iterable[FileTouch]) -> Scene:
        """The stage as a reading takes it."""
        names = {name: binding.version for name, binding in self.names.items()}
        names.update((name, self.version(name)) for name in MEMORY if name not in names)
        names.update((name, f"^given:{name}") for name in self.given if name not in names)
        return Scene(
            names=names,
            kinds={name: binding.kind for name, binding in self.names.items() if binding.kind},
            states=self.states,
            files={touch.path: "?" if (content := self.content(touch)) is None else content for touch in files},
            groups=self.groups,
            needs=self.needs,
            open=self.open,
        )

    def play_recorded(self, cell: str, past: Past) -> None:
        """The cell goes as a recorded run went."""
        self.played.append(("play_recorded", (cell, past)))
        run = past.run
        for name in run.deletes:
            self._delete(name, cell)
        mentioned: frozenset[str] = frozenset()
        if run.mutates:
            mentioned = frozenset().union(*(each.loads for each in statements(run.source)), run.writes, past.saw)
        changed: set[str] = set()
        for name, version in past.rebound.items():
            self._bind(name, Binding(version=version, cell=cell, past=past))
        for name, version in past.left.items():
            reached = name in mentioned or self._shares(name, mentioned & run.mutates.keys())
            if name in run.writes or (reached and name in self.names):
                kind = run.kinds.get(name) or (self.names[name].kind if name in self.names else "")
                self._bind(name, Binding(version=version, cell=cell, kind=kind, past=past))
                changed.add(name)
        for name in run.mutates.keys() & mentioned:
            known = frozenset().union(*(group for group in run.aliases if name in group))
            for other in self.groups.get(name, frozenset()) - changed - known:
                if other in self.names:
                    version = lineage(run.source, [("", self.names[other].version)], other)
                    self.names[other] = Binding(version=version, cell=cell, past=None, root=cell)
        self._define(run.source, run.writes.keys())
        self._regroup(past, run.writes.keys())
        self.states.update((generator, after) for generator, (_, after) in past.states.items())
        for touch in run.files:
            if touch.mode == "write" and touch.role != "noise":
                self.files[touch.path] = past.written(touch)
                self.writers[touch.path] = cell
            elif touch.mode == "delete":
                self.files[touch.path] = ABSENT
        self._set(cell, past, run.source)

    def play_read(self, cell: str, reading: Reading, alike: Sequence[tuple[Past, Reading]], root: str) -> None:
        """The cell goes as its text says; ``alike`` are recorded runs near to it, the nearest first, and what reading
        them gives: for what the text cannot show.
        """
        self.played.append(("play_read", (cell, reading, alike, root)))
        for name in reading.deleted:
            self._delete(name, cell)
        for name in reading.made:
            version = reading.names[name]
            past = next((past for past, _ in alike if past.left.get(name) == version), None)
            kind = past.run.kinds.get(name, "") if past is not None else ""
            self._bind(name, Binding(version=version, cell=cell, kind=kind, past=past, root="" if past else root))
        self.needs = dict(reading.needs)
        self.states.update(reading.states)
        self.open = self.open or reading.opened
        for past, as_it_was in alike:
            self._write(cell, reading, past, as_it_was.calls)
        for path, step in reading.writes.items():
            if not any(touch.path == path for past, _ in alike for touch in past.run.files):
                self.files[path], self.writers[path] = lineage("file", [("", step)], path), cell
        if reading.missing is None and not reading.raised:
            for past, _ in reversed(alike):
                self._set(cell, past, reading.source)
            self._rewrite(cell, self.settled.rewritten([past.run for past, _ in alike], reading.source), reading.source)

    def _write(self, cell: str, reading: Reading, past: Past, before: Mapping[str, Version]) -> None:
        """Files that the run wrote, as far as the reading comes to the statements that did."""
        for touch in past.run.files:
            if touch.mode != "write" or touch.role == "noise" or self.writers.get(touch.path) == cell:
                continue
            named = {key for key in (*before, *reading.calls) if touch.path.rpartition("/")[2] in key}
            writing = named or {*before, *reading.calls}
            if any(key in reading.calls for key in writing):
                same = all(before.get(key) == reading.calls.get(key) for key in writing)
                parts = sorted((key, reading.calls.get(key, "")) for key in writing)
                self.writers[touch.path] = cell
                self.files[touch.path] = touch.digest if same and touch.digest else lineage("file", parts, touch.path)

    def play_again(self, played: Iterable[Played]) -> None:
        """Do to the stage what was done to it before."""
        for method, given in played:
            getattr(self, method)(*given)

    def held(self) -> dict[str, Any]:
        """All that the replay has put on the stage, for `hold`."""
        return {name: copy(getattr(self, name)) for name in _HELD}

    def hold(self, held: Mapping[str, Any]) -> None:
        """Put everything back to where it was."""
        for name, value in held.items():
            setattr(self, name, copy(value))

    def lose(self, cell: str, names: frozenset[str]) -> None:
        """Names that the cell does not come to make, because it fails first."""
        self.played.append(("lose", (cell, names)))
        for name in names:
            if name not in self.names:
                self.lost.setdefault(name, cell)

    def leave_unfitted(self, cell: str, names: frozenset[str]) -> None:
        """Models whose ``fit`` the cell does not come to."""
        self.played.append(("leave_unfitted", (cell, names)))
        self.unfitted.update(dict.fromkeys(names, cell))

    def _set(self, cell: str, past: Past, source: str) -> None:
        after = self.settled.after(past.run, past.settings, source)
        self.settings = {**self.settings, **after}
        self.setters.update(dict.fromkeys(after, cell))

    def _rewrite(self, cell: str, settings: Iterable[str], source: str) -> None:
        for name in settings:
            self.settings[name] = lineage(source, (), name)
            self.setters[name] = cell

    def _define(self, source: str, written: Iterable[str]) -> None:
        for name in written:
            self.needs.pop(name, None)
        for statement in statements(source):
            if statement.defines:
                self.needs.update((name, statement.deferred) for name in statement.binds)

    def _bind(self, name: str, binding: Binding) -> None:
        self.names[name] = binding
        self.deleted.pop(name, None)
        self.unfitted.pop(name, None)

    def _delete(self, name: str, cell: str) -> None:
        self.names.pop(name, None)
        self._leave_group(name)
        self.deleted[name] = cell

    def _shares(self, name: str, others: Iterable[str]) -> bool:
        return any(name in self.groups.get(other, ()) for other in others)

    def _leave_group(self, name: str) -> None:
        group = self.groups.pop(name, frozenset())
        for other in group - {name}:
            self.groups[other] = group - {name}

    def _regroup(self, past: Past, written: Iterable[str]) -> None:
        for name in written:
            self._leave_group(name)
        near = past.left.keys() | past.saw.keys()
        for group in past.run.aliases:
            here = frozenset(name for name in group if name in near and name in self.names)
            joined = here.union(*(self.groups.get(name, frozenset()) for name in here))
            if len(joined) > 1:
                for name in joined:
                    self.groups[name] = joined


_GIVEN = ("disk", "settled", "libraries", "alike", "presence", "given", "played")
_HELD = tuple(each.name for each in fields(Stage) if each.name not in _GIVEN)
"""What a replay puts on the stage."""
