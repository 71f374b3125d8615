"""Distributions that no index has: packed as wheels that install elsewhere, the same bytes every time."""

from __future__ import annotations

import subprocess
import venv
from dataclasses import replace
from pathlib import Path

import pytest

from jupyter_repro.bundle import vendor
from jupyter_repro.bundle.plan import Plan, plan
from jupyter_repro.errors import LockFailed, SecretFound
from jupyter_repro.model.history import History
from jupyter_repro.progress import Progress
from tests.bundle.bundling import document, run, session, write_notebook

pytestmark = [pytest.mark.network, pytest.mark.slow]

PROJECT = """\
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
[project]
name = "{name}"
version = "1.2"
[tool.setuptools]
py-modules = ["{name}"]
"""


def project(folder: Path, name: str, text: str = "VALUE = 42\n") -> Path:
    folder.mkdir()
    (folder / "pyproject.toml").write_text(PROJECT.format(name=name))
    (folder / f"{name}.py").write_text(text)
    return folder


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with one local and one editable install."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    local, editable = project(folder / "local", "locally"), project(folder / "editable", "editably")
    install = [str(python), "-m", "pip", "install", "-q"]
    subprocess.run([*install, str(local), "-e", str(editable)], check=True, timeout=600)
    return python


def planned(folder: Path, python: Path, source: str) -> Plan:
    path = write_notebook(folder / "nb.ipynb", source)
    history = session(folder, run(1, "c1", source))
    (one,) = history.sessions
    header = replace(one.header, executable=str(python))
    return plan(document(path), History(sessions=(replace(one, header=header),)), "document")


def test_local_and_editable_installs_travel_as_wheels(python: Path, tmp_path: Path) -> None:
    made = planned(tmp_path, python, "import locally, editably")
    assert {each.name for each in made.needs.carried} == {"locally", "editably"}
    assert made.needs.pins == {}
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
    first, second = (vendor.write(made, folder, Progress()) for folder in folders)
    assert first == second
    assert sorted(first) == ["vendor/editably-1.2-py3-none-any.whl", "vendor/locally-1.2-py3-none-any.whl"]
    room = tmp_path / "room"
    venv.create(room, with_pip=True)
    (folders[0] / "r.txt").write_text("".join(f"./{path} --hash=sha256:{digest}\n" for path, digest in first.items()))
    install = [
        str(room / "bin" / "python"),
        "-m",
        "pip",
        "install",
        "-q",
        "--no-index",
        "--require-hashes",
        "-r",
        "r.txt",
    ]
    subprocess.run(install, cwd=folders[0], check=True, timeout=300)
    code = "import locally, editably; print(locally.VALUE + editably.VALUE)"
    done = subprocess.run([str(room / "bin" / "python"), "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "84\n"


def test_a_project_that_does_not_build_is_one_clear_error(python: Path, tmp_path: Path) -> None:
    made = planned(tmp_path, python, "import editably")
    broken = replace(made.needs.carried[0], url=f"file://{tmp_path}/nowhere")
    with pytest.raises(LockFailed, match="editably is installed as editable"):
        vendor.write(replace(made, needs=replace(made.needs, carried=(broken,))), tmp_path, Progress())
    assert not (tmp_path / "vendor").exists()


def test_a_secret_in_a_packed_source_blocks(python: Path, tmp_path: Path) -> None:
    made = planned(tmp_path, python, "import editably")
    secretive = project(tmp_path / "secretive", "editably", "KEY = 'AKIA" + "ABCDEFGHIJKLMNOP'\n")
    changed = replace(made.needs.carried[0], url=f"file://{secretive}")
    with pytest.raises(SecretFound, match=r"editably\.py, line 1") as caught:
        vendor.write(replace(made, needs=replace(made.needs, carried=(changed,))), tmp_path, Progress())
    assert "ABCDEFGHIJ" not in str(caught.value)
