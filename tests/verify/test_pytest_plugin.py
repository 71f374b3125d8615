"""``pytest --repro`` reports each cell; without the option, pytest is as it was."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

Make = Callable[..., Path]


def run_pytest(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-v", "--rootdir", str(folder), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)


@pytest.mark.kernel
def test_each_cell_is_a_test(notebook: Make) -> None:
    path = notebook("x = 2", "print(x)", "print('same')")
    changed = nbformat.read(path, 4)
    changed.cells[1].source = "print(x + 1)"
    nbformat.write(changed, path)
    done = run_pytest(path.parent, "--repro", path.name)
    assert done.returncode == 1
    assert "cell 1 PASSED" in done.stdout
    assert "cell 2 FAILED" in done.stdout
    assert "cell 3 PASSED" in done.stdout
    assert "-2\n+3" in done.stdout
    assert "pytest_plugin.py" not in done.stdout


def test_a_broken_notebook_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "cut.ipynb").write_text('{"cells": [')
    done = run_pytest(tmp_path, "--repro", "cut.ipynb")
    assert done.returncode == 2
    assert "is not a notebook" in done.stdout
    assert "Traceback" not in done.stdout


def test_off_it_collects_nothing_and_imports_nothing(notebook: Make) -> None:
    path = notebook("x = 1")
    assert run_pytest(path.parent, path.name).returncode in (4, 5)
    code = "import sys, jupyter_repro.pytest_plugin; print([n for n in sys.modules if n.startswith('jupyter_repro.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['jupyter_repro.pytest_plugin']"
