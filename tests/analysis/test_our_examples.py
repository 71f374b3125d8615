"""The examples that run clean are foreseen to run clean, also where their output files are there from before."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jupyter_repro.analysis.engine import analyse
from jupyter_repro.cli.main import main
from jupyter_repro.model import document as documents
from jupyter_repro.model import history as histories

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.kernel
@pytest.mark.parametrize("name", ["clean/leaves.ipynb", "files/pipeline.ipynb"])
def test_a_clean_example_has_no_error_and_changes_nothing(name: str, tmp_path: Path) -> None:
    shutil.copytree((EXAMPLES / name).parent, tmp_path / "example", ignore=shutil.ignore_patterns(".repro", "output"))
    path = tmp_path / "example" / Path(name).name
    for time in range(3):
        if time == 2:  # what the files held before this run, nobody recorded
            shutil.rmtree(path.parent / ".repro")
        assert main(["run", str(path)]) == 0
        document = documents.read(path)
        judged = analyse(document, histories.load(document))
        assert [cell.because for cell in judged.forecast.cells if cell.replay in ("changes", "fails")] == []
        assert [finding.message for finding in judged.findings if finding.severity == "error"] == []
