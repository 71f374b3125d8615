"""The files that the steps read and write: inputs to carry, expected outputs, and paths that must be rewritten.

Recorded runs say it exactly. Where none were recorded, the text is searched for names of files that exist, and the
bundle says that nobody watched.
"""

from __future__ import annotations

import ast
import glob
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from jupyter_repro.analysis.code.cellcode import parse
from jupyter_repro.bundle.linearize import Step
from jupyter_repro.bundle.manifest import RESERVED, sha256_of

SIZE_LIMIT = 100 << 20
"""Bytes above which a data file is recorded by digest and not carried."""
FOLDER_LIMIT = 2000
"""Files of a folder named in the text that are taken at most."""
_SKIPPED = frozenset({".git", ".repro", "__pycache__", ".ipynb_checkpoints", "node_modules", ".venv", "venv"})
_SYSTEM = ("/dev/", "/proc/", "/sys/", "/etc/", "/usr/", "/bin/", "/sbin/", "/lib", "/opt/conda/", "/run/")
_GLOB = re.compile(r"[*?\[]")


@dataclass(frozen=True, kw_only=True, slots=True)
class DataFile:
    """A file that is read before any step wrote it."""

    source: Path
    target: str
    """In the bundle, relative, POSIX separators."""
    sha256: str | None
    size: int | None
    included: bool
    url: str | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ResultFile:
    """A file that the steps write."""

    source: Path
    target: str
    sha256: str | None
    size: int | None
    step: str
    included: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Files:
    """Everything that the steps have to do with on disk."""

    inputs: tuple[DataFile, ...] = ()
    results: tuple[ResultFile, ...] = ()
    folders: tuple[str, ...] = ()
    """Folders that must exist before the steps run, because a result goes there and no step makes them."""
    rewritten: Mapping[str, str] = field(default_factory=dict)
    """A path as the sources spell it -> as the bundle spells it."""
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Found:
    reads: dict[Path, str | None] = field(default_factory=dict)
    """Input -> the digest that was recorded when it was read."""
    writes: dict[Path, tuple[str, str | None]] = field(default_factory=dict)
    """Result -> the step that wrote it last, and the digest that it left."""
    notes: list[str] = field(default_factory=list)


def files_of(
    steps: Iterable[Step], folder: Path, *, notebook: Path, modules: Iterable[Path] = (), limit: int = SIZE_LIMIT
) -> Files:
    """The files of the steps. ``folder`` is where relative paths start; ``modules`` are carried as code."""
    steps = tuple(steps)
    watched = any(step.record is not None and step.record.files for step in steps)
    found = _recorded(steps, folder) if watched else _Found()
    unwatched = [step for step in steps if not watched or step.record is None]
    for path in _named(unwatched, folder):
        if path not in found.writes:
            found.reads.setdefault(path, None)
    code = {path.resolve() for path in modules}
    found.reads = {
        path: digest
        for path, digest in found.reads.items()
        if path.resolve() != notebook.resolve() and not any(path.resolve().is_relative_to(each) for each in code)
    }
    spelled = _spelled(steps, folder)
    rewritten: dict[str, str] = {}
    inputs = tuple(
        _input(path, digest, folder, spelled, rewritten, found.notes, limit)
        for path, digest in sorted(found.reads.items())
    )
    results = tuple(
        each
        for path, (step, digest) in sorted(found.writes.items())
        if (each := _result(path, step, digest, folder, limit, found.notes)) is not None
    )
    if not watched and inputs:
        found.notes.append("the notebook ran without the tracker: its data files were found by their names in the text")
    taken = {each.target for each in inputs}
    # A step that makes its folder itself may not find it there.
    makes = any("mkdir" in step.source or "makedirs" in step.source for step in steps)
    folders = set() if makes else {str(PurePosixPath(each.target).parent) for each in results} - {"."}
    return Files(
        inputs=tuple(sorted(inputs, key=lambda each: each.target)),
        results=tuple(each for each in results if each.target not in taken or each.sha256),
        folders=tuple(sorted(folders)),
        rewritten=rewritten,
        notes=tuple(found.notes),
    )


def _recorded(steps: tuple[Step, ...], folder: Path) -> _Found:
    found = _Found()
    for step in steps:
        for touch in step.record.files if step.record else ():
            if touch.role != "user":
                continue
            path = Path(os.path.normpath(folder / touch.path))
            if str(path).startswith(_SYSTEM) or _SKIPPED & set(path.parts):
                continue
            if touch.mode == "read":
                if path not in found.writes:
                    found.reads.setdefault(path, touch.digest)
            elif touch.mode == "write":
                found.writes[path] = (step.id, touch.digest)
            else:
                found.writes.pop(path, None)
    gone = [path for path in found.reads if not path.is_file()]
    for path in gone:
        if not path.is_dir():
            found.notes.append(f"{path.name} was read in the session and is gone: the bundle lacks it")
        del found.reads[path]
    return found


def _named(steps: Iterable[Step], folder: Path) -> list[Path]:
    """Existing files that the text names, in string literals or in shell commands; folders and patterns expanded."""
    found: dict[Path, None] = {}
    for text in _literals(steps):
        for path in _existing(text, folder):
            if not (_SKIPPED & set(path.parts)) and not str(path).startswith(_SYSTEM):
                found[path] = None
    return list(found)


def _existing(text: str, folder: Path) -> list[Path]:
    if not 1 < len(text) < 400 or "\n" in text or "\0" in text or text.strip(". /~") == "":
        return []
    path = Path(os.path.normpath(folder / Path(text).expanduser()))
    try:
        if path.is_file():
            return [path]
        inside = path.is_relative_to(folder) and path != folder
        if path.is_dir() and inside:
            files = [each for each in sorted(path.rglob("*")) if each.is_file()]
            return files if len(files) <= FOLDER_LIMIT else []
        if _GLOB.search(text):
            matches = sorted(glob.glob(str(path), recursive=True))  # noqa: PTH207  (it may be absolute)
            return [Path(each) for each in matches if Path(each).is_file()] if len(matches) <= FOLDER_LIMIT else []
    except (OSError, ValueError):
        return []
    return []


def _literals(steps: Iterable[Step]) -> list[str]:
    """String literals of the sources, and the words of their shell commands and magics."""
    found: dict[str, None] = {}
    for step in steps:
        code = parse(step.source)
        for node in ast.walk(code.tree) if code.tree is not None else ():
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found[node.value] = None
        for magic in code.magics:
            for word in re.split(r"[\s'\"=<>|;&(),]+", magic.argument):
                found[word] = None
        if code.tree is None:
            for word in re.split(r"[\s'\"=<>|;&(),]+", step.source):
                found[word] = None
    return list(found)


def _spelled(steps: tuple[Step, ...], folder: Path) -> dict[Path, list[str]]:
    """Paths outside the project, or with a name of the bundle's own -> how the sources spell them."""
    spelled: dict[Path, list[str]] = {}
    for text in _literals(steps):
        outside = text.startswith(("/", "~", "..")) or ":\\" in text
        clashes = text.removeprefix("./").split("/")[0] in RESERVED
        if len(text) > 400 or "\n" in text or "\0" in text or not (outside or clashes):
            continue
        path = Path(os.path.normpath(folder / Path(text).expanduser()))
        if path != Path(path.anchor):
            spelled.setdefault(path, []).append(text)
    return spelled


def _input(
    path: Path,
    recorded: str | None,
    folder: Path,
    spelled: Mapping[Path, list[str]],
    rewritten: dict[str, str],
    notes: list[str],
    limit: int,
) -> DataFile:
    if path.is_relative_to(folder):
        target = path.relative_to(folder).as_posix()
        if target.split("/")[0] in RESERVED:
            notes.append(f"{target} has a name that the bundle needs itself: it is carried as data/{target}")
            target = f"data/{target}"
        for spelling in spelled.get(path, ()):
            if spelling != target:
                rewritten[spelling] = target
        for parent in path.parents:
            if parent.is_relative_to(folder):
                for spelling in spelled.get(parent, ()):
                    rewritten[spelling] = parent.relative_to(folder).as_posix()
    else:
        target = _moved(path, spelled, rewritten, notes)
    size = path.stat().st_size
    sha256 = sha256_of(path)
    note = ""
    if recorded and recorded.startswith("sha256:") and recorded != f"sha256:{sha256}":
        note = "its content changed since the notebook read it"
        notes.append(f"{target} changed since the notebook read it: the bundle holds what it is now")
    included = size <= limit
    if not included:
        notes.append(f"{target} ({size >> 20} MiB) is above the size limit: recorded by its digest, not carried")
    return DataFile(source=path, target=target, sha256=sha256, size=size, included=included, note=note)


def _moved(path: Path, spelled: Mapping[Path, list[str]], rewritten: dict[str, str], notes: list[str]) -> str:
    """Where a file from outside the project goes, below ``data/``; how it or a folder above is spelled is noted."""
    for place in (path, *path.parents):
        if place in spelled:
            rest = path.relative_to(place).as_posix()
            base = f"data/{place.name}"
            for spelling in spelled[place]:
                rewritten[spelling] = base
            return base if rest == "." else f"{base}/{rest}"
    notes.append(
        f"{path.name} lies outside the project and its path is put together by the code: "
        f"it is carried as data/{path.name}, and the code that names it must be changed"
    )
    return f"data/{path.name}"


def _result(
    path: Path, step: str, recorded: str | None, folder: Path, limit: int, notes: list[str]
) -> ResultFile | None:
    if not path.is_relative_to(folder):
        notes.append(f"{path.name} is written outside the project folder; its content is not compared")
        return None
    target = path.relative_to(folder).as_posix()
    if not path.is_file():
        return ResultFile(source=path, target=target, sha256=_hex(recorded), size=None, step=step, included=False)
    size, sha256 = path.stat().st_size, sha256_of(path)
    if recorded and _hex(recorded) not in (None, sha256):
        notes.append(f"{target} changed since the notebook wrote it: only its recorded digest is compared")
        return ResultFile(source=path, target=target, sha256=_hex(recorded), size=None, step=step, included=False)
    return ResultFile(source=path, target=target, sha256=sha256, size=size, step=step, included=size <= limit)


def _hex(digest: str | None) -> str | None:
    return digest.removeprefix("sha256:") if digest and digest.startswith("sha256:") else None
