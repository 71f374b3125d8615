"""Every way to touch a file is seen, with the right mode, inside the project folder and outside it; nothing else is."""

from __future__ import annotations

import importlib.util
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from jupyter_repro.records import RunRecord
from tests.capture.file_cases import CASES
from tests.capture.file_way import Case
from tests.capture.kernels import TrackedKernel

pytestmark = [pytest.mark.kernel, pytest.mark.slow]

NOT_SEEN_OUTSIDE = {
    "a compiled class, a path in parts": "a compiled class that cannot be listened to",
    "a spawn pool, a path in parts": "a fresh interpreter without our listeners",
    "importlib by path in parts": "the import system's own way to read",
}
"""Honest gaps outside the project folder, where no text or variable names the folder. A case listed here that is seen
after all fails too: update the list."""


@dataclass(frozen=True, slots=True)
class Played:
    """The runs of all cases in one kernel, and the folder that each worked in."""

    runs: dict[str, RunRecord]
    folders: dict[str, str]
    cwd: str


def _possible(case: Case) -> bool:
    return all(importlib.util.find_spec(name) for name in case.needs)


def _play(project: Path, area: str) -> Played:
    """Run every case in a folder of its own, whose path begins with ``area`` (relative to the project, or absolute)."""
    runs, folders = {}, {}
    with TrackedKernel(project) as kernel:
        for number, case in enumerate(CASES):
            if not _possible(case):
                continue
            folder = f"{area}{number:03}"
            (project / folder).mkdir(parents=True)
            folders[case.name] = folder
            kernel.run(f"D = {folder!r}\n" + _concrete(case.setup, folder, number), silent=True)  # unheard of
            if case.earlier:
                kernel.run(_concrete(case.earlier, folder, number))
            shown = kernel.run(_concrete(case.act, folder, number), cell=case.name)
            assert not [output for output in shown if output["output_type"] == "error"], (case.name, shown)
            if "thread that" in case.name:
                time.sleep(0.5)
                kernel.run("1")
                time.sleep(0.8)
        session = kernel.session()
    for run in session.runs:
        if run.cell is not None:
            runs[run.cell] = run
    return Played(runs, folders, session.header.cwd)


def _concrete(code: str, folder: str, number: int) -> str:
    """The case's code for its folder: shell commands and magics have no f-strings."""
    for before in ("'", " "):
        code = code.replace(f"{before}D/", f"{before}{folder}/")
    return code.replace("MODULE", f"local_{number}")


@pytest.fixture(scope="module")
def inside(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return _play(tmp_path_factory.mktemp("project"), "data/")


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Played:
    area = tmp_path_factory.mktemp("elsewhere")
    return _play(tmp_path_factory.mktemp("project"), str(area))


def _seen(played: Played, case: Case) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """(touches in the case's folder by file name, touches of the user's files anywhere else)."""
    folder = played.folders[case.name]
    here: dict[str, set[str]] = {}
    elsewhere: dict[str, set[str]] = {}
    for touch in played.runs[case.name].files:
        if touch.path.startswith(folder + "/"):
            here.setdefault(touch.path[len(folder) + 1 :], set()).add(touch.mode)
        elif touch.role == "user":
            elsewhere.setdefault(touch.path, set()).add(touch.mode)
    return here, elsewhere


def _judge(played: Played, case: Case) -> str:
    """What is wrong with what was seen, "" when nothing is."""
    here, elsewhere = _seen(played, case)
    problems = []
    touches = {name.replace("MODULE", f"local_{CASES.index(case)}"): modes for name, modes in case.touches.items()}
    for name in sorted({*touches, *here}):
        found, wanted = here.get(name, set()), touches.get(name, set())
        allowed = wanted | case.may.get(name, case.may.get("*", set()))
        if not wanted <= found:
            problems.append(f"{name}: {sorted(wanted - found)} missed")
        if not found <= allowed:
            problems.append(f"{name}: {sorted(found - allowed)} is wrong")
    if elsewhere:
        problems.append(f"untouched files reported: {elsewhere}")
    return "; ".join(problems)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_inside_the_project(case: Case, inside: Played) -> None:
    if not _possible(case):
        pytest.skip(f"needs {', '.join(case.needs)}")
    assert _judge(inside, case) == ""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_outside_the_project(case: Case, outside: Played) -> None:
    if not _possible(case):
        pytest.skip(f"needs {', '.join(case.needs)}")
    problem = _judge(outside, case)
    if case.name in NOT_SEEN_OUTSIDE:
        assert "missed" in problem and "wrong" not in problem, "it is seen now: take it off the list"
        assert any("not watched" in spot for spot in outside.runs[case.name].blind_spots)
    else:
        assert problem == ""
