"""Makes executed notebooks and small bundles around them."""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from jupyter_repro.bundle import container, interpreter, manifest
from jupyter_repro.bundle.lock import lock
from jupyter_repro.bundle.needs import Needs
from jupyter_repro.progress import Progress


def executed(sources: Sequence[str], folder: Path, tags: Mapping[str, list[str]] | None = None) -> Any:
    """A notebook of code cells ``c1``, ``c2`` ..., run to its end, errors included."""
    cells = []
    for number, source in enumerate(sources, start=1):
        metadata = {"tags": list(tags[f"c{number}"])} if tags and f"c{number}" in tags else {}
        cells.append(nbformat.v4.new_code_cell(source, id=f"c{number}", metadata=metadata))
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, allow_errors=True, resources={"metadata": {"path": str(folder)}}).execute()
    return notebook


def locked() -> str:
    """A lock of what a rerun takes, for this interpreter. Made by pip-compile once, then from the user's cache."""
    asked = interpreter.Interpreter(
        executable=sys.executable, version=platform.python_version(), implementation=platform.python_implementation()
    )
    needs = Needs(interpreter=asked, python=asked.version, pins={}, constraints={})
    return lock(needs, Progress()).requirements


def bundle(
    folder: Path,
    sources: Sequence[str],
    *,
    unstable: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
    requirements: str | None = None,
) -> Path:
    """A bundle folder with a notebook, its lock, its Dockerfile and its expected files."""
    folder.mkdir()
    notebook = executed(sources, folder)
    written = [path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts]
    outputs = []
    for path in written:
        name = path.relative_to(folder).as_posix()
        copy = folder / "expected" / "files" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        path.rename(copy)
        outputs.append(
            manifest.OutputEntry(
                path=name, sha256=manifest.sha256_of(copy), size=copy.stat().st_size, copy=f"expected/files/{name}"
            )
        )
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    nbformat.write(notebook, folder / "pipeline.ipynb")
    python, variables = platform.python_version(), {"PYTHONHASHSEED": "0", **(environment or {})}
    (folder / "requirements.txt").write_text(requirements if requirements is not None else locked())
    (folder / "Dockerfile").write_text(
        container.dockerfile(
            image=container.base_image(python), digest="", python=python, environment=variables, vendored=False
        )
    )
    (folder / "nbval_sanitize.cfg").write_text("")
    steps = tuple(
        manifest.StepEntry(
            id=cell.id,
            raises=any(output.output_type == "error" for output in cell.outputs),
            unstable=(unstable or {}).get(cell.id, ""),
        )
        for cell in notebook.cells
    )
    told = manifest.Manifest(
        notebook="analysis.ipynb",
        python=python,
        rung="document",
        because="made for a test",
        steps=steps,
        outputs=tuple(outputs),
        environment=variables,
    )
    manifest.write(folder, told)
    return folder
