"""Exports as users make them: the real lock, the real rerun, and the bundle alone afterwards."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import nbformat
import pytest

from jupyter_repro.bundle import manifest
from jupyter_repro.errors import Cancelled
from jupyter_repro.export import export
from jupyter_repro.progress import Progress, Step
from tests.bundle.bundling import left_behind, ran, repro, write_notebook

pytestmark = [pytest.mark.network, pytest.mark.kernel]

CELLS = (
    "%matplotlib inline\nimport random\nimport numpy as np\nfrom mine import scaled\nrandom.seed(3)",
    "values = np.loadtxt('values.csv', delimiter=',')\nscaled(values).round(3)",
    "%time total = float(values.sum())\ntotal",
    "!head -n 1 values.csv",
    "with open('out.txt', 'w') as stream:\n    stream.write(f'{total:.2f} {random.random():.6f}')",
    "1 / 0",
)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A notebook that was run with tracking, with data, a local module, a shell escape, a result and an error."""
    folder = tmp_path_factory.mktemp("story")
    (folder / "values.csv").write_text("1,2\n3,4\n")
    (folder / "mine.py").write_text("def scaled(values):\n    return values / values.max()\n")
    path = write_notebook(folder / "nb.ipynb", *CELLS, titles=True)
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[-1].metadata["tags"] = ["raises-exception"]
    nbformat.write(notebook, path)
    return ran(path)


@pytest.fixture(scope="module")
def bundle(story: Path) -> Path:
    """Its bundle, proven in a new virtual environment."""
    done = repro("export", "nb.ipynb", "-o", "bundle", "--json", cwd=story.parent, timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["proven"]
    assert told["rung"] == "document"
    assert told["ladder"][0]["verdict"] == "reproduced"
    return story.parent / "bundle"


@pytest.fixture(scope="module")
def room(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with what the bundle's lock says, made without our tool; its interpreter."""
    folder = tmp_path_factory.mktemp("room") / "venv"
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    command = [str(python), "-m", "pip", "install", "-q", "--require-hashes", "-r", str(bundle / "requirements.txt")]
    subprocess.run(command, check=True, timeout=900)
    return python


def copy(bundle: Path, target: Path) -> Path:
    subprocess.run(["cp", "-r", str(bundle), str(target)], check=True)
    return target


def test_the_bundle_holds_what_it_promises(bundle: Path) -> None:
    told = manifest.check(bundle)
    names = set(told.files)
    assert {
        "pipeline.py", "pipeline.ipynb", "requirements.in", "constraints.txt", "requirements.txt", "Dockerfile",
        ".dockerignore", "binder/requirements.txt", "binder/runtime.txt", ".github/workflows/reproduce.yml",
        "expected/outputs.json", "expected/files/out.txt", "nbval_sanitize.cfg", "README.md", "REPORT.html",
        "values.csv", "mine.py",
    } <= names  # fmt: skip
    assert [each.path for each in told.inputs] == ["values.csv"]
    assert [(each.path, each.step) for each in told.outputs] == [("out.txt", "c5")]
    assert told.proof is not None
    assert told.proof.verdict == "reproduced"
    assert ".".join(map(str, sys.version_info[:3])) == told.python


def test_the_lock_pins_and_hashes_everything_and_names_no_index(bundle: Path) -> None:
    text = (bundle / "requirements.txt").read_text()
    pins = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert all("==" in line for line in pins)
    assert len(pins) == len([line for line in pins if line.rstrip().endswith("\\")])
    for word in ("--index-url", "--find-links", "--extra-index", "--trusted-host", "http://", "https://", "file:"):
        assert word not in text


def test_the_crate_tells_of_the_workflow_its_files_and_the_session(bundle: Path) -> None:
    graph = json.loads((bundle / "ro-crate-metadata.json").read_text())["@graph"]
    entities = {each["@id"]: each for each in graph}
    assert len(entities) == len(graph), "an id stands for one thing"
    root = entities["./"]
    workflow = entities[root["mainEntity"]["@id"]]
    assert workflow["@id"] == "pipeline.ipynb"
    assert [entities[each["@id"]]["position"] for each in workflow["step"]] == [str(n + 1) for n in range(len(CELLS))]
    action = entities[root["mentions"]["@id"]]
    assert action["instrument"] == {"@id": "pipeline.ipynb"}
    assert {each["@id"] for each in action["object"]} == {"values.csv"}
    assert {each["@id"] for each in action["result"]} == {"expected/files/out.txt"}
    for part in root["hasPart"]:
        assert (bundle / part["@id"]).is_file()
    for each in (*action["object"], *action["result"]):
        assert entities[each["@id"]]["sha256"] == manifest.sha256_of(bundle / each["@id"])
    mentioned = {each["@id"] for entity in graph for each in _references(entity)}
    assert {id for id in mentioned if not id.startswith("http")} <= entities.keys()


def _references(entity: dict[str, object]) -> list[dict[str, str]]:
    values = [each for value in entity.values() for each in (value if isinstance(value, list) else [value])]
    return [each for each in values if isinstance(each, dict)]


def test_nothing_tells_where_it_was_made(bundle: Path, story: Path) -> None:
    for name in manifest.files_in(bundle):
        assert str(story.parent).encode() not in (bundle / name).read_bytes(), name


def test_plain_python_runs_the_script(bundle: Path, room: Path, tmp_path: Path) -> None:
    here = copy(bundle, tmp_path / "b")
    done = subprocess.run([str(room), "pipeline.py"], cwd=here, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["array([[0.25, 0.5 ],", "       [0.75, 1.  ]])", "10.0", "1,2"]
    assert "ZeroDivisionError" in done.stderr
    assert (here / "out.txt").read_bytes() == (here / "expected" / "files" / "out.txt").read_bytes()


def test_nbval_passes_in_the_bundles_environment(bundle: Path, room: Path, tmp_path: Path) -> None:
    here = copy(bundle, tmp_path / "b")
    command = ["-m", "pytest", "--nbval", "pipeline.ipynb", "--nbval-sanitize-with", "nbval_sanitize.cfg"]
    done = subprocess.run([str(room), *command], cwd=here, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "6 passed" in done.stdout


def test_nbval_sees_a_changed_input(bundle: Path, room: Path, tmp_path: Path) -> None:
    here = copy(bundle, tmp_path / "b")
    (here / "values.csv").write_text("1,2\n3,5\n")
    command = ["-m", "pytest", "--nbval", "pipeline.ipynb", "--nbval-sanitize-with", "nbval_sanitize.cfg"]
    assert subprocess.run([str(room), *command], cwd=here, capture_output=True).returncode == 1


def test_two_exports_give_the_same_zip(story: Path) -> None:
    for name in ("1.zip", "2.zip"):
        assert repro("export", "nb.ipynb", "-o", name, "--no-prove", cwd=story.parent).returncode == 0
    first, second = ((story.parent / name).read_bytes() for name in ("1.zip", "2.zip"))
    assert first == second
    with zipfile.ZipFile(story.parent / "1.zip") as packed:
        assert packed.namelist() == sorted(packed.namelist())


def test_a_taken_target_is_refused_and_untouched(story: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "mine.txt").write_text("mine")
    for extra in ((), ("--force",)):
        done = repro("export", str(story), "-o", "taken", "--no-prove", *extra, cwd=tmp_path)
        assert done.returncode == 2
        assert "taken is already there" in done.stderr
    assert [each.name for each in (tmp_path / "taken").iterdir()] == ["mine.txt"]


def test_a_bundle_of_ours_is_replaced_with_force_alone(story: Path, tmp_path: Path) -> None:
    assert repro("export", str(story), "-o", "b", "--no-prove", cwd=tmp_path).returncode == 0
    (tmp_path / "b" / "left.txt").write_text("from a rerun")
    assert repro("export", str(story), "-o", "b", "--no-prove", cwd=tmp_path).returncode == 2
    assert (tmp_path / "b" / "left.txt").exists()
    assert repro("export", str(story), "-o", "b", "--no-prove", "--force", cwd=tmp_path).returncode == 0
    assert not (tmp_path / "b" / "left.txt").exists()


@pytest.mark.parametrize("stage", ["plan", "lock", "write", "room", "run", "compare"])
def test_a_cancelled_export_leaves_nothing(story: Path, tmp_path: Path, stage: str) -> None:
    def stop(step: Step) -> None:
        if step.stage == stage:
            progress.cancel()

    progress = Progress(stop)
    with pytest.raises(Cancelled):
        export(story, tmp_path / "deep" / "b", room="current", progress=progress)
    assert list(tmp_path.iterdir()) == []


def test_an_unproven_bundle_says_so_and_why(tmp_path: Path) -> None:
    path = ran(write_notebook(tmp_path / "nb.ipynb", "x = 1", "x"))
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].outputs[0]["data"]["text/plain"] = "2"
    nbformat.write(notebook, path)
    done = repro("export", "nb.ipynb", "-o", "b", "--in", "current", "--json", cwd=tmp_path)
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert not told["proven"]
    assert {each["verdict"] for each in told["ladder"]} <= {"differs", "not-tried"}
    assert "Unproven" in (tmp_path / "b" / "REPORT.html").read_text()
    assert "Unproven" in (tmp_path / "b" / "README.md").read_text()
    assert left_behind(tmp_path) == []


def test_a_cell_that_varies_is_declared_with_its_cause_and_the_rest_is_proven(tmp_path: Path) -> None:
    ran(write_notebook(tmp_path / "nb.ipynb", "import random", "random.random()", "2 + 2"))
    done = repro("export", "nb.ipynb", "-o", "b", "--in", "current", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    told = manifest.read(tmp_path / "b")
    assert [bool(step.unstable) for step in told.steps] == [False, True, False]
    tags = [
        cell.metadata.get("tags", []) for cell in nbformat.read(tmp_path / "b" / "pipeline.ipynb", as_version=4).cells
    ]
    assert tags == [[], ["nbval-ignore-output"], []]
    assert json.loads(done.stdout)["verify"]["cells"][1]["verdict"] == "unstable"
    for name in ("1.zip", "2.zip"):
        assert repro("export", "nb.ipynb", "-o", name, "--in", "current", cwd=tmp_path).returncode == 0
    first, second = ((tmp_path / name).read_bytes() for name in ("1.zip", "2.zip"))
    assert first == second, "what varies between reruns must not get into the bundle"


def test_a_deleted_cell_is_brought_back_by_the_slice(tmp_path: Path) -> None:
    path = ran(write_notebook(tmp_path / "nb.ipynb", "x = 1", "x = x + 1", "unused = 5", "x"))
    notebook = nbformat.read(path, as_version=4)
    del notebook.cells[1]
    nbformat.write(notebook, path)
    done = repro("export", "nb.ipynb", "-o", "b", "--in", "current", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    told = json.loads(done.stdout)
    assert told["rung"] == "slice"
    cells = [cell.source for cell in nbformat.read(tmp_path / "b" / "pipeline.ipynb", as_version=4).cells]
    assert cells == ["x = 1", "x = x + 1", "x"]
