"""Plays the examples of the rules' pages: as a bare notebook, or as a session recorded by the tracker in a real kernel.

Recordings lie in ``recorded/<code>/<example|instead>/``: the notebook as it was left, its files, and the journals.
They are made again by ``python -m tests.rules.stories`` (codes as arguments: only those); a test fails when a page's
story is no longer the recorded one. Machine paths are cut from the journals' headers.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from jupyter_client.manager import KernelManager

from jupyter_repro.analysis.rules import RULES
from jupyter_repro.analysis.rules.page import Story, StoryCell, page

RECORDED = Path(__file__).with_name("recorded")
NAME = "story.ipynb"
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


def bare(story: Story, folder: Path) -> Path:
    """The story's notebook, never tracked, in a folder with its files."""
    executed = any(cell.outputs for cell in story.cells)
    cells = []
    for number, cell in enumerate(story.cells, start=1):
        _lay_files(cell, folder)
        cells.append(
            _cell(cell, number if executed and cell.source else None, [_output(line) for line in _joined(cell)])
        )
    return _write(folder / NAME, cells, story)


def play(story: Story, folder: Path) -> Path:
    """The story's notebook as its session left it, with real journals beside it."""
    cells = {cell.name: cell for cell in story.cells}
    state: dict[str, tuple[int | None, list[dict[str, Any]]]] = {}
    for cell in cells.values():
        _lay_files(cell, folder)
    kernel = _Kernel(folder)
    pythons: list[str | None] = [None]
    distributions: list[dict[str, Any]] = []
    try:
        for step in story.steps:
            verb, _, rest = step.partition(" ")
            if verb == "run":
                for name in rest.split(","):
                    state[name.strip()] = kernel.run(cells[name.strip()])
            elif verb == "edit":
                name, _, source = rest.partition(":")
                cells[name.strip()] = replace(cells[name.strip()], source=source.strip().replace("; ", "\n"))
            elif verb == "delete":
                del cells[rest.strip()]
            elif verb == "file":
                name, _, content = rest.partition(":")
                target = folder / name.strip()
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(content.strip() + "\n", encoding="utf-8")
            elif verb == "restart":
                kernel.stop()
                kernel = _Kernel(folder)
                pythons.append(rest.strip() or None)
            elif verb == "distribution":
                name, version, origin = rest.split()
                module = name.replace("-", "_")
                distributions.append({"name": name, "version": version, "origin": origin, "modules": [module]})
            else:
                raise ValueError(f"unknown step {step!r}")
    finally:
        kernel.stop()
    _scrub(folder, pythons, distributions)
    return _write(folder / NAME, [_cell(cell, *state.get(cell.name, (None, []))) for cell in cells.values()], story)


def laid_out(code: str, which: str, folder: Path) -> Path:
    """A rule's example in a folder of its own: the recording where the story has a session, else the bare notebook."""
    story = getattr(page(RULES[code]), which)
    if not story.steps:
        return bare(story, folder)
    shutil.copytree(RECORDED / code / which, folder, dirs_exist_ok=True)
    (folder / "journal").rename(folder / ".repro")
    return folder / NAME


class _Kernel:
    def __init__(self, folder: Path) -> None:
        self.manager = KernelManager(kernel_name="python3")
        env = {
            "JPY_SESSION_NAME": str(folder / NAME),
            "PYTHONHASHSEED": "0",
            "HOME": str(folder.parent),
            "PATH": "/usr/bin:/bin",
        }
        self.manager.start_kernel(cwd=str(folder), env=env)
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)
        self.client.execute_interactive("%load_ext jupyter_repro", silent=True, timeout=60)

    def run(self, cell: StoryCell) -> tuple[int | None, list[dict[str, Any]]]:
        content = {
            "code": cell.source,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
        }
        message = self.client.session.msg("execute_request", {**content, "stop_on_error": False})
        message["metadata"] = {"cellId": cell.name}
        self.client.shell_channel.send(message)
        outputs: list[dict[str, Any]] = []
        count = None
        while True:
            got = self.client.get_iopub_msg(timeout=60)
            if got["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            kind, body = got["msg_type"], got["content"]
            if kind == "status" and body["execution_state"] == "idle":
                return count, outputs
            if kind == "execute_input":
                count = body["execution_count"]
            elif kind == "stream":
                outputs.append({"output_type": kind, "name": body["name"], "text": body["text"]})
            elif kind in ("execute_result", "display_data"):
                extra = {"execution_count": body["execution_count"]} if kind == "execute_result" else {}
                outputs.append({"output_type": kind, "data": body["data"], "metadata": {}, **extra})
            elif kind == "error":
                outputs.append({"output_type": kind, "ename": body["ename"], "evalue": body["evalue"], "traceback": []})

    def stop(self) -> None:
        time.sleep(0.3)  # the tracker digests files when the kernel is idle
        self.client.stop_channels()
        self.manager.shutdown_kernel()


def _scrub(folder: Path, pythons: list[str | None], distributions: list[dict[str, Any]]) -> None:
    """Cut from the journals what belongs to the machine that recorded them."""
    for journal, python in zip(sorted((folder / ".repro").glob("*.jsonl")), pythons, strict=True):
        lines = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]
        kept = []
        for line in lines:
            if line["type"] == "session":
                line.update(
                    executable="python3",
                    cwd=".",
                    notebook=NAME,
                    python=python or line["python"],
                    hardware={},
                    env={},
                    git={},
                )
            elif line["type"] == "env":
                line["distributions"] = distributions
            for change in line.get("settings", ()):
                change["before"] = change["after"] = ""
            kept.append(json.dumps(line).replace(str(folder), ".").replace(str(folder.parent), ".."))
        if distributions and not any(line["type"] == "env" for line in lines):
            kept.append(json.dumps({"type": "env", "distributions": distributions}))
        journal.write_text("\n".join(kept) + "\n", encoding="utf-8")


def _lay_files(cell: StoryCell, folder: Path) -> None:
    for name in cell.files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x = 1\n", encoding="utf-8")


def _joined(cell: StoryCell) -> list[str]:
    """Adjacent text lines as one output."""
    joined: list[str] = []
    for line in cell.outputs:
        if line.startswith("#>") and not line.startswith("#>size") and joined and joined[-1].startswith("#> "):
            joined[-1] += "\n" + line[3:]
        else:
            joined.append(line)
    return joined


def _output(line: str) -> dict[str, Any]:
    if line.startswith("#>size "):
        return {"output_type": "stream", "name": "stdout", "text": "x" * int(line[7:])}
    if line.startswith("#>"):
        return {"output_type": "stream", "name": "stdout", "text": line[3:] + "\n"}
    if line.startswith("#!"):
        name, _, value = line[3:].partition(": ")
        return {"output_type": "error", "ename": name, "evalue": value, "traceback": []}
    return {"output_type": "display_data", "data": {"image/png": PIXEL, "text/plain": "<Figure>"}, "metadata": {}}


def _cell(cell: StoryCell, count: int | None, outputs: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": count,
        "id": cell.name,
        "metadata": {"tags": list(cell.tags)} if cell.tags else {},
        "outputs": outputs,
        "source": cell.source.splitlines(keepends=True),
    }


def _write(path: Path, cells: list[dict[str, Any]], story: Story) -> Path:
    kernel = next((line.removeprefix("kernel: ") for line in story.notebook if line.startswith("kernel: ")), "python3")
    spec = {"display_name": kernel, "language": "python", "name": kernel}
    content = {"cells": cells, "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return path


def record(code: str, which: str) -> None:
    """Play a story that has a session, and keep what it left."""
    story = getattr(page(RULES[code]), which)
    target = RECORDED / code / which
    shutil.rmtree(target, ignore_errors=True)
    if not story.steps:
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "project"
        folder.mkdir()
        play(story, folder)
        shutil.copytree(
            folder, target, ignore=shutil.ignore_patterns(".gitignore", "__pycache__", "states", ".ipython")
        )
        (target / ".repro").rename(target / "journal")
        (target / "story.txt").write_text(story.text + "\n", encoding="utf-8")


if __name__ == "__main__":
    for each in sys.argv[1:] or sorted(RULES):
        for side in ("example", "instead"):
            record(each, side)
            print(each, side, file=sys.stderr)
