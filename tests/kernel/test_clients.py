"""Every client that runs cells leaves a history, and shows what it shows without us."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from jupyter_repro.cli.main import main
from jupyter_repro.journal import folder, reader
from jupyter_repro.records import RunRecord

pytestmark = pytest.mark.kernel

CELLS = [
    "x = 1",
    "import random\nrandom.seed(x); print(random.random())",
    "open('out.txt', 'w').write(str(x))",
    "x + 1",
]
BIN = Path(sys.executable).parent


class Project:
    """A folder with a notebook, and an IPython profile of its own."""

    def __init__(self, place: Path) -> None:
        self.folder = place / "project"
        self.folder.mkdir(parents=True)
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("JPY_")},
            "IPYTHONDIR": str(place / "ipython"),
            "XDG_STATE_HOME": str(place / "state"),
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "NO_COLOR": "1",
            "TERM": "dumb",
        }
        cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
        spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        self.notebook = self.folder / "story.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec}), self.notebook)

    def call(self, *command: str, stdin: str = "") -> str:
        done = subprocess.run(
            command, cwd=self.folder, env=self.env, input=stdin, capture_output=True, text=True, timeout=120
        )
        return done.stdout + done.stderr

    def runs(self) -> list[RunRecord]:
        return [run for path in folder.journals(self.folder / ".repro") for run in reader.read(path).runs]


@pytest.fixture
def tracked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Kernels track themselves from their start."""
    project = Project(tmp_path / "tracked")
    monkeypatch.setenv("IPYTHONDIR", project.env["IPYTHONDIR"])
    assert main(["kernel", "install"]) == 0
    return project


@pytest.fixture
def bare(tmp_path: Path) -> Project:
    return Project(tmp_path / "bare")


def outputs(path: Path) -> list[object]:
    return [cell.outputs for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def test_jupyter_execute(tracked: Project, bare: Project) -> None:
    for project in (tracked, bare):
        project.call("jupyter", "execute", "--inplace", "story.ipynb")
    assert outputs(tracked.notebook) == outputs(bare.notebook) != []
    assert [run.source for run in tracked.runs()] == CELLS
    assert bare.runs() == []
    touch = tracked.runs()[2].files[0]
    assert (touch.path, touch.mode) == ("out.txt", "write")


def test_papermill(tracked: Project, bare: Project, capsys: pytest.CaptureFixture[str]) -> None:
    for project in (tracked, bare):
        project.call("papermill", "story.ipynb", "out.ipynb", "-p", "x", "1", "--no-progress-bar")
    assert outputs(tracked.folder / "out.ipynb") == outputs(bare.folder / "out.ipynb") != []
    assert [run.source for run in tracked.runs()][1:] == CELLS
    capsys.readouterr()
    assert main(["log", str(tracked.folder / "out.ipynb"), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["sessions"]) == 1


def test_nbval(tracked: Project) -> None:
    tracked.call("jupyter", "execute", "--inplace", "story.ipynb")
    said = tracked.call("pytest", "-q", "--nbval", "story.ipynb", "-p", "no:cacheprovider")
    assert "4 passed" in said, said
    assert [run.source for run in tracked.runs()] == CELLS * 2


def test_jupyter_console(tracked: Project, bare: Project) -> None:
    typed = "\n".join(["x = 20", "print(x + 1)", "1 / 0", ""])
    shown = [project.call("jupyter", "console", "--simple-prompt", stdin=typed) for project in (tracked, bare)]
    assert [run.source for run in tracked.runs()] == ["x = 20", "print(x + 1)", "1 / 0"]
    for text in shown:
        assert "21" in text and "ZeroDivisionError" in text and "jupyter-repro" not in text
    assert tracked.runs()[2].status == "error"


@pytest.mark.parametrize("way", ["option", "configuration", "line"])
def test_ipython_in_a_terminal(tracked: Project, bare: Project, way: str) -> None:
    cells = ["x = [1]", "x.append(2); print(x)", "open('missing.txt')", "%run missing.py", "x"]
    if way == "configuration":
        profile = Path(tracked.env["IPYTHONDIR"]) / "profile_default"
        (profile / "ipython_config.py").write_text("c.InteractiveShellApp.extensions = ['jupyter_repro']\n")
    option = ["--ext=jupyter_repro"] if way == "option" else []
    shown = []
    for project in (tracked, bare):
        first = ["%load_ext jupyter_repro" if project is tracked else "import os"] if way == "line" else []
        text = project.call(
            *("ipython", "--no-banner", "--simple-prompt", "--colors=nocolor", "--HistoryManager.enabled=False"),
            *(option if project is tracked else []),
            stdin="\n".join([*first, *cells, ""]),
        )
        shown.append(re.sub(r"0x[0-9a-f]+", "0x", text.replace(str(project.folder), "FOLDER")))
    assert shown[0] == shown[1]
    assert [run.source for run in tracked.runs()] == cells


def test_code_on_ipythons_command_line(tracked: Project) -> None:
    said = tracked.call("ipython", "--no-banner", "--ext=jupyter_repro", "-c", "x = 6\nprint(x * 7)")
    assert said.strip() == "42"
    assert [run.source for run in tracked.runs()] == ["x = 6\nprint(x * 7)"]
    assert set(tracked.runs()[0].writes) == {"x"}
