"""The lock: pinned to what the session had, hashed, the same from pip-compile and uv, quick the second time."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from jupyter_repro.bundle import interpreter, lock
from jupyter_repro.bundle.needs import Needs
from jupyter_repro.errors import LockFailed
from jupyter_repro.progress import Progress, Step

pytestmark = [pytest.mark.network, pytest.mark.slow]


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(lock, "RERUN_TOOLS", ())  # they are in every other test's lock


def needs(pins: Mapping[str, str], constraints: Mapping[str, str] | None = None, python: str = sys.executable) -> Needs:
    asked = interpreter.ask(python, [], Path())
    return Needs(interpreter=asked, python=asked.version, pins=pins, constraints={**pins, **(constraints or {})})


def locked(monkeypatch: pytest.MonkeyPatch, wanted: Needs, tool: str = "") -> lock.Lock:
    monkeypatch.setenv("JUPYTER_REPRO_LOCKER", tool)
    return lock.lock(wanted, Progress())


def test_what_the_session_had_is_what_is_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    made = locked(monkeypatch, needs({"python-dateutil": "2.8.2"}, {"six": "1.15.0"}), "pip-compile")
    assert made.pins == {"python-dateutil": "2.8.2", "six": "1.15.0"}
    assert len(re.findall(r"--hash=sha256:[0-9a-f]{64}", made.requirements)) >= 4
    assert made.tool == "pip-compile"


def test_uv_gives_the_same_lock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if lock.find_uv() is None:
        pytest.skip("uv is not installed; get it with: pip install uv")
    wanted = needs({"python-dateutil": "2.8.2"}, {"six": "1.15.0"})
    by_uv = locked(monkeypatch, wanted)
    shutil.rmtree(tmp_path / "cache")
    by_pip = locked(monkeypatch, wanted, "pip-compile")
    assert (by_uv.tool, by_pip.tool) == ("uv", "pip-compile")
    assert by_uv.requirements == by_pip.requirements


def test_the_second_lock_of_the_same_requirements_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = needs({"six": "1.15.0"})
    first = locked(monkeypatch, wanted)
    said: list[Step] = []
    second = lock.lock(wanted, Progress(said.append))
    assert (second.tool, second.requirements) == ("cache", first.requirements)
    assert [step.message for step in said] == ["taking the lock made before from the same requirements"]


def another_python() -> str:
    own = sys.version_info[:2]
    candidates = [f"python3.{minor}" for minor in (10, 11, 12, 13)]
    candidates += [str(each) for each in sorted(Path.home().glob(".pyenv/versions/3.1*/bin/python"))]
    for each in candidates:
        found = shutil.which(each)
        command = [found or "", "-c", "import sys, venv, ensurepip; print(*sys.version_info[:2])"]
        if not found:
            continue
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode == 0 and tuple(map(int, done.stdout.split())) != own:
            return found
    pytest.skip("there is no second Python here; install another version (3.10 to 3.13) to run this")


def test_a_kernel_of_another_python_is_locked_for_that_python(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = needs({"six": "1.15.0"}, python=another_python())
    made = locked(monkeypatch, wanted, "pip-compile")
    assert made.pins == {"six": "1.15.0"}
    assert wanted.python in made.requirements.splitlines()[0]


@pytest.mark.parametrize("tool", ["", "pip-compile"])
def test_a_version_that_no_index_has_is_named(monkeypatch: pytest.MonkeyPatch, tool: str) -> None:
    with pytest.raises(LockFailed) as caught:
        locked(monkeypatch, needs({"six": "99.0"}), tool)
    assert "six" in caught.value.message


def test_versions_that_contradict_each_other_are_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LockFailed) as caught:
        locked(monkeypatch, needs({"python-dateutil": "2.8.2", "six": "1.4.0"}), "pip-compile")
    assert "python-dateutil" in caught.value.message or "six" in caught.value.message
