"""What is verified: a notebook with its references and the files it needs, from a bundle, its zip, or a bare notebook.

Nothing of the user's is ever run in place: each run gets a fresh copy of `Subject.files`.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_repro.bundle import archive, manifest
from jupyter_repro.errors import BadInput
from jupyter_repro.model import document, history
from jupyter_repro.model.document import Document

PIPELINE = "pipeline.ipynb"
REFERENCES = "expected/outputs.json"
"""Cell id -> nbformat outputs, for a bundle whose notebook was stripped of its outputs."""
MOST_FILES = 20_000
MOST_BYTES = 4 << 30
"""How much of a bare notebook's project is copied at most, before we ask for an export instead."""
_NOT_COPIED = frozenset(
    {
        ".git",
        ".hg",
        ".svn",
        ".repro",
        ".venv",
        "venv",
        ".tox",
        ".nox",
        "node_modules",
        "__pycache__",
        ".ipynb_checkpoints",
    }
    | {".mypy_cache", ".pytest_cache", ".ruff_cache"}
)
_PROJECT_MARKS = (".git", "pyproject.toml", "setup.py", "setup.cfg")


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """What a cell should show. ``outputs`` is None where nobody knows; ``unstable`` says why they vary."""

    outputs: tuple[Mapping[str, Any], ...] | None
    raises: bool = False
    unstable: str = ""
    skipped: bool = False
    """Whether the notebook says not to run this cell (tags ``nbval-skip``, ``skip-execution``)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """Everything that a room needs to run, and that a verdict needs to compare."""

    target: Path
    root: Path
    """The folder whose files are copied into a room."""
    files: tuple[str, ...]
    """What is copied, relative to ``root``, POSIX separators."""
    notebook: str
    """The notebook's path relative to ``root``."""
    document: Document
    references: Mapping[str, Reference] = field(default_factory=dict)
    outputs: tuple[manifest.OutputEntry, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    manifest: manifest.Manifest | None = None
    """None for a bare notebook."""

    @property
    def is_bundle(self) -> bool:
        """Whether the subject carries a lock and a Dockerfile."""
        return self.manifest is not None

    def copy_to(self, folder: Path) -> None:
        """Lay out a fresh copy for one run. The notebook itself is written by its document, ids included."""
        for name in self.files:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if name != self.notebook:
                shutil.copy2(self.root / name, target)
        target = folder / self.notebook
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(self.document.notebook, indent=1), encoding="utf-8")


@contextmanager
def open_subject(target: Path, live: Document | None = None) -> Iterator[Subject]:
    """The subject at a path. Raises BadInput for what is none, was changed, or has nothing to compare with.

    ``live`` is a notebook as somebody has it open, to be taken instead of the saved one.
    """
    if target.suffix == ".ipynb" and not target.is_dir():
        yield _bare(target, live or document.read(target))
        return
    with archive.open_bundle(target) as folder:
        yield _bundle(target, folder)


def _bundle(target: Path, folder: Path) -> Subject:
    told = manifest.read(folder)
    if PIPELINE not in told.files:
        raise BadInput(f"{target} has no {PIPELINE}", hint="Export the bundle again.")
    pipeline = document.read(folder / PIPELINE)
    kept: dict[str, Any] = {}
    if REFERENCES in told.files:
        kept = json.loads((folder / REFERENCES).read_text(encoding="utf-8"))
    steps = {step.id: step for step in told.steps}
    references = {}
    for cell in pipeline.cells:
        step = steps.get(cell.id) or manifest.StepEntry(id=cell.id)
        shown = cell.outputs if cell.outputs or cell.id not in kept else tuple(kept[cell.id])
        references[cell.id] = Reference(
            outputs=shown if step.compared else None,
            raises=step.raises or _raises(cell.tags, shown),
            unstable=step.unstable,
            skipped=_skipped(cell.tags),
        )
    outside = [entry.path for entry in told.inputs if not entry.included]
    return Subject(
        target=target,
        root=folder,
        files=tuple(sorted({*told.files, manifest.NAME, *outside})),
        notebook=PIPELINE,
        document=pipeline,
        references=references,
        outputs=told.outputs,
        environment=told.environment,
        manifest=told,
    )


def _bare(target: Path, notebook: Document) -> Subject:
    code = [cell for cell in notebook.cells if not cell.is_blank]
    if all(cell.execution_count is None and not cell.outputs for cell in code):
        raise BadInput(
            f"{target} was never run: it has no outputs to compare with",
            hint=f"Run it first: jupyter repro run {target.name}",
        )
    references = {
        cell.id: Reference(
            outputs=cell.outputs if cell.outputs or cell.execution_count is not None else None,
            raises=_raises(cell.tags, cell.outputs),
            unstable="its tags say that its outputs vary" if "nbval-ignore-output" in cell.tags else "",
            skipped=_skipped(cell.tags),
        )
        for cell in notebook.cells
    }
    root = _project(target.resolve())
    return Subject(
        target=target,
        root=root,
        files=_project_files(root, target),
        notebook=target.resolve().relative_to(root).as_posix(),
        document=notebook,
        references=references,
        outputs=_written(notebook, target, root),
    )


def _written(notebook: Document, target: Path, root: Path) -> tuple[manifest.OutputEntry, ...]:
    """The files that the recorded session wrote in the project and that are still as it left them."""
    session = history.load(notebook).latest
    if session is None:
        return ()
    left: dict[str, manifest.OutputEntry] = {}
    for run in session.runs:
        for touch in run.files:
            path = (target.resolve().parent / touch.path).resolve()
            if touch.role != "user" or not path.is_relative_to(root):
                continue
            name = path.relative_to(root).as_posix()
            if touch.mode == "delete":
                left.pop(name, None)
            elif touch.mode == "write" and touch.digest and path.is_file():
                left[name] = manifest.OutputEntry(
                    path=name, sha256=touch.digest.removeprefix("sha256:"), size=touch.size, copy=name, step=run.cell
                )
    return tuple(entry for name, entry in sorted(left.items()) if manifest.sha256_of(root / name) == entry.sha256)


def _raises(tags: tuple[str, ...], outputs: tuple[Mapping[str, Any], ...]) -> bool:
    return bool({"raises-exception", "nbval-raises-exception"} & set(tags)) or any(
        output.get("output_type") == "error" for output in outputs
    )


def _skipped(tags: tuple[str, ...]) -> bool:
    return "nbval-skip" in tags or "skip-execution" in tags


def _project(notebook: Path) -> Path:
    """The project that a bare notebook belongs to (it may reach for ``../data``), else its own folder."""
    for folder in (notebook.parent, *notebook.parents[1:5]):
        if folder == Path.home() or folder == folder.parent:
            break
        if any((folder / mark).exists() for mark in _PROJECT_MARKS):
            return folder if _fits(folder) else notebook.parent
    return notebook.parent


def _walk(root: Path) -> Iterator[tuple[str, int]]:
    for place, folders, names in os.walk(root):
        here = Path(place)
        folders[:] = sorted(
            name for name in folders if name not in _NOT_COPIED and not (here / name / "pyvenv.cfg").exists()
        )
        for name in sorted(names):
            path = here / name
            if path.is_file() and os.access(path, os.R_OK):
                yield path.relative_to(root).as_posix(), path.stat().st_size


def _fits(root: Path) -> bool:
    count = total = 0
    for _, size in _walk(root):
        count, total = count + 1, total + size
        if count > MOST_FILES or total > MOST_BYTES:
            return False
    return True


def _project_files(root: Path, target: Path) -> tuple[str, ...]:
    files, total = [], 0
    for name, size in _walk(root):
        files.append(name)
        total += size
        if len(files) > MOST_FILES or total > MOST_BYTES:
            raise BadInput(
                f"the folder of {target} is too large to copy (over {MOST_FILES} files or {MOST_BYTES >> 30} GiB)",
                hint="Export it first (a bundle holds only what it needs), or move it into a folder of its own.",
            )
    return tuple(files)
