"""A kept session, replayed as on another day: what then differs should have been flagged.

Another hash seed, a later time, in a time zone 14 hours ahead, so that it is mostly another date, too, and, where the
session read a table or a text of its own, that file with its last line gone. The forecast is asked after the file has
changed, before the replay: as a user would be told on that day.
"""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Any

from jupyter_repro.model import document as documents
from jupyter_repro.model import history as histories
from messy.truth import replay, seen

_TEXTS = (".csv", ".txt", ".tsv", ".dat", ".json")


def drift(sessions: Path, python: str, seconds: float) -> None:
    """Replay one session of each notebook, where it is not yet; keep what each cell showed."""
    end = time.monotonic() + seconds
    for path in sorted(sessions.glob("*-all/truth.json")):
        kept = path.parent / "drifted.json"
        if kept.exists():
            continue
        if time.monotonic() > end:
            print("stopped: call again to go on", flush=True)
            return
        kept.write_text(json.dumps(replay_later(path, python)))
        print(f"{path.parent.name}: replayed on another day", flush=True)
    print("all replayed", flush=True)


def replay_later(path: Path, python: str) -> dict[str, Any]:
    """The outputs by cell, and the file that was changed."""
    record = json.loads(path.read_text())
    later = path.parent / "later"
    shutil.rmtree(later, ignore_errors=True)
    shutil.copytree(path.parent / "nb", later, symlinks=True)
    notebook = later / record["notebook"]
    changed = change_input(notebook)
    document = documents.read(notebook)
    cells = [{"id": cell.id, "source": cell.source} for cell in document.cells]
    outputs = replay(python, notebook, cells, env={"PYTHONHASHSEED": "4711", "TZ": "Pacific/Kiritimati"})
    return {
        "file": changed,
        "outputs": {cell["id"]: each for cell, each in zip(cells, outputs, strict=True)},
    }


def change_input(notebook: Path) -> str | None:
    """Take the last line off a text of the user's that the session read and did not write; its path."""
    history = histories.load(documents.read(notebook))
    touches = [touch for session in history.sessions for run in session.runs for touch in run.files]
    written = {touch.path for touch in touches if touch.mode != "read"}
    read = sorted({touch.path for touch in touches if touch.mode == "read" and touch.role == "user"} - written)
    for name in read:
        path = notebook.parent / name
        if name.startswith(("/", "..")) or path.suffix not in _TEXTS or not path.is_file():
            continue
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
        path.write_text("".join(lines[:-1] if len(lines) > 2 else [*lines, *lines[-1:]]), encoding="utf-8")
        return name
    return None


def differs(shown: list[dict[str, Any]], later: list[dict[str, Any]]) -> bool:
    """Whether a person would see another thing than the document shows."""
    return seen(shown) != seen(later)
