"""What is told of the working tree, the linear algebra library and the system's libraries and programs."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import nbformat
import pytest

from jupyter_repro.capture.environment import gitstate, machine
from jupyter_repro.cli.main import main
from jupyter_repro.model import systempackages


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=n", "-c", "user.email=e@x"]
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    if shutil.which("git") is None:
        pytest.skip("needs git")
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "a.txt").write_text("one\n")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.txt").write_text("two\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first")
    return tmp_path


@pytest.mark.parametrize("version", ["2", "4"])
def test_a_working_tree_is_dirty_when_a_tracked_file_differs(repository: Path, version: str) -> None:
    git(repository, "update-index", "--index-version", version)
    git(repository, "commit", "-q", "--allow-empty", "-m", "again")
    folder = repository / "sub"
    assert gitstate.commit(str(folder))["commit"] == git(repository, "rev-parse", "HEAD")
    assert gitstate.dirty(str(folder)) == "no"
    (repository / "untracked.txt").write_text("x")
    (repository / "a.txt").touch()
    assert gitstate.dirty(str(folder)) == "no", "neither an untracked file nor another time is a difference"
    (repository / "a.txt").write_text("eno\n")
    assert gitstate.dirty(str(folder)) == "yes"
    git(repository, "add", "a.txt")
    assert gitstate.dirty(str(folder)) == "yes", "staged is not committed"
    git(repository, "commit", "-q", "-m", "second")
    assert gitstate.dirty(str(folder)) == "no"
    (repository / "sub" / "b.txt").unlink()
    assert gitstate.dirty(str(folder)) == "yes"


def test_no_repository_and_a_broken_index_are_told(tmp_path: Path, repository: Path) -> None:
    (repository / ".git" / "index").write_bytes(b"not an index at all")
    assert gitstate.dirty(str(repository)).startswith("unknown")
    shutil.rmtree(repository / ".git")
    assert gitstate.dirty(str(tmp_path)) == ""
    assert gitstate.commit(str(tmp_path)) == {}


def test_the_linear_algebra_library_describes_itself() -> None:
    import numpy

    assert numpy.dot([1.0], [1.0]) == 1.0
    told = machine.numerics(machine.loaded_libraries())
    assert "BLAS" in told["blas"].upper() or "MKL" in told["blas"].upper()
    assert all(number.isdigit() for number in told["blas_threads"].split("; "))


def test_a_library_of_the_system_has_its_owner() -> None:
    libraries = machine.of_the_system(machine.loaded_libraries())
    assert libraries and not any("site-packages" in path for path in libraries)
    if shutil.which("dpkg-query") is None:
        pytest.skip("needs dpkg")
    libc = next(path for path in libraries if "/libc." in path or "/libc-" in path)
    assert systempackages.owners([libc, "/nowhere/at/all"])[libc].startswith("libc6 ")


@pytest.mark.kernel
def test_the_log_tells_of_libraries_and_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "nb.ipynb"
    cells = [
        nbformat.v4.new_code_cell(source) for source in ("import numpy", "!ls -a", "numpy.ones(3) @ numpy.ones(3)")
    ]
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec}), path)
    assert main(["run", str(path)]) == 0
    capsys.readouterr()
    assert main(["log", str(path), "--json"]) == 0
    session = json.loads(capsys.readouterr().out)["sessions"][0]
    assert session["hardware"]["blas"] and session["hardware"]["gpu_driver"]
    assert any("/libc." in each["path"] for each in session["libraries"])
    assert {Path(each["path"]).name for each in session["executables"]} == {"ls"}
    if shutil.which("dpkg-query") is not None:
        assert session["executables"][0]["package"].startswith("coreutils ")
