"""A notebook file as a Document, or one clear line why it is none.

The file is never changed here. Cells of notebooks older than nbformat 4.5 have no ids: they get stable ones derived
from their source and position, kept in memory only.
"""

from __future__ import annotations

import hashlib
import json
import operator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from jupyter_repro.errors import BadInput
from jupyter_repro.model.plainform import is_plain


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentCell:
    """A code cell as the document shows it. ``index`` counts all cells of the document, Markdown included, from 0."""

    id: str
    index: int
    source: str
    execution_count: int | None = None
    outputs: tuple[dict[str, Any], ...] = ()
    """nbformat outputs, as plain dicts."""
    tags: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """How a message calls it: by its execution count where it has one, else by its place, from 1."""
        return f"cell [{self.execution_count}]" if self.execution_count else f"cell {self.index + 1}"

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to run."""
        return not self.source.strip()

    @property
    def is_cleared(self) -> bool:
        """Whether the document tells of no run of it: it was never run, or its output was cleared."""
        return self.execution_count is None and not self.outputs


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A Python notebook: its code cells in document order, and the whole notebook."""

    path: Path
    cells: tuple[DocumentCell, ...]
    kernel: str | None
    """Name of the kernelspec, where the notebook names one."""
    notebook: Any = field(repr=False, compare=False)
    """The notebook's JSON (current minor version, texts joined), Markdown cells included."""

    def cell(self, cell_id: str) -> DocumentCell | None:
        """The cell of this id, None where the document has none."""
        return next((cell for cell in self.cells if cell.id == cell_id), None)


def read(path: Path) -> Document:
    """The document in a file. Raises BadInput where it is missing, no notebook, without code or in another language."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise BadInput(f"{path} does not exist", hint="Check the path.") from None
    except IsADirectoryError:
        raise BadInput(f"{path} is a folder", hint="Name the notebook in it.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read: {error}") from None
    try:
        content = json.loads(text)
    except ValueError as error:
        raise BadInput(
            f"{path} is not a notebook: {error}",
            hint="The file may be cut off; restore it from a copy or a checkpoint.",
        ) from None
    document = from_json(content, path)
    if all(cell.is_blank for cell in document.cells):
        raise BadInput(f"{path} has no code cells with code in them", hint="There is nothing to run or to check.")
    return document


def from_json(content: Any, path: Path) -> Document:
    """The document in a notebook's JSON. ``path`` says where it belongs, for messages and the journal."""
    if not isinstance(content, dict) or "nbformat" not in content:
        raise BadInput(f"{path} is not a notebook: it has no nbformat field")
    if content["nbformat"] != 4:
        raise BadInput(
            f"{path} has nbformat {content['nbformat']}; version 4 is needed",
            hint=f"Convert it with: jupyter nbconvert --to notebook --nbformat 4 {path.name}",
        )
    if not isinstance(content.get("cells"), list):
        raise BadInput(f"{path} is not a notebook: it has no list of cells")
    language = _language(content.get("metadata") or {})
    if language not in ("python", None):
        raise BadInput(
            f"{path} runs on a {language} kernel; jupyter-repro tracks Python kernels only",
            hint="Nothing was changed.",
        )
    notebook = _with_ids(content)
    if not is_plain(notebook):
        _validate(notebook, path)
    cells = tuple(
        DocumentCell(
            id=cell["id"],
            index=index,
            source=cell["source"],
            execution_count=cell.get("execution_count"),
            outputs=tuple(cell.get("outputs", ())),
            tags=tuple(cell.get("metadata", {}).get("tags", ())),
        )
        for index, cell in enumerate(notebook["cells"])
        if cell["cell_type"] == "code"
    )
    kernel = (notebook["metadata"].get("kernelspec") or {}).get("name")
    return Document(path=path, cells=cells, kernel=kernel, notebook=notebook)


def with_known_cells(document: Document, before: Document) -> Document:
    """The document, with the cells of an earlier reading where they are equal: then they are the same objects."""
    known = {cell.id: cell for cell in before.cells}
    cells = tuple([old if (old := known.get(cell.id)) == cell and old else cell for cell in document.cells])
    if len(cells) == len(before.cells) and all(map(operator.is_, cells, before.cells)):
        cells = before.cells
    return replace(document, cells=cells)


def _validate(notebook: dict[str, Any], path: Path) -> None:
    """Raise BadInput where the notebook is not what nbformat says that one is. Cells of one id get ids of their own."""
    import nbformat  # seldom needed, and slow to load

    try:
        nbformat.validate(notebook)
    except (nbformat.ValidationError, AttributeError, TypeError, KeyError) as error:
        reason = str(error).strip().splitlines() or ["it is malformed"]
        raise BadInput(f"{path} is not a valid notebook: {reason[0]}") from None


def _language(metadata: dict[str, Any]) -> str | None:
    spec, info = metadata.get("kernelspec") or {}, metadata.get("language_info") or {}
    language = spec.get("language") or info.get("name")
    return str(language).lower().replace("ipython", "python") if language else None


def _with_ids(content: dict[str, Any]) -> dict[str, Any]:
    """A copy at the newest minor version, with joined sources and an id on every cell."""
    seen: dict[str, int] = {}
    cells = []
    for raw in content["cells"]:
        if not isinstance(raw, dict):
            raise BadInput("the notebook holds a cell that is no object")
        cell = dict(raw)
        if isinstance(cell.get("source"), list):
            cell["source"] = "".join(cell["source"])
        if "outputs" in cell:
            cell["outputs"] = [_joined(output) for output in cell["outputs"]]
        if not cell.get("id"):
            digest = hashlib.sha256(str(cell.get("source", "")).encode()).hexdigest()[:8]
            seen[digest] = seen.get(digest, 0) + 1
            cell["id"] = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
        cells.append(cell)
    minor = max(5, int(content.get("nbformat_minor", 0)))
    return {**content, "nbformat_minor": minor, "metadata": content.get("metadata") or {}, "cells": cells}


def _joined(output: Any) -> Any:
    """The output with its texts in one piece; the same object where they are, as they come from the panel."""
    if not isinstance(output, dict):
        return output
    text, data = output.get("text"), output.get("data")
    if isinstance(text, list):
        output = {**output, "text": "".join(text)}
    if isinstance(data, dict) and any(isinstance(value, list) for value in data.values()):
        whole = {
            mime: "".join(value) if isinstance(value, list) and not mime.endswith("json") else value
            for mime, value in data.items()
        }
        output = {**output, "data": whole}
    return output
