"""Notebooks, histories and the command line for the tests of bundles."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import nbformat

from jupyter_repro.model import document as documents
from jupyter_repro.model.document import Document
from jupyter_repro.model.history import History
from jupyter_repro.records import FileTouch, RunRecord, SessionHeader, SessionRecord


def write_notebook(path: Path, *sources: str, titles: bool = False) -> Path:
    """A notebook of these cells that was never run; ids ``c1``, ``c2`` ..."""
    cells = []
    for number, source in enumerate(sources, start=1):
        if titles:
            cells.append(nbformat.v4.new_markdown_cell(f"## Part {number}", id=f"t{number}"))
        cells.append(nbformat.v4.new_code_cell(source, id=f"c{number}"))
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def ran(path: Path) -> Path:
    """The notebook executed with tracking, as ``jupyter repro run`` does."""
    done = repro("run", str(path), cwd=path.parent)
    assert done.returncode in (0, 1), done.stderr
    return path


def repro(
    *arguments: str, cwd: Path, environment: dict[str, str] | None = None, timeout: float = 600
) -> subprocess.CompletedProcess[str]:
    """Run the command line."""
    return subprocess.run(
        [sys.executable, "-m", "jupyter_repro", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=timeout,
        env={**os.environ, **(environment or {})},
    )


def document(path: Path) -> Document:
    return documents.read(path)


def session(folder: Path, *runs: RunRecord) -> History:
    """A history of one session in ``folder`` with these runs."""
    header = SessionHeader(
        id="s" * 32,
        started="2026-11-20T10:00:00+00:00",
        python=".".join(map(str, sys.version_info[:3])),
        implementation="cpython",
        executable=sys.executable,
        platform="Linux",
        cwd=str(folder),
        notebook=str(folder / "nb.ipynb"),
    )
    return History(sessions=(SessionRecord(header=header, runs=runs),))


def run(n: int, cell: str, source: str, *files: FileTouch, status: str = "ok") -> RunRecord:
    """A finished run that touched these files."""
    return RunRecord(
        n=n,
        cell=cell,
        source=source,
        source_digest=hashlib.sha256(source.encode()).hexdigest()[:16],
        started="2026-11-20T10:00:00+00:00",
        ended="2026-11-20T10:00:01+00:00",
        status=status,  # type: ignore[arg-type]
        execution_count=n,
        files=files,
    )


def read(path: Path | str, digest: str | None = None) -> FileTouch:
    return FileTouch(path=str(path), mode="read", digest=digest)


def wrote(path: Path | str, digest: str | None = None) -> FileTouch:
    return FileTouch(path=str(path), mode="write", digest=digest)


def left_behind(folder: Path) -> Iterable[str]:
    """Names of what an export might have forgotten."""
    return sorted(each.name for each in folder.iterdir() if each.name.endswith(".partial"))
