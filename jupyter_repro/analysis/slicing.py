"""The slice: the smallest ordered set of recorded runs that yields chosen outputs and files, with what they depend on.

Found by walking a session backwards with the set of resources still needed. A run is kept when it makes or changes
one: a binding or an object, a file, a generator's state (dropping a draw changes the next one), a process-wide setting,
or a module whose import may do more than bind a name. Where it cannot be told whether a run matters it is kept; whether
the slice is right only a rerun shows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from jupyter_repro.analysis.code.deepstack import with_deep_stack
from jupyter_repro.model.document import Document
from jupyter_repro.model.history import History
from jupyter_repro.records import FileTouch, RunRecord, SessionRecord

_LASTING_MAGICS = frozenset(
    ("%load_ext", "%matplotlib", "%config", "%pylab", "%autoreload", "%precision", "%pip", "%conda", "%cd", "%env")
) | {"%set_env", "%reload_ext", "%run", "%store", "%autoawait"}
_EARLIER = {"___": "__", "__": "_", "_": ""}
"""IPython's names for the last results -> what they were called before one more was displayed."""
_DEFINITIONS = frozenset(("module", "function", "type", "class", "builtin_function_or_method", "builtins.type"))
_IN_PLACE_FILES = (".db", ".sqlite", ".sqlite3", ".h5", ".hdf5", ".zarr", ".duckdb", ".log")


@dataclass(frozen=True, kw_only=True, slots=True)
class Slice:
    """Runs of one session that together yield what the document shows of it."""

    session: SessionRecord
    runs: tuple[RunRecord, ...]
    """In execution order."""
    shows: dict[str, int]
    """Cell of the document -> the run that made what it shows."""
    missing: tuple[str, ...] = ()
    """Cells with outputs that no run of this session made: the slice cannot yield these."""
    files: tuple[str, ...] = ()
    """Files that the slice writes for the document's cells."""


@with_deep_stack
def shown_slice(document: Document, history: History) -> Slice | None:
    """The slice for everything a document shows, from the session that made most of it; None without such a session."""
    shown: dict[str, dict[str, int]] = {}
    for cell in document.cells:
        found = history.shown_by(cell) if cell.outputs else None
        if found is not None:
            session, run = found
            shown.setdefault(session.header.id, {})[cell.id] = run.n
    with_shown = [session for session in history.sessions if session.header.id in shown]
    if not with_shown:
        return None
    best = max(reversed(with_shown), key=lambda session: len(shown[session.header.id]))
    shows = shown[best.header.id]
    present = {cell.id for cell in document.cells}
    files = _lasting_files(best, present)
    return Slice(
        session=best,
        runs=slice_runs(best, shows.values(), files),
        shows=shows,
        missing=tuple(cell.id for cell in document.cells if cell.outputs and cell.id not in shows),
        files=tuple(sorted(files)),
    )


@with_deep_stack
def slice_runs(session: SessionRecord, wanted: Iterable[int], files: Collection[str] = ()) -> tuple[RunRecord, ...]:
    """The runs of ``session`` numbered ``wanted`` with all that they, and the files as they were left, rest on.

    In execution order. Numbers that the session does not have are passed over.
    """
    walk = _Backwards(frozenset(wanted), set(files))
    return tuple(reversed([run for run in reversed(session.runs) if walk.keeps(run)]))


@dataclass(slots=True)
class _Backwards:
    wanted: frozenset[int]
    files: set[str]
    """Paths whose content, as left by the runs still to come, is needed."""
    names: set[str] = field(default_factory=set)
    generators: set[str] = field(default_factory=set)
    begun: bool = False

    def keeps(self, run: RunRecord) -> bool:
        """Whether the run is part of the slice; if so, what it needs is needed from now on."""
        if not (run.n in self.wanted or self._makes_something_needed(run)):
            return False
        self.begun = True
        seeded = {seed.generator for seed in run.seeds}
        self.names -= run.writes.keys()
        if _displays(run):
            self.names = {_EARLIER.get(name, name) for name in self.names} - {""}
        self.names |= {name for name, mark in run.reads.items() if mark}
        self.names |= run.mutates.keys() - run.writes.keys()
        self.generators -= seeded
        self.generators |= {draw.generator for draw in run.draws} - seeded
        for touch in run.files:
            if touch.mode == "write" and not _adds_to(touch, run):
                self.files.discard(touch.path)
        self.files |= {touch.path for touch in run.files if touch.mode == "read" and touch.role != "noise"}
        return True

    def _makes_something_needed(self, run: RunRecord) -> bool:
        if self.names & {*run.writes, *run.mutates} or (_displays(run) and self.names & _EARLIER.keys()):
            return True
        if self.generators & ({draw.generator for draw in run.draws} | {seed.generator for seed in run.seeds}):
            return True
        if any(touch.path in self.files for touch in run.files if touch.mode in ("write", "delete")):
            return True
        return self.begun and _has_lasting_effects(run)


def _displays(run: RunRecord) -> bool:
    return any(output.kind == "result" for output in run.outputs)


def _has_lasting_effects(run: RunRecord) -> bool:
    """Whether later runs may depend on this one without reading a name, a file or a generator of it."""
    if run.settings or not _LASTING_MAGICS.isdisjoint(run.magics):
        return True
    return bool(run.modules) and all(_is_definition(run.kinds.get(name, "")) for name in run.writes)


def _is_definition(kind: str) -> bool:
    return kind in _DEFINITIONS or kind.rpartition(".")[2] in _DEFINITIONS


def _adds_to(touch: FileTouch, run: RunRecord) -> bool:
    """Whether a write may have kept what was in the file before."""
    if touch.path.endswith(_IN_PLACE_FILES):
        return True
    return any(mark in run.source for mark in ("'a'", '"a"', "'a+'", '"a+"', "'r+", '"r+', ">>", "append", "mode="))


def _lasting_files(session: SessionRecord, cells: Collection[str]) -> set[str]:
    """Files that the document's cells wrote in the session and that are still as one of them left them."""
    last: dict[str, tuple[RunRecord, FileTouch]] = {}
    for run in session.runs:
        for touch in run.files:
            if touch.role == "user" and touch.mode != "read":
                last[touch.path] = (run, touch)
    return {path for path, (run, touch) in last.items() if touch.mode == "write" and run.cell in cells}
