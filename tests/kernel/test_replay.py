# ruff: noqa: E501
"""A recorded cell can be played again from the state its generators had, seeded or not."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest

from jupyter_repro.cli.main import main

CELLS = [
    "import random, numpy as np",
    "rng = np.random.default_rng()\nclass Model: pass\nmodel = Model(); model.r = random.Random()",
    "x = [random.random() for _ in range(2)]\nprint(x)",
    "print(np.random.randn(), np.random.randn(3))",
    "print(rng.normal(3), model.r.random())",
    "print(x)",
    "def make(g): return lambda: g.normal()\ndraw = make(np.random.default_rng())\nmodel.inner = Model(); model.inner.r = random.Random()",
    "print(draw(), model.inner.r.random())",
]


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("replay") / "draws.ipynb"
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), path)
    assert main(["run", str(path)]) == 0
    return path


def shown(path: Path, position: int) -> str:
    cells = nbformat.read(path, as_version=4).cells
    return "".join(output["text"] for output in cells[position - 1].outputs)


@pytest.mark.kernel
@pytest.mark.parametrize("position", [3, 4, 5, 6, 8])
def test_an_unseeded_cell_gives_the_same_numbers_again(
    notebook: Path, position: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", str(notebook), str(position), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["same"] and not told["not_restored"] and not told["failed"]
    assert told["outputs"][0]["text"] == shown(notebook, position)


@pytest.mark.kernel
def test_a_state_that_is_gone_is_told_and_the_outputs_differ(
    notebook: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    states = notebook.parent / ".repro" / "states"
    kept = {path: path.read_bytes() for path in states.iterdir()}
    for path in kept:
        path.unlink()
    try:
        assert main(["replay", str(notebook), "4"]) == 1
    finally:
        for path, data in kept.items():
            path.write_bytes(data)
    told = capsys.readouterr()
    assert "run 4: numpy" in told.err and "other outputs" in told.err


@pytest.mark.parametrize(
    ("cell", "hint"), [("99", "has no cell 99"), ("run:50", "has no run 50"), ("zz", "no cell zz")]
)
def test_a_cell_that_is_not_there_is_one_clear_line(
    notebook: Path, cell: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", str(notebook), cell]) == 2
    err = capsys.readouterr().err
    assert hint in err and "Traceback" not in err
