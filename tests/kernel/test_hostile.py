"""Hostile code: the same outputs and the same tracebacks, byte for byte, tracked or not; and every run is recorded.

Each story runs in two fresh processes. A story that the tracker would hang or crash in fails here. (No function that
raises is written on one line here: which of a line's statements IPython takes for the failing one hangs on addresses.)
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_repro.journal import reader

DRIVER = Path(__file__).with_name("hostile_driver.py")
STORIES = {path.stem: path for path in sorted(Path(__file__).with_name("hostile").glob("*.cells"))}
"""Cells are parted by lines that say ``# %%``."""


def cells_of(story: str) -> list[str]:
    return STORIES[story].read_text(encoding="utf-8").removesuffix("\n").split("\n# %%\n")


def begin(story: str, folder: Path, account: str) -> subprocess.Popen[str]:
    folder.mkdir()
    return subprocess.Popen(
        [sys.executable, str(DRIVER), json.dumps(cells_of(story)), account],
        cwd=folder,
        env={**os.environ, "PYTHONHASHSEED": "0", "IPYTHONDIR": str(folder / ".ipython"), "PYTHONWARNINGS": "default"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    )


def told_by(process: subprocess.Popen[str], folder: Path) -> str:
    try:
        out, err = process.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        err += "\nHUNG"
    text = f"{out}\n=== stderr\n{err}\n=== {process.returncode}"
    text = re.sub(r"^jupyter-repro: .*\n", "", text, flags=re.MULTILINE)  # told once, on the terminal's stderr
    text = re.sub(r"0x[0-9a-f]{6,}", "0x", text.replace(str(folder), "FOLDER"))
    return re.sub(r"/tmp/tmp\w+|ipython_\d+|pid=\d+", "TMP", text)


@pytest.mark.kernel
@pytest.mark.parametrize("story", STORIES)
def test_the_cells_do_the_same_as_without_the_tracker(story: str, tmp_path: Path) -> None:
    account = tmp_path / "account.json"
    tracked, bare = (
        begin(story, tmp_path / "tracked", str(account)),
        begin(story, tmp_path / "bare", ""),
    )
    expected = told_by(bare, tmp_path / "bare")
    assert told_by(tracked, tmp_path / "tracked") == expected
    assert "HUNG" not in expected
    told = json.loads(account.read_text())
    assert told["runs"] == len(cells_of(story))
    if story in ("the_journal_deleted", "descriptors_closed"):
        return
    session = reader.read(Path(told["journal"]))
    assert [run.source for run in session.runs] == cells_of(story)
    assert not session.damage
    unwatched = [spot for run in session.runs for spot in run.blind_spots if "could not be watched" in spot]
    if story != "functions_replaced":  # there, saying so is all that can be done
        assert unwatched == []
