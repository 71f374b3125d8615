"""Nothing secret leaves: the export stops, names the place, never prints the value, and leaves nothing."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest

from tests.bundle.bundling import left_behind, repro, write_notebook

TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


def in_source(path: Path) -> str:
    write_notebook(path, "x = 1", f"token = '{TOKEN}'")
    return "cell 2"


def in_output(path: Path) -> str:
    write_notebook(path, "import os\nprint(os.environ['TOKEN'])")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].execution_count = 1
    notebook.cells[0].outputs = [nbformat.v4.new_output("stream", name="stdout", text=f"{TOKEN}\n")]
    nbformat.write(notebook, path)
    return "output of cell 1"


def in_data(path: Path) -> str:
    write_notebook(path, "open('settings.ini').read()")
    path.with_name("settings.ini").write_text(f"[api]\nkey = {TOKEN}\n")
    return "settings.ini"


def in_module(path: Path) -> str:
    write_notebook(path, "import mine")
    path.with_name("mine.py").write_text(f"KEY = '{TOKEN}'\n")
    return "mine.py"


def in_text(path: Path) -> str:
    write_notebook(path, "x = 1")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell(f"Use {TOKEN}"))
    nbformat.write(notebook, path)
    return "text before cell 1"


PLACES = (in_source, in_output, in_data, in_module, in_text)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
def test_a_secret_blocks_the_export(tmp_path: Path, place: object) -> None:
    where = place(tmp_path / "nb.ipynb")  # type: ignore[operator]
    before = sorted(each.name for each in tmp_path.iterdir())
    done = repro("export", "nb.ipynb", "-o", "b", "--no-prove", cwd=tmp_path)
    assert done.returncode == 9
    assert where in done.stderr
    assert TOKEN not in done.stderr + done.stdout
    assert "--allow-secret" in done.stderr
    assert sorted(each.name for each in tmp_path.iterdir()) == before


@pytest.mark.network
def test_what_is_no_secret_can_be_allowed_by_its_place(tmp_path: Path) -> None:
    where = in_source(tmp_path / "nb.ipynb")
    done = repro("export", "nb.ipynb", "-o", "b", "--no-prove", "--json", "--allow-secret", where, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["proven"] is False
    assert left_behind(tmp_path) == []
