"""Runs stories in plain IPython shells, each in a fork of this process, which has imported IPython and run nothing.

Argument: path of a JSON list of tasks ``{"cells", "folder", "account", "shown"}``. A task with an account is tracked,
and the account tells about it afterwards; what the process shows goes into the file ``shown``. On stdout, a line for
each task as it ends: its number and its exit status (``hung`` where it took too long).
"""

from __future__ import annotations

import builtins
import json
import os
import signal
import sys
import time
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

AT_A_TIME = 2
PATIENCE = 120.0
"""Seconds that a story may take."""


def play(cells: list[str], account: str | None) -> None:
    dumps, real_open, real_id = json.dumps, open, id  # the story may break the originals
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    shell = InteractiveShell.instance(config=config)
    extension: Any = None
    if account:
        from jupyter_repro.capture import extension
    tracker = extension.load(shell) if account else None
    real_stdout = sys.__stdout__
    for cell in cells:
        shell.run_cell(cell, store_history=True)
        real_stdout.write(f"--- {shell.execution_count}\n")  # type: ignore[union-attr]
        real_stdout.flush()  # type: ignore[union-attr]
    builtins.id = real_id
    if tracker is not None:
        told = {"journal": tracker.journal, "layers": tracker.guard.layers, "runs": tracker.runs}
        with real_open(str(account), "w") as stream:
            stream.write(dumps(told))
        extension.unload(shell)


def begin(task: dict[str, Any]) -> int:
    """The story's process."""
    os.makedirs(task["folder"])
    child = os.fork()
    if child:
        return child
    os.setsid()
    os.chdir(task["folder"])
    os.environ["IPYTHONDIR"] = f"{task['folder']}/.ipython"
    shown = os.open(task["shown"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (shown, 1), (shown, 2)):
        os.dup2(source, target)
    os.closerange(3, 64)
    play(task["cells"], task["account"])
    return 0


def main() -> None:
    with open(sys.argv[1]) as stream:
        tasks: list[dict[str, Any]] = json.load(stream)
    waiting = list(enumerate(tasks))
    running: dict[int, tuple[int, float]] = {}
    while waiting or running:
        while waiting and len(running) < AT_A_TIME:
            number, task = waiting.pop(0)
            child = begin(task)
            if child == 0:
                return  # the story is over, and this process ends as any other does
            running[child] = number, time.monotonic() + PATIENCE
        ended, status = os.waitpid(-1, os.WNOHANG)
        if ended in running:
            print(running.pop(ended)[0], os.waitstatus_to_exitcode(status), flush=True)
            continue
        for child, (number, until) in list(running.items()):
            if time.monotonic() > until:
                os.killpg(child, signal.SIGKILL)
                os.waitpid(child, 0)
                del running[child]
                print(number, "hung", flush=True)
        time.sleep(0.01)


if __name__ == "__main__":
    main()
