"""Notebooks written for this benchmark: one text each, with what a person at work on it would change or try.

A text is in parts, each begun by a line of its own: ``# %%`` a cell, ``# %% or`` another text of the cell above it,
``# %% aside`` something tried in a cell that is not kept, ``# %% file NAME`` a file beside the notebook and
``# %% change NAME`` another content of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_PART = re.compile(r"(?m)^# %%(?: (or|aside|file|change)(?: (\S+))?)?\n")
TEXTS = Path(__file__).parent / "written"


@dataclass(frozen=True, kw_only=True, slots=True)
class Book:
    """One notebook and what can happen to it."""

    name: str
    cells: list[dict[str, Any]] = field(default_factory=list)
    others: dict[str, list[str]] = field(default_factory=dict)
    """Cell id -> other texts of it."""
    asides: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    changes: dict[str, list[str]] = field(default_factory=dict)
    """File -> other contents of it."""

    def lay_out(self, folder: Path) -> Path:
        """Write the files; where the notebook is to be."""
        folder.mkdir(parents=True)
        for name, text in self.files.items():
            (folder / name).write_text(text)
        return folder / f"{self.name}.ipynb"


def books() -> list[Book]:
    """All of them, by name."""
    return [read(path) for path in sorted(TEXTS.glob("*.txt"))]


def read(path: Path) -> Book:
    """The notebook in a text."""
    book = Book(name=path.stem)
    _, *parts = _PART.split(path.read_text())
    for kind, name, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        match kind:
            case None:
                book.cells.append({"id": f"c{len(book.cells):03d}", "source": text.rstrip("\n")})
            case "or":
                book.others.setdefault(book.cells[-1]["id"], []).append(text.rstrip("\n"))
            case "aside":
                book.asides.append(text.rstrip("\n"))
            case "file":
                book.files[name] = text
            case _:
                book.changes.setdefault(name, []).append(text)
    return book
