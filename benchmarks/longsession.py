"""Long sessions, made up: notebooks and the journals that the tracker would have written, from a small model of Python.

Each cell is of one of a few kinds; what a run leaves is a digest of its source and of the versions that it read, so the
recorded runs are consistent: the same text on the same inputs leaves and shows the same.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_repro import shown
from jupyter_repro.journal import schema
from jupyter_repro.journal.folder import journal_folder, journal_name
from jupyter_repro.records import RunRecord, SessionHeader


@dataclass
class Cell:
    """A cell of the model, and what it reads, binds and changes in place."""

    id: str
    source: str
    reads: list[str] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)
    mutates: list[str] = field(default_factory=list)
    shows: bool = True
    count: int | None = None
    output: str = ""


def cell_of(number: int, kind: str) -> Cell:
    """The cell at a place. The first of each ten imports; the others rest on cells above them."""
    near, far = f"v{number - 1}", f"v{number - number % 10}"
    me, cell = f"v{number}", f"c{number}"
    if number % 10 == 0:
        source = f"import numpy as np\nimport pandas as pd\n{me} = pd.DataFrame({{'a': np.arange({number})}})"
        return Cell(cell, source, [], ["np", "pd", me], shows=False)
    if kind == "messy" and number % 10 in (3, 6):
        source = f"{far}['k{number}'] = {near} * {number}\n{me} = {far}.groupby('a').mean()\n{me}.head()"
        return Cell(cell, source, [far, near], [me], [far])
    if kind == "messy" and number % 10 == 8:
        source = f"def f{number}(x):\n    return x + {near}\n\n{me} = f{number}({far})"
        return Cell(cell, source, [near, far], [f"f{number}", me], shows=False)
    source = (
        f"# step {number}\n{me} = {near} + {far} * {number % 7}\nif len({me}) > 10:\n"
        f"    w = [x * 2 for x in {near}]\nelse:\n    w = []\nprint({me}, sum(w))"
    )
    return Cell(cell, source, [near, far], [me, "w"])


class Session:
    """Runs cells and records them."""

    def __init__(self) -> None:
        self.versions: dict[str, str] = {}
        self.n = 0

    def run(self, cell: Cell) -> RunRecord:
        """Run a cell; it has the outputs and the count of that run afterwards."""
        self.n += 1
        reads = {name: self.versions.get(name, "") for name in dict.fromkeys(cell.reads)}
        mark = shown.digest(cell.source.rstrip() + json.dumps(reads, sort_keys=True))
        writes = {name: "=" + shown.digest(mark + name) for name in cell.writes}
        mutates = {name: "=" + shown.digest(mark + name) for name in cell.mutates}
        self.versions.update({**writes, **mutates})
        cell.count, cell.output = self.n, f"{mark}\n" if cell.shows else ""
        return RunRecord(
            n=self.n,
            cell=cell.id,
            source=cell.source,
            source_digest=shown.digest(cell.source),
            started="2026-01-01T00:00:00+00:00",
            ended="2026-01-01T00:00:01+00:00",
            status="ok",
            execution_count=self.n,
            reads=reads,
            writes=writes,
            mutates=mutates,
            kinds=dict.fromkeys(writes, "pandas.DataFrame"),
            outputs=shown.outputs(_outputs(cell)),
        )


def _outputs(cell: Cell) -> list[dict[str, str]]:
    return [{"output_type": "stream", "name": "stdout", "text": cell.output}] if cell.output else []


def make(folder: Path, kind: str, cells: int, runs: int) -> Path:
    """A notebook and its journal: everything run in order, then cells as a user picks them. No journal for no runs."""
    chance, session = random.Random(7), Session()
    notebook = folder / "large.ipynb"
    book = [cell_of(number, kind) for number in range(cells)]
    records = []
    while session.n < runs:
        cell = book[session.n] if session.n < cells else chance.choice(book)
        if session.n >= cells and chance.random() < (0.05 if kind == "messy" else 0.02):
            cell.source += "\n" if kind == "tidy" else f"\n# {session.n}"
        records.append(session.run(cell))
    if kind == "tidy":
        records += [session.run(cell) for cell in book if runs]
    elif runs:
        for cell in chance.sample(book, cells // 30):
            cell.source = cell.source.replace("* ", "* 1 * ")
        gone = {cell.id for cell in chance.sample(book, cells // 100)}
        book = [cell for cell in book if cell.id not in gone]
    if records:
        _write_journal(notebook, records)
    _write_notebook(notebook, book)
    return notebook


def append_run(notebook: Path) -> None:
    """One more run of a cell, in the journal and in the notebook, with what it last did."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    journal = next(journal_folder(notebook).glob("*.jsonl"))
    lines = [json.loads(line) for line in journal.open("rb")][1:]
    n = lines[-1]["n"] + 1
    cell = content["cells"][n * 37 % len(content["cells"])]
    last = next((line for line in reversed(lines) if line["cell"] == cell["id"]), lines[-1])
    cell["execution_count"] = n
    notebook.write_text(json.dumps(content), encoding="utf-8")
    with journal.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps({**last, "n": n, "execution_count": n}) + "\n")


def _write_journal(notebook: Path, records: list[RunRecord]) -> None:
    header = SessionHeader(
        id="0" * 32,
        started="2026-01-01T00:00:00+00:00",
        python="3.11.0",
        implementation="cpython",
        executable="python",
        platform="linux",
        cwd=str(notebook.parent),
        notebook=str(notebook),
    )
    path = journal_folder(notebook) / journal_name(header.started, header.id)
    path.parent.mkdir()
    lines = [schema.header_line(header)]
    for record in records:
        lines += [schema.begin_line(record.n, record.cell), schema.run_line(record)]
    path.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines), encoding="utf-8")


def _write_notebook(notebook: Path, book: list[Cell]) -> None:
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "id": cell.id,
            "metadata": {},
            "source": cell.source,
            "execution_count": cell.count,
            "outputs": _outputs(cell),
        }
        for cell in book
    ]
    content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells}
    notebook.write_text(json.dumps(content), encoding="utf-8")
