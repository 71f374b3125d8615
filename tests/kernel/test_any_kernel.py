"""Kernels of other environments and versions are tracked without this package: from disk, or by sources sent along."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.capture.kernels import TrackedKernel

pytestmark = [pytest.mark.kernel, pytest.mark.network, pytest.mark.slow]

VERSIONS = ("3.10", "3.12", "3.13")
ENVIRONMENTS = Path(os.environ.get("REPRO_TEST_KERNELS", Path(tempfile.gettempdir()) / "jupyter-repro-test-kernels"))
"""Environments with ipykernel alone, kept between calls."""


def _interpreter(version: str) -> str | None:
    managed = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    return str(managed[-1]) if managed else shutil.which(f"python{version}")


@pytest.fixture(scope="module", params=VERSIONS)
def python(request: pytest.FixtureRequest) -> str:
    """An interpreter of another version whose environment has ipykernel and nothing of ours."""
    interpreter = _interpreter(request.param)
    if interpreter is None:
        pytest.skip(f"Python {request.param} is not installed here; pyenv install {request.param} gets it")
    environment = ENVIRONMENTS / request.param
    python = environment / "bin" / "python"
    if not python.exists() or subprocess.run([python, "-c", "import ipykernel"], capture_output=True).returncode:
        subprocess.run([interpreter, "-m", "venv", "--clear", environment], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "ipykernel"], check=True)
    return str(python)


@pytest.mark.parametrize("carry", [False, True], ids=["from disk", "sources sent along"])
def test_tracked_without_being_installed(python: str, carry: bool, tmp_path: Path) -> None:
    with TrackedKernel(tmp_path, python=python, track=False) as kernel:
        assert kernel.value("__import__('importlib.util').util.find_spec('jupyter_repro')") == "None"
        before = kernel.value("(sorted(globals()), list(__import__('sys').path), get_ipython().execution_count)")
        injection = kernel.inject(carry=carry)
        assert injection.loaded, injection.reason
        assert (
            kernel.value("(sorted(globals()), list(__import__('sys').path), get_ipython().execution_count)") == before
        )
        kernel.run("import random, time, subprocess\nrandom.seed(1); x = random.random()", cell="a")
        kernel.run("open('a.txt', 'w').write('x'); open('a.txt').read(); time.time(); print(x)", cell="b")
        kernel.run("import os; os.environ.get('HOME'); subprocess.run(['true'])", cell="c")
        shown = kernel.run("open('missing')", cell="d")
        first, second, third, fourth = kernel.runs()
    assert first.cell == "a" and set(first.writes) >= {"x"} and [seed.generator for seed in first.seeds] == ["random"]
    assert [(touch.path, touch.mode) for touch in second.files] == [("a.txt", "write"), ("a.txt", "read")]
    assert [each.what for each in second.outside] == ["time.time"] and second.outputs
    assert third.variables == ("HOME",) and [each.what for each in third.outside] == ["true"]
    assert fourth.status == "error" and not any("jupyter_repro" in line for line in shown[0]["traceback"])
    assert not any("could not be watched" in spot for run in (first, second, third, fourth) for spot in run.blind_spots)
