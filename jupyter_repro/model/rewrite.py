"""Writes an edited notebook back so that nothing else in the file changes, not a byte."""

from __future__ import annotations

import difflib
import json
import os
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

from jupyter_repro.errors import BadInput, CannotWrite
from jupyter_repro.model.document import Document
from jupyter_repro.model.splice import spliced


def content_of(path: Path) -> dict[str, Any]:
    """The notebook's JSON as it stands in the file. Raises BadInput where it cannot be read."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} cannot be read: {error}") from None
    if not isinstance(content, dict):
        raise BadInput(f"{path} is not a notebook")
    return content


def write(path: Path, content: dict[str, Any]) -> None:
    """Write the cells by one rename, in the form the file has. Raises CannotWrite; the file is whole or untouched."""
    old = path.read_bytes().decode("utf-8")
    text = spliced(old, content["cells"])
    if text is None:
        raise BadInput(f"{path} has no cells to change", hint="Open and save it once in Jupyter.")
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise CannotWrite(f"{path} cannot be written: {error.strerror}", hint="Nothing was changed.") from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
        Path(temporary).chmod(path.stat().st_mode & 0o777)
        Path(temporary).replace(path)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True)
        raise CannotWrite(f"{path} cannot be written: {error.strerror}", hint="Nothing was changed.") from None


def places(content: dict[str, Any], ids: Collection[str]) -> list[str]:
    """How a person finds cells: ``cell 3``, counting code cells from 1."""
    code = [cell for cell in content["cells"] if cell.get("cell_type") == "code"]
    return [f"cell {number}" for number, cell in enumerate(code, start=1) if cell.get("id") in ids]


def source_diff(document: Document, content: dict[str, Any]) -> str:
    """A unified diff of the code cells' sources, cells marked by ``# %% id``."""
    before = _percent([(cell.id, cell.source) for cell in document.cells])
    ids = [str(cell["id"]) for cell in document.notebook["cells"]]
    named = []
    for number, cell in enumerate(content["cells"]):
        if cell.get("cell_type") == "code":
            source = cell.get("source", "")
            name = str(cell.get("id") or (ids[number] if number < len(ids) else number))
            named.append((name, "".join(source) if isinstance(source, list) else str(source)))
    lines = difflib.unified_diff(before, _percent(named), f"a/{document.path.name}", f"b/{document.path.name}", n=2)
    return "".join(lines)


def _percent(cells: list[tuple[str, str]]) -> list[str]:
    return "".join(f"# %% {name}\n{source.rstrip()}\n" for name, source in cells).splitlines(keepends=True)
