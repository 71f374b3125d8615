"""What a fresh kernel really does with a saved notebook, cell by cell, against what the notebook shows."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any, Literal

from messy.kernel import LiveKernel

Truth = Literal["ok", "fails", "changes", "silent"]

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def replay(
    python: str, notebook: Path, cells: list[dict[str, Any]], *, env: dict[str, str] | None = None
) -> list[list[dict[str, Any]]]:
    """The outputs of each cell in a fresh kernel, in a copy of the folder, from the top."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "w"
        shutil.copytree(notebook.parent, folder, symlinks=True, ignore=shutil.ignore_patterns(".repro", ".git"))
        kernel = LiveKernel(python, folder / notebook.name, env=env)
        try:
            return [kernel.run(cell["source"], cell["id"])[0] for cell in cells]
        finally:
            kernel.stop()


def truth_of(shown: list[dict[str, Any]], fresh: list[dict[str, Any]]) -> Truth:
    """``silent`` for a cell that shows nothing and runs: only ``fails`` would be wrong of it."""
    if failed(fresh) and not failed(shown):
        return "fails"
    if seen(fresh) != seen(shown):
        return "changes"
    return "ok" if seen(shown) is not None else "silent"


def failed(outputs: list[dict[str, Any]]) -> bool:
    """Whether an exception is shown."""
    return any(output["output_type"] == "error" for output in outputs)


def seen(outputs: list[dict[str, Any]]) -> str | None:
    """Digest of what a person sees, without addresses and colours; None where nothing is shown."""
    parts: list[Any] = []
    for output in outputs:
        if output["output_type"] == "stream":
            if output["name"] != "stderr":
                parts.append(_plain(output["text"]))
        elif output["output_type"] == "error":
            parts.append(["error", output["ename"]])
        else:
            mime = next((each for each in ("image/png", "text/plain") if each in output["data"]), None)
            if mime:
                parts.append(_plain(str(output["data"][mime])))
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest() if parts else None


def _plain(text: str) -> str:
    return _ADDRESS.sub("0x", _COLOUR.sub("", text))
