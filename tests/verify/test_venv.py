"""A bundle is rerun in a virtual environment made from its lock, and in nothing else."""

from __future__ import annotations

import dataclasses
import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from jupyter_repro.bundle import archive, manifest
from jupyter_repro.errors import BadInput, BuildFailed
from jupyter_repro.progress import Progress, Step
from jupyter_repro.verify import VerifyResult, verify
from jupyter_repro.verify.rooms import pythons

pytestmark = [pytest.mark.kernel, pytest.mark.network, pytest.mark.slow]
Make = Callable[..., Path]
STORY = (
    "import os, random, sys\nrandom.seed(1)\nprint(random.random())",
    "from pathlib import Path\nPath('out').mkdir()\nPath('out/table.csv').write_text('a,b\\n1,2.5\\n')",
    "{}['missing']",
    "print(sorted({'b', 'a'}))",
)


@pytest.fixture(autouse=True)
def dirty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """What must not reach the room: a module on PYTHONPATH, a start-up file, a user's own settings."""
    poison = tmp_path / "poison"
    poison.mkdir()
    (poison / "stray_module.py").write_text("")
    monkeypatch.setenv("PYTHONPATH", str(poison))
    monkeypatch.setenv("MY_SECRET_SETTING", "1")
    yield


def test_a_bundle_reproduces_from_its_lock(bundle: Make) -> None:
    folder = bundle(*STORY)
    result = verify(folder, "venv")
    assert result.verdict == "reproduced", result
    assert [cell.verdict for cell in result.cells] == ["identical"] * 4
    assert [(file.path, file.verdict) for file in result.files] == [("out/table.csv", "identical")]
    assert manifest.check(folder), "the bundle was changed by proving it"


def test_the_room_has_nothing_of_the_users(bundle: Make) -> None:
    folder = bundle(
        "import importlib.util, os\nprint(importlib.util.find_spec('stray_module'))",
        "print(importlib.util.find_spec('jupyter_repro'))",
        "print(os.environ.get('MY_SECRET_SETTING'))",
        "print(os.path.exists(os.path.expanduser('~/.bashrc')))",
        "print(os.environ['PYTHONHASHSEED'], os.environ['GREETING'])",
        environment={"GREETING": "hello"},
    )
    expected = {"c1": "None\n", "c2": "None\n", "c3": "None\n", "c4": "False\n", "c5": "0 hello\n"}
    pipeline = json.loads((folder / "pipeline.ipynb").read_text())
    for cell in pipeline["cells"]:
        cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": expected[cell["id"]]}]
    (folder / "pipeline.ipynb").write_text(json.dumps(pipeline))
    manifest.write(folder, manifest.read(folder))
    result = verify(folder, "venv")
    assert result.verdict == "reproduced", [(cell.id, cell.detail) for cell in result.cells]


def test_a_zip_and_a_stripped_notebook_still_verify(bundle: Make, tmp_path: Path) -> None:
    folder = bundle("print('kept')")
    pipeline = json.loads((folder / "pipeline.ipynb").read_text())
    (folder / "expected").mkdir()
    (folder / "expected" / "outputs.json").write_text(json.dumps({"c1": pipeline["cells"][0]["outputs"]}))
    pipeline["cells"][0].update(outputs=[], execution_count=None)
    (folder / "pipeline.ipynb").write_text(json.dumps(pipeline))
    manifest.write(folder, manifest.read(folder))
    archive.pack(folder, tmp_path / "bundle.zip")
    result = verify(tmp_path / "bundle.zip", "venv")
    assert [cell.verdict for cell in result.cells] == ["identical"]


def test_what_varies_breaks_the_verdict_unless_the_bundle_said_so(bundle: Make, tmp_path: Path) -> None:
    folder = bundle("import random; random.random()", "print('stable')")
    result = verify(folder, "venv")
    assert (result.verdict, result.cells[0].verdict) == ("differs", "unstable")
    told = manifest.read(folder)
    first, second = told.steps
    declared = manifest.StepEntry(id=first.id, unstable="it draws from an unseeded generator")
    manifest.write(folder, dataclasses.replace(told, steps=(declared, second)))
    again = verify(folder, "venv")
    assert (again.verdict, again.cells[0].verdict) == ("reproduced", "unstable")
    assert "unseeded generator" in again.because


def test_a_bundle_in_which_everything_varies_is_not_reproduced(bundle: Make) -> None:
    folder = bundle("import random; random.random()", unstable={"c1": "it draws from an unseeded generator"})
    result = verify(folder, "venv")
    assert result.verdict == "differs"
    assert "nothing was reproduced" in result.because


def test_a_lost_or_changed_output_file_is_named(bundle: Make) -> None:
    folder = bundle("open('one.txt', 'w').write('1')", "open('two.txt', 'w').write('2')")
    pipeline = json.loads((folder / "pipeline.ipynb").read_text())
    pipeline["cells"][0]["source"] = "len('1')"
    pipeline["cells"][1]["source"] = "open('two.txt', 'w').write('3')"
    (folder / "pipeline.ipynb").write_text(json.dumps(pipeline))
    manifest.write(folder, manifest.read(folder))
    result = verify(folder, "venv")
    assert result.verdict == "differs"
    assert {file.path: file.verdict for file in result.files} == {"one.txt": "missing", "two.txt": "different"}
    assert result.because == "The files one.txt, two.txt are not as before."


def test_a_changed_byte_is_refused_before_anything_runs(bundle: Make) -> None:
    folder = bundle("print(1)")
    (folder / "Dockerfile").write_text("FROM evil\n")
    with pytest.raises(BadInput, match="Dockerfile was changed"):
        verify(folder, "venv")


def test_a_wrong_hash_stops_the_installation(bundle: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = bundle("print(1)", requirements="nbclient==0.10.2 --hash=sha256:" + "0" * 64 + "\n")
    with pytest.raises(BuildFailed, match="not the one that was locked"):
        verify(folder, "venv")
    assert [path.suffix for path in (tmp_path / "cache" / "jupyter-repro" / "venvs").iterdir()] == [".lock"]


def test_many_at_once_share_one_environment(bundle: Make) -> None:
    folder = bundle("print('together')")
    with ThreadPoolExecutor(3) as pool:
        results = list(pool.map(lambda _: verify(folder, "venv", runs=1), range(3)))
    assert [result.verdict for result in results] == ["reproduced"] * 3


def test_the_nearest_interpreter_is_taken_and_told_and_a_missing_one_is_named(bundle: Make) -> None:
    major, minor, _ = platform.python_version_tuple()
    assert pythons.find(platform.python_version()).version == platform.python_version()
    assert pythons.find(f"{major}.{minor}.99").version.startswith(f"{major}.{minor}.")
    with pytest.raises(BuildFailed, match=r"Python 3\.99"):
        pythons.find("3.99.1")


def test_the_command_line_tells_the_whole_verdict(bundle: Make) -> None:
    folder = bundle(*STORY)
    command = [sys.executable, "-m", "jupyter_repro", "verify", str(folder), "--in", "venv", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["version"], told["verdict"], told["room"]) == (1, "reproduced", "venv")
    assert [cell["verdict"] for cell in told["cells"]] == ["identical"] * 4
    assert told["files"] == [{"path": "out/table.csv", "verdict": "identical", "detail": ""}]


def test_nbval_passes_in_the_bundles_own_environment(bundle: Make) -> None:
    folder = bundle(*STORY)
    steps: list[Step] = []
    result: VerifyResult = verify(folder, "venv", progress=Progress(steps.append))
    assert result.reproduced
    environments = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "jupyter-repro" / "venvs"
    newest = max(environments.glob("*/jupyter-repro-ready"), key=lambda path: path.stat().st_mtime).parent
    pipeline = json.loads((folder / "pipeline.ipynb").read_text())
    pipeline["cells"][2]["metadata"]["tags"] = ["raises-exception"]
    (folder / "pipeline.ipynb").write_text(json.dumps(pipeline))
    command = [str(newest / "bin" / "python"), "-m", "pytest", "--nbval", "pipeline.ipynb", "--nbval-current-env", "-q"]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, env=environment)
    assert done.returncode == 0, done.stdout
