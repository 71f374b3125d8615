"""Hostile code: the same outputs and the same tracebacks, byte for byte, tracked or not; and every run is recorded.

Each story runs in two fresh processes, on this Python and on the newest. A story that the tracker would hang or crash
in fails here. (No function that raises is written on one line here: which of a line's statements IPython takes for the
failing one hangs on addresses.)
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from jupyter_repro.journal import reader
from tests.kernel.environments import python_of

pytestmark = pytest.mark.kernel

ROOT = Path(__file__).parents[2]
DRIVER = Path(__file__).with_name("hostile_driver.py")
STORIES = {path.stem: path for path in sorted(Path(__file__).with_name("hostile").glob("*.cells"))}
"""Cells are parted by lines that say ``# %%``."""
REMOVED = frozenset({"the_journal_deleted", "the_records_folder_in_the_way", "the_folder_deleted"})
"""Stories that remove what was recorded: the later runs are in a new journal."""
GAPS = frozenset({"functions_replaced", "modules_cleared", "little_room"})
"""Stories after which saying what could not be seen is all that can be done."""


@dataclass(frozen=True)
class Played:
    """A story with the tracker and without."""

    tracked: str
    bare: str
    account: Path


def cells_of(story: str) -> list[str]:
    return STORIES[story].read_text(encoding="utf-8").removesuffix("\n").split("\n# %%\n")


def played(python: str, base: Path) -> Mapping[str, Played]:
    """Every story, by one interpreter."""
    tasks = []
    for story in STORIES:
        for kind in ("tracked", "bare"):
            place = base / story / kind
            account = str(base / story / "account.json") if kind == "tracked" else None
            tasks.append({"cells": cells_of(story), "folder": str(place), "account": account, "shown": f"{place}.txt"})
    base.mkdir(exist_ok=True)
    (base / "tasks.json").write_text(json.dumps(tasks))
    driver = subprocess.run(
        [python, str(DRIVER), str(base / "tasks.json")],
        env={
            **os.environ,
            "PYTHONHASHSEED": "0",
            "PYTHONWARNINGS": "default",
            "PYTHONPATH": str(ROOT),
            "XDG_STATE_HOME": str(base / "state"),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    ended = dict(line.split(" ") for line in driver.stdout.splitlines())
    assert len(ended) == len(tasks), driver.stderr
    shown = [_shown(task["shown"], task["folder"], ended[str(n)]) for n, task in enumerate(tasks)]  # type: ignore[arg-type]
    return {
        story: Played(shown[2 * n], shown[2 * n + 1], base / story / "account.json") for n, story in enumerate(STORIES)
    }


def _shown(path: str, folder: str, status: str) -> str:
    text = Path(path).read_text(encoding="utf-8", errors="backslashreplace") + f"\n=== {status}"
    text = re.sub(r"^jupyter-repro: .*\n", "", text, flags=re.MULTILINE)  # told once, on the terminal's stderr
    text = re.sub(r"0x[0-9a-f]{6,}", "0x", text.replace(folder, "FOLDER"))
    return re.sub(r"/tmp/tmp\w+|ipython_\d+|pid=\d+", "TMP", text)


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


def _python(version: str) -> str:
    return sys.executable if version == "this" else python_of(version)


@cache
def _all(version: str, base: Path) -> Mapping[str, Played]:
    return played(_python(version), base / version.replace(" ", "-"))


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("version", ["this", pytest.param("3.13 IPython 9", marks=pytest.mark.network)])
def test_the_cells_do_the_same_as_without_the_tracker(version: str, story: str, bases: Path) -> None:
    result = _all(version, bases)[story]
    assert result.tracked == result.bare
    assert "=== hung" not in result.bare
    told = json.loads(result.account.read_text())
    assert told["runs"] == len(cells_of(story))
    session = reader.read(Path(told["journal"]))
    recorded = [run.source for run in session.runs]
    assert recorded == (cells_of(story)[-len(recorded) :] if story in REMOVED else cells_of(story))
    assert not session.damage
    if story not in GAPS:
        unwatched = [spot for run in session.runs for spot in run.blind_spots if "could not be watched" in spot]
        assert unwatched == []
