"""A trailing semicolon keeps a value from being shown, in Jupyter and under nbval alike."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from jupyter_repro.bundle.writers.silence import LAST_LINE, silenced


@pytest.mark.parametrize(
    "source", ["f(1);", "x = 1\nf(x);  # done", "!ls\nf(1);", "f('a;b');\n# end", "%matplotlib inline\nf(1);"]
)
def test_an_expression_that_ends_in_a_semicolon_is_silent(source: str) -> None:
    assert silenced(source) == f"{source.rstrip()}\n{LAST_LINE}"


@pytest.mark.parametrize(
    "source", ["f(1)", "x = 1;", "f(';')", "%%bash\nls;", "%time f(1)\nx = 2;", "for i in x: f(i);", "f(1;", ""]
)
def test_anything_else_stays_as_it_is(source: str) -> None:
    assert silenced(source) == source


@pytest.mark.kernel
def test_nbval_agrees_with_the_reference(tmp_path: Path) -> None:
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(silenced(source)) for source in ("'a';", "'b'")]
    )
    NotebookClient(notebook).execute()
    nbformat.write(notebook, tmp_path / "pipeline.ipynb")
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-q", "pipeline.ipynb"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout
