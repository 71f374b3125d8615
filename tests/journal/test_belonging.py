"""A notebook keeps its history, wherever it goes, and gets no other notebook's."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from jupyter_repro.journal import belonging, folder, schema
from jupyter_repro.journal.writer import JournalWriter
from jupyter_repro.records import RunRecord, SessionHeader

HEADER = SessionHeader(
    id="5f0c8b1e",
    started="2026-11-21T09:30:00Z",
    python="3.11.7",
    implementation="CPython",
    executable="python",
    platform="Linux",
    cwd="",
    layers={"files": "on"},
)
CELLS = ("3f2a9c1e", "77aa01bc", "5d41402a")


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    belonging._around.cache_clear()
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "pyproject.toml").touch()
    return tmp_path / "state" / "jupyter-repro"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return tmp_path / "project"


def notebook(path: Path, cells: Iterable[str] = CELLS) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": [{"id": cell} for cell in cells]}))
    return path


def record(owner: Path, cells: Iterable[str | None] = CELLS, *, into: Path | None = None, number: int = 0) -> None:
    started = f"2026-11-21T09:30:0{number}Z"
    header = dataclasses.replace(HEADER, notebook=str(owner), cwd=str(owner.parent), started=started)
    writer = JournalWriter((into or folder.journal_folder(owner)) / f"{number}-{owner.stem}.jsonl")
    writer.append(schema.header_line(header))
    for n, cell in enumerate(cells, start=1):
        source = f"source {cell}"
        run = RunRecord(n=n, cell=cell, source=source, source_digest="", started=started, ended=started, status="ok")
        writer.append(schema.run_line(run))
    writer.close()


def found(path: Path, cells: Iterable[str] = CELLS) -> int:
    belonging._around.cache_clear()
    return len(belonging.sessions_of(path, set(cells), {f"source {cell}" for cell in cells})[0])


def test_beside_it(project: Path) -> None:
    path = notebook(project / "analysis.ipynb")
    record(path)
    assert found(path) == 1


def test_renamed(project: Path) -> None:
    path = notebook(project / "analysis.ipynb")
    record(path)
    renamed = path.rename(project / "final.ipynb")
    assert found(renamed) == 1


def test_renamed_and_another_one_takes_its_name(project: Path) -> None:
    """JupyterLab's Untitled.ipynb: run, renamed, and a new Untitled.ipynb made."""
    path = notebook(project / "Untitled.ipynb")
    record(path)
    renamed = path.rename(project / "analysis.ipynb")
    fresh = notebook(path, ["other"])
    assert found(renamed) == 1
    assert found(fresh, ["other"]) == 0


def test_all_cells_replaced(project: Path) -> None:
    path = notebook(project / "analysis.ipynb", ["new"])
    notebook(project / "unrelated.ipynb", ["else"])
    record(path)
    assert found(path, ["new"]) == 1


def test_a_copy_does_not_take_the_history_of_its_original(project: Path) -> None:
    path = notebook(project / "analysis.ipynb")
    record(path)
    copy = notebook(project / "copy.ipynb")
    assert found(copy) == 0
    assert found(notebook(project / "sub" / "analysis.ipynb")) == 0
    assert found(path) == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a.ipynb", "sub/a.ipynb"),
        ("sub/a.ipynb", "a.ipynb"),
        ("one/a.ipynb", "two/b.ipynb"),
        ("a.ipynb", "x/y/a.ipynb"),
    ],
)
def test_moved_within_the_project_and_run_again_there(project: Path, before: str, after: str) -> None:
    path = notebook(project / before)
    record(path)
    target = project / after
    target.parent.mkdir(parents=True, exist_ok=True)
    path.rename(target)
    assert found(target) == 1
    record(target, number=1)
    sessions, unusable = belonging.sessions_of(target, set(CELLS), set())
    assert [session.header.started[-3:] for session in sessions] == ["00Z", "01Z"]
    assert unusable == []


def test_cells_of_the_same_name_elsewhere_prove_nothing(project: Path) -> None:
    path = notebook(project / "one" / "a.ipynb", ["a", "b"])
    record(path, ["a", "b"])
    path.unlink()
    assert found(notebook(project / "two" / "a.ipynb", ["a", "b"]), ["a", "b"]) == 0


def test_neighbours_in_a_place_of_everybodys_have_nothing_to_do_with_each_other(project: Path) -> None:
    (project / "pyproject.toml").unlink()
    path = notebook(project / "one" / "a.ipynb")
    record(path)
    path.unlink()
    project.chmod(0o1777)
    assert found(notebook(project / "two" / "a.ipynb")) == 0


def test_the_folder_moved_as_a_whole(project: Path) -> None:
    path = notebook(project / "old" / "analysis.ipynb")
    record(path)
    shutil.move(project / "old", project / "new")
    assert found(project / "new" / "analysis.ipynb") == 1


def test_written_elsewhere_because_its_folder_cannot_be(project: Path, state: Path) -> None:
    path, other = notebook(project / "analysis.ipynb"), notebook(project / "other" / "analysis.ipynb", ["else"])
    record(path, into=state)
    record(other, ["else"], into=state, number=1)
    assert found(path) == 1
    assert found(other, ["else"]) == 1
    assert [each.name for each in belonging.journals_of_folder(project)] == ["0-analysis.jsonl"]
    assert [each.name for each in belonging.journals_of_folder(project / "other")] == ["1-analysis.jsonl"]


def test_clients_that_send_no_cell_ids(project: Path) -> None:
    path = notebook(project / "analysis.ipynb")
    record(path, [None, None])
    assert found(path) == 1
    assert found(notebook(project / "fresh.ipynb"), ["other"]) == 0
