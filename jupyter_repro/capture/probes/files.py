"""Files a run read, wrote and deleted: a folder watch for the project, patched calls for the rest of the world.

Inside the project folder the watch decides, because it sees native libraries and child processes and what really
happened to a file; so it does in folders outside that a cell names. Anywhere else, patched calls and wrapped readers
report. Between runs the watch belongs to nobody (editors, the server): only calls by threads of this kernel are
attributed, to the run that ended last.

Not seen: files in folders that nothing names, touched by native libraries or child processes without a wrapped reader;
which process touched a watched file; reads of files that were open already; folders over the limit of watches.
"""

from __future__ import annotations

import os
import re
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from jupyter_repro.capture.calls.imports import ImportWatch
from jupyter_repro.capture.code.names import names_of
from jupyter_repro.capture.files.contentdigest import Digests, FileState
from jupyter_repro.capture.files.filecalls import (
    DELETE,
    KEEP,
    MOVED,
    READ,
    READ_BACK,
    SUPPOSED,
    WRITE,
    Call,
    FileCalls,
    Pending,
    files_below,
)
from jupyter_repro.capture.files.fileevents import FileEvents, RunStart
from jupyter_repro.capture.files.filereaders import FileReaders
from jupyter_repro.capture.files.fileroles import Roles
from jupyter_repro.capture.files.folderscan import FolderScan
from jupyter_repro.capture.files.inotify import SKIPPED, FolderWatch, InotifyUnavailable
from jupyter_repro.capture.files.namedplaces import named_by, named_in
from jupyter_repro.capture.files.openhandles import OpenHandles
from jupyter_repro.capture.probe import Draft, Probe
from jupyter_repro.records import FileMode, FileTouch

INLINE_BYTES = 4 << 20
INLINE_FILES = 64
"""What is hashed right after a run; the rest waits until the kernel is idle."""
INLINE_EVENTS = 48_000
"""Bytes of watch events (30 to 50 each) that are worked through right after a run."""
SLICE = 50
"""Files of a crowd that are looked at together: the next cell should not wait for more."""
START_SECONDS = 0.05
"""How long loading may take to watch the project's folders; the rest is watched when idle."""

NEW_FOLDERS = 3
"""How many folders of a named path may still have to be made."""
NAMED_FOLDERS = 100
"""How many folders below one that a cell names are watched."""

_CLOSED = "files: the cell closed a descriptor of the folder watch; what was heard until then is lost"
_LOST = "files: so many were touched that the system lost events; the list is incomplete"
_RUNS_PROGRAMS = ("subprocess", "os.system", "Popen", "popen", "spawn", "os.exec", "create_subprocess")
_NATIVE = ("pyarrow", "h5py", "tables", "polars", "duckdb", "cv2", "torch", "netCDF4", "tensorflow")
"""Libraries that touch files past Python."""
_UNHEARD: tuple[tuple[str, str], ...] = (
    ("rasterio", ""),
    ("osgeo", ""),
    ("fiona", ""),
    ("pyogrio", ""),
    ("lmdb", ""),
    ("pycurl", ""),
    ("pyarrow", "OSFile"),
    ("pyarrow", "FileSystem"),
    ("io", "FileIO"),
    ("sqlite3", "attach "),
    ("sqlite3", "ATTACH "),
    ("importlib", "spec_from_file_location"),
)
"""(module, word in the cell): what touches files outside the project without our hearing of it."""
_ELSEWHERE = "outside the project folder and the folders that the cell names"
_PATH = re.compile(r"(?:(?<=[\s'\"=<>])|^)(/[^\s'\"<>|;&*?$`(){}\[\]]+)", re.MULTILINE)


@dataclass(slots=True)
class _Seen:
    bits: int = 0
    seen_by: str = "patch"
    asked: int = 0
    """How Python calls opened a watched file for writing: WRITE (truncating), KEEP (appending, updating), both or 0."""


@dataclass(frozen=True, slots=True)
class _Crowd:
    """A run that touched so many files that they are worked through when the kernel is idle."""

    n: int
    began: RunStart
    events: bytes
    calls: list[Call]
    pending: Pending


class FilesProbe(Probe):
    """Joins what the watch and the calls tell into one list of touches per run."""

    name = "files"

    def __init__(self, imports: ImportWatch) -> None:
        self._imports = imports
        self.layers: dict[str, str] = {}
        self.calls = FileCalls(self._take_events)
        self._events: list[bytes] = []
        self._watch_closed = False
        """Code that closes every descriptor came by: the watch is begun anew with the next run."""
        self._readers = FileReaders(self.calls, imports)
        self._late: list[Call] = []
        self._crowded: list[_Crowd] = []
        self._sorted: list[tuple[int, dict[str, _Seen]]] = []
        """Pieces of a crowd, by run, that are still to be looked at on disk."""
        self._watch: FolderWatch | None = None
        self._told = FileEvents()
        self._places: set[str] = set()
        """Places that cells named, as far as that is settled: watched, or not to be."""
        self._watching_all = True
        self._scan: FolderScan | None = None
        self._named: list[str] = []
        self._handles = OpenHandles()
        self._digests = Digests()
        self._waiting: list[tuple[int, FileTouch, FileState]] = []
        self._last_run = 0
        self._began = RunStart(0, 0)

    def start(self, shell: Any) -> str:
        self._project = os.path.realpath(os.getcwd())
        self._roles = Roles(self._project)
        try:
            self._begin_watch()
        except InotifyUnavailable as error:
            self._scan = FolderScan(self._project)
            self.layers["files.watch"] = f"{error}; sizes and times are compared before and after each run"
        self.calls.start()
        self.layers["files.calls"] = "on"
        self._readers.start()
        for name in ("bz2", "tokenize"):  # they keep references of their own to the original
            self._imports.wait_for(name, self.calls.patch_builtin_open)
        return "on"

    def _begin_watch(self) -> None:
        """Raises InotifyUnavailable."""
        self._watch = FolderWatch()
        self._watching_all = self._watch.add_tree(self._project, START_SECONDS)
        self.layers["files.watch"] = f"on, but {self._watch.limit}" if self._watch.limit else "on"

    def before(self, draft: Draft) -> None:
        self._forget()
        if self._watch_closed:
            self._begin_watch()
            self._watch_closed = False
        if self._watch is not None and not self._watching_all:
            self._watching_all = self._watch.go_on(0.005)
        self._events.clear()
        self._keep_late(self.calls.take())
        self._named = _named_in_commands(draft)
        names = _needed(draft)
        self._handles.begin(names, draft.namespace)
        if self._watch is not None:
            self._look_out(self._watch, draft, names)
        if self._scan is not None:
            self._scan.begin()
        self._began = RunStart.now()

    def after(self, draft: Draft) -> None:
        self._take_events()
        events, self._events = b"".join(self._events), []
        self._last_run = draft.n
        pending = self.calls.take_pending()
        if pending.opens or len(events) > INLINE_EVENTS:
            self._crowded.append(_Crowd(draft.n, self._began, events, self.calls.take(), pending))
            return
        seen = self._seen(events, self.calls.take(), self._began)
        self._merge(seen, self._databases(), self._began)
        handled = self._handles.touched().items()
        handles = [Call(path, bits, "patch", 0) for path, bits in handled if path not in seen]
        self._merge(seen, handles, self._began, trust_calls=True)
        if self._scan is not None:
            self._work_in_scan(self._scan, seen, draft)
        self._merge(seen, self._commanded(draft), self._began)
        self._outlook(seen)
        if self._watch is not None and self._watch.overflowed:
            draft.blind_spots.append(_LOST)
        if self._watch_closed:
            draft.blind_spots.append(_CLOSED)
        if self._watch is not None and self._watch.limit:
            draft.blind_spots.append(f"files: not every folder is watched: {self._watch.limit}")
        for library, word in _UNHEARD:
            if library in sys.modules and (word or library) in draft.source:
                draft.blind_spots.append(f"files: what {library} touched {_ELSEWHERE} was not watched")
        draft.files.extend(self._touches(draft.n, seen))

    def idle(self, budget: float) -> list[tuple[int, dict[str, Any]]]:
        until = time.monotonic() + budget
        found: dict[int, list[FileTouch]] = {}
        incomplete: set[int] = set()
        if self._watch is not None and not self._watching_all:
            self._watching_all = self._watch.go_on(budget)
        while (self._crowded or self._sorted) and time.monotonic() < until:
            if self._sorted:
                n, seen = self._sorted.pop(0)
                found.setdefault(n, []).extend(self._touches(n, seen))
                continue
            crowd = self._crowded.pop(0)
            calls = [*crowd.calls, *self.calls.resolved(crowd.pending)]
            entries = list(self._seen(crowd.events, calls, crowd.began).items())
            self._sorted = [(crowd.n, dict(entries[at : at + SLICE])) for at in range(0, len(entries), SLICE)]
            if self._watch is not None and self._watch.overflowed:
                incomplete.add(crowd.n)
        while self._waiting and time.monotonic() < until:
            n, touch, state = self._waiting.pop(0)
            digest = self._digests.compute(self._absolute(touch.path), state)
            if digest is not None:
                found.setdefault(n, []).append(replace(touch, digest=digest))
        self._keep_late(self.calls.take())
        if self._late and self._last_run:
            seen = {}
            calls, self._late = self._late, []
            self._merge(seen, calls, self._began, trust_calls=True)
            found.setdefault(self._last_run, []).extend(self._touches(self._last_run, seen))
        self._forget()  # what the probe itself has read
        late = [(n, {"files": tuple(touches)}) for n, touches in found.items() if touches]
        return late + [(n, {"blind_spots": (_LOST,)}) for n in incomplete]

    def stop(self) -> None:
        self._readers.stop()
        self.calls.stop()
        if self._watch is not None:
            self._watch.close()

    def _forget(self) -> None:
        if self._watch is not None:
            try:
                self._watch.forget()
            except InotifyUnavailable:
                self._watch_closed = True

    def _take_events(self) -> None:
        """Empty the watch's queue before it overflows."""
        if self._watch is None:
            return
        try:
            events = self._watch.take()
        except InotifyUnavailable:
            self._watch_closed = True
        else:
            if events:
                self._events.append(events)

    def _seen(self, events: bytes, calls: list[Call], began: RunStart) -> dict[str, _Seen]:
        """The watch's events and the calls of one run, joined by path."""
        seen: dict[str, _Seen] = {}
        watched = self._watch.parse(events) if self._watch is not None and events else []
        for path, bits in self._told.told_by(watched, began).items():
            if not path.endswith(".ipynb"):  # saved by the server or an editor meanwhile; a cell's own calls are heard
                seen[path] = _Seen(bits, "watch")
        self._merge(seen, calls, began)
        return seen

    def _work_in_scan(self, scan: FolderScan, seen: dict[str, _Seen], draft: Draft) -> None:
        """Where no folder is watched: what changed, whoever did it."""
        for path, bits in scan.changes().items():
            if path not in seen and not path.endswith(".ipynb"):
                seen[path] = _Seen(bits, "scan")
        if scan.refused:
            draft.blind_spots.append(f"files: what did not go through Python was not watched: {scan.refused}")
        elif draft.magics or any(name in sys.modules for name in _NATIVE) or "subprocess" in draft.source:
            draft.blind_spots.append("files: what native libraries and child processes read was not watched")

    def _commanded(self, draft: Draft) -> list[Call]:
        """Files that the cell's shell commands name: read, written where they changed, removed where they are gone."""
        named = dict.fromkeys((*self._named, *_named_in_commands(draft)))
        return [Call(path, READ | WRITE | KEEP, "magic", 0) for path in named if os.path.isfile(path)] + [
            Call(path, DELETE, "patch", 0) for path in self._named if not os.path.lexists(path)
        ]

    def _keep_late(self, calls: list[Call]) -> None:
        """Between runs only threads that a cell left behind are its own; the main thread is the kernel's, and ours."""
        main = threading.main_thread().ident
        self._late.extend(call for call in calls if call.thread != main)

    def _databases(self) -> list[Call]:
        """Databases outside the watch that a library keeps open and that this run changed."""
        changed = (path for path in self._readers.databases if self._began.precedes_change(path))
        return [Call(path, WRITE | KEEP, "probe", 0) for path in changed]

    def _look_out(self, watch: FolderWatch, draft: Draft, names: set[str]) -> None:
        """Watch the places outside the project that the cell names, before it runs."""
        places = [*named_in(draft.source, _runs_programs(draft)), *named_by(names, draft.namespace), self.calls.cwd]
        for place in places:
            if place in self._places or watch.covers(place) or (place + "/").startswith(self._project + "/"):
                continue
            folder = place
            for _ in range(NEW_FOLDERS):
                if os.path.isdir(folder):
                    break
                folder = os.path.dirname(folder)
            if not SKIPPED.isdisjoint(folder.split("/")) or not os.path.isdir(folder):
                continue
            if self._roles.may_be_watched(folder):
                watch.add_below(folder, NAMED_FOLDERS if folder == place else 1)
            elif self._roles.is_shared(folder) and os.path.isfile(place):
                watch.add_file(place)
            else:
                self._places.add(place)

    def _outlook(self, seen: dict[str, _Seen]) -> None:
        """Watch the folders of the user's files outside the project from now on: native libraries may come back."""
        if self._watch is None:
            return
        for path, entry in seen.items():
            folder = os.path.dirname(path)
            if entry.seen_by == "watch" or path.startswith(self._project + "/") or self._watch.covers(folder):
                continue
            if self._roles.role(path) == "user" and not self._roles.is_shared(folder) and os.path.isfile(path):
                self._watch.add_folder(folder)

    def _merge(self, seen: dict[str, _Seen], calls: list[Call], began: RunStart, *, trust_calls: bool = False) -> None:
        """Work the calls in. Where the folder is watched the watch knows what happened, a call only that it was us."""
        for call in self._resolved(calls, began):
            path = os.path.normpath(call.path)
            entry = seen.get(path)
            if entry is not None and entry.seen_by == "watch":
                entry.asked |= call.bits & (KEEP if call.bits & KEEP else WRITE)
                if entry.bits & SUPPOSED and call.bits & WRITE and not call.bits & READ:
                    entry.bits &= ~(READ | SUPPOSED)  # opened to append, and left as it was
                continue
            bits = call.bits
            if not trust_calls and self._is_watched(path):
                if call.seen_by == "magic":
                    continue
                gone = bits & DELETE and not os.path.exists(os.path.dirname(path))  # with its folder
                bits &= READ | (DELETE if gone else 0)  # opened and neither read nor closed yet
                if bits & READ:
                    self._told.opened(path)
            doubted = bits & WRITE and not (trust_calls or bits & MOVED)
            if doubted and os.path.exists(path) and not began.precedes_change(path):
                bits &= ~(WRITE | KEEP)
            if call.seen_by == "magic":
                if entry is not None:
                    continue
                bits = WRITE if began.surely_precedes_change(path) else READ
            if entry is None:
                entry = seen[path] = _Seen(0, call.seen_by)
            if bits & DELETE and entry.bits & WRITE and not entry.bits & KEEP:
                entry.bits = 0  # it came and went
                continue
            if bits & READ and entry.bits & WRITE:
                bits = bits & ~READ | READ_BACK
            entry.bits |= bits

    def _is_watched(self, path: str) -> bool:
        """Whether the watch would have told of this file."""
        watch = self._watch
        if watch is None or path.endswith(".ipynb"):
            return False
        return watch.covers(os.path.dirname(path)) or watch.covers(path)

    def _resolved(self, calls: list[Call], began: RunStart) -> Iterator[Call]:
        """The calls; those on a folder as calls on its files, those through links on what they lead to as well."""
        real: dict[str, str] = {}
        for call in calls:
            path = call.path
            folder = os.path.dirname(path)
            if folder not in real:
                real[folder] = os.path.realpath(folder)
            target = os.path.join(real[folder], os.path.basename(path))
            if call.seen_by == "probe" and os.path.isdir(path):
                for each in files_below(path):
                    if call.bits & READ or began.precedes_change(each):
                        yield Call(each, call.bits, call.seen_by, call.thread)
                continue
            yield call
            if os.path.islink(target):
                target = os.path.realpath(target)
            if target != os.path.normpath(path) and not call.bits & DELETE and os.path.isfile(target):
                yield Call(target, call.bits, call.seen_by, call.thread)

    def _touches(self, n: int, seen: dict[str, _Seen]) -> list[FileTouch]:
        touches: list[FileTouch] = []
        budget, files = INLINE_BYTES, INLINE_FILES
        for path, entry in seen.items():
            role = self._roles.role(path)
            if role is None:
                continue
            state = FileState.of(path)
            if state is None and os.path.isdir(path):
                continue  # a folder was opened, to list it or to go from there
            if entry.bits & KEEP and entry.seen_by == "watch" and not self._kept(path, entry, state):
                entry.bits &= ~KEEP
            overwritten = bool(entry.bits & READ and entry.bits & WRITE)
            digest = self._digests.known(path, state) if state is not None else None
            relative = self._relative(path)
            own = role == "user" or (role == "module" and not relative.startswith(("/", "..")))
            if state is not None and digest is None and own and state.size <= budget and files > 0:
                budget, files = budget - state.size, files - 1
                digest = self._digests.compute(path, state)
            for mode in _modes(entry.bits, state):
                of_state = state if mode != "delete" and not (mode == "read" and overwritten) else None
                touch = FileTouch(
                    path=relative,
                    mode=mode,
                    digest=digest if of_state else None,
                    size=of_state.size if of_state else None,
                    mtime_ns=of_state.mtime_ns if of_state else None,
                    seen_by=entry.seen_by,
                    role=role,
                    kept=mode == "write" and bool(entry.bits & KEEP),
                )
                touches.append(touch)
                if of_state is not None and digest is None and own:
                    self._waiting.append((n, touch, of_state))
        return touches

    def _kept(self, path: str, entry: _Seen, state: FileState | None) -> bool:
        """Whether a write to an existing file left earlier content: the watch cannot part append from rewrite."""
        if entry.asked:
            return not entry.asked & WRITE
        if entry.bits & READ:
            return True  # a database or an array file, updated in place
        return state is not None and self._digests.begins_as_before(path, state)

    def _relative(self, path: str) -> str:
        return path[len(self._project) + 1 :] if path.startswith(self._project + "/") else path

    def _absolute(self, path: str) -> str:
        return os.path.join(self._project, path)


def _needed(draft: Draft) -> set[str]:
    """Names that the cell reads."""
    if draft.tree is None:
        return set()
    names = names_of(draft.python, draft.tree)
    return names.reads | names.maybe | names.interpolated


def _runs_programs(draft: Draft) -> bool:
    return bool(draft.magics) or any(word in draft.source for word in _RUNS_PROGRAMS)


def _named_in_commands(draft: Draft) -> list[str]:
    """Absolute paths of files that the cell's text names where it runs programs."""
    if not _runs_programs(draft):
        return []
    return [path for path in dict.fromkeys(_PATH.findall(draft.source)) if os.path.isfile(path)]


def _modes(bits: int, state: FileState | None) -> list[FileMode]:
    """What was done, in the order in which it was done: a read after a write read what the run itself had written."""
    modes: list[FileMode] = []
    if bits & READ:
        modes.append("read")
    if bits & WRITE and state is not None:
        modes.append("write")
    if bits & READ_BACK and not bits & READ:
        modes.append("read")
    if bits & DELETE and state is None:
        modes.append("delete")
    return modes
