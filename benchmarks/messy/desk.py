"""A day at the desk on a written notebook, kept with its truth as `forecast.py` keeps a session.

Beside what the user does, the file itself differs: renamed while its kernel runs, or without cell ids (nbformat 4.4).
"""

from __future__ import annotations

import json
import random
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import nbformat

from jupyter_repro.model import document as documents
from messy.kernel import LiveKernel
from messy.truth import replay, seen, truth_of
from messy.worker import DAYS, Worker
from messy.written import Book, books

_TRACKER = "%load_ext jupyter_repro"


def play_days(work: Path, python: str, seed: int, steps: int, seconds: float) -> None:
    """Play every kind of day on every written notebook; those that are there already are passed over."""
    end = time.monotonic() + seconds
    for book in books():
        noisy = noisy_cells(work, book, python)
        for day in (*DAYS, "late"):
            if time.monotonic() > end:
                print("stopped: call again to go on", flush=True)
                return
            target = work / "sessions" / f"written-{book.name}-{seed}-{day}"
            if not (target / "truth.json").exists():
                play_day(target, book, noisy, day, python, seed, steps)
    print("all played", flush=True)


def noisy_cells(work: Path, book: Book, python: str) -> list[str]:
    """The cells that differ between two plain runs."""
    kept = work / "alone" / f"written--{book.name}.json"
    if kept.exists():
        found: list[str] = json.loads(kept.read_text())["noisy"]
        return found
    with tempfile.TemporaryDirectory() as place:
        notebook = book.lay_out(Path(place) / "nb")
        one, two = replay(python, notebook, book.cells), replay(python, notebook, book.cells)
    noisy = [cell["id"] for cell, a, b in zip(book.cells, one, two, strict=True) if seen(a) != seen(b)]
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps({"noisy": noisy}))
    return noisy


def play_day(target: Path, book: Book, noisy: list[str], day: str, python: str, seed: int, steps: int) -> None:
    """One day on one notebook; what is left behind is kept at ``target`` with the truth."""
    shutil.rmtree(target, ignore_errors=True)
    notebook = book.lay_out(target / "nb")
    save(notebook, book.cells, ids=True)
    chance = random.Random(f"{seed}/{book.name}/{day}")
    worker = Worker(
        lambda tracked: LiveKernel(python, notebook, load=_TRACKER if tracked else None),
        lambda name, text: _write(notebook.parent / name, text),
        book,
        chance,
    )
    worker.play(day, steps)
    without_ids, elsewhere = chance.random() < 0.1, chance.random() < 0.1
    if elsewhere:
        notebook.unlink()
        notebook = notebook.with_name("renamed.ipynb")
    save(notebook, worker.cells, ids=not without_ids)
    fresh = replay(python, notebook, worker.cells)
    ids = [cell.id for cell in documents.read(notebook).cells]
    truth = {
        name: truth_of(cell["outputs"], outputs)
        for name, cell, outputs in zip(ids, worker.cells, fresh, strict=True)
        if cell["id"] not in noisy and cell.get("outputs")
    }
    record = {
        "notebook": notebook.name, "from": book.name, "mix": day, "did": worker.done, "truth": truth, "noisy": noisy,
        "file": ["without ids"] * without_ids + ["renamed"] * elsewhere,
    }  # fmt: skip
    (target / "fresh.json").write_text(json.dumps(dict(zip(ids, fresh, strict=True))))
    (target / "truth.json").write_text(json.dumps(record, indent=1))
    wrong = sum(each in ("fails", "changes") for each in truth.values())
    print(f"{target.name}: {len(truth)} cells, {wrong} not ok", flush=True)


def _write(path: Path, text: str) -> None:
    path.write_text(text)


def save(path: Path, cells: list[dict[str, Any]], *, ids: bool) -> None:
    """The notebook as the user leaves it."""
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    for cell in cells:
        new = nbformat.v4.new_code_cell(cell["source"], id=cell["id"], execution_count=cell.get("count"))
        new.outputs = [nbformat.from_dict(output) for output in cell.get("outputs") or []]
        notebook.cells.append(new)
    if not ids:
        notebook.nbformat_minor = 4
        for cell in notebook.cells:
            del cell["id"]
    nbformat.write(notebook, path)
