"""Kernels of other environments and versions are tracked without this package: from disk, or by sources sent along."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest

from jupyter_repro.cli.main import main
from tests.capture.kernels import TrackedKernel
from tests.kernel.environments import ENVIRONMENTS, python_of

pytestmark = [pytest.mark.kernel, pytest.mark.network, pytest.mark.slow]

STATE = "(sorted(globals()), list(__import__('sys').path), get_ipython().execution_count)"
CELLS = {
    "a": "import random, time, subprocess\nrandom.seed(1); x = random.random()",
    "b": "open('a.txt', 'w').write('x'); open('a.txt').read(); time.time(); print(x)",
    "c": "import os; os.environ.get('HOME'); subprocess.run(['true'])",
    "d": "open('missing')",
}


@pytest.fixture(scope="module", params=ENVIRONMENTS)
def python(request: pytest.FixtureRequest) -> str:
    return python_of(request.param)


@pytest.mark.parametrize("carry", [False, True], ids=["from disk", "sources sent along"])
def test_tracked_without_being_installed(python: str, carry: bool, tmp_path: Path) -> None:
    with TrackedKernel(tmp_path, python=python, track=False) as kernel:
        assert kernel.value("__import__('importlib.util').util.find_spec('jupyter_repro')") == "None"
        before = kernel.value(STATE)
        injection = kernel.inject(carry=carry)
        assert injection.loaded, injection.reason
        assert {name for name, status in injection.details["layers"].items() if not status.startswith("on")} <= {
            "files.outside"
        }
        assert kernel.value(STATE) == before
        shown = [kernel.run(source, cell=cell) for cell, source in CELLS.items()]
        first, second, third, fourth = kernel.runs()
    assert first.cell == "a" and set(first.writes) >= {"x"} and [seed.generator for seed in first.seeds] == ["random"]
    assert [(touch.path, touch.mode) for touch in second.files] == [("a.txt", "write"), ("a.txt", "read")]
    assert [each.what for each in second.outside] == ["time.time"] and second.outputs
    assert third.variables == ("HOME",) and [each.what for each in third.outside] == ["true"]
    assert fourth.status == "error" and not any("jupyter_repro" in line for line in shown[3][0]["traceback"])
    assert not any("could not be watched" in spot for run in (first, second, third, fourth) for spot in run.blind_spots)


def test_run_on_the_command_line(
    python: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = tmp_path / "data" / "kernels" / "other"
    spec.mkdir(parents=True)
    command = [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (spec / "kernel.json").write_text(json.dumps({"argv": command, "display_name": "Other", "language": "python"}))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    notebook = tmp_path / "story.ipynb"
    cells = [nbformat.v4.new_code_cell(source, id=cell) for cell, source in CELLS.items()]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), notebook)

    assert main(["run", str(notebook), "--kernel", "other", "--json"]) == 1, "the last cell fails"
    told = json.loads(capsys.readouterr().out)
    assert told["tracked"] and [each["cell"] for each in told["failures"]] == ["d"]
    assert main(["log", str(notebook), "--json"]) == 0
    (session,) = json.loads(capsys.readouterr().out)["sessions"]
    assert [run["cell"] for run in session["runs"]] == list(CELLS)
    assert session["runs"][1]["files"][0]["path"] == "a.txt"
    assert main(["doctor", "--kernel", "other", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["tracked"] and session["python"] == found["python"]
    assert {"files", "outside", "randomness", "state"} <= set(found["layers"])
