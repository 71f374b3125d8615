"""A child process that tells what it does line by line, and that ends when the user wants to stop."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

from jupyter_repro.progress import Progress

GRACE = 5.0
"""Seconds that a child gets to end by itself before it is killed."""


@contextlib.contextmanager
def telling(
    command: Sequence[str], progress: Progress, *, cwd: Path, env: Mapping[str, str], errors: IO[str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A running command whose ``stdout`` gives its lines as they come. When the context ends, so does the process,
    with all that it started. ``errors`` is a file for its standard error, which is otherwise among the lines."""
    process = subprocess.Popen(
        list(command),
        cwd=cwd,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if errors is None else errors,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    assert process.stdout is not None
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.25):
            if progress.cancelled:
                stop(process)
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield process
    finally:
        over.set()
        watcher.join()
        stop(process)
        process.stdout.close()


def run(
    command: Sequence[str], progress: Progress, *, cwd: Path, env: Mapping[str, str], stage: str
) -> tuple[bool, list[str]]:
    """Run a command to its end, each line a step of ``stage``; whether it succeeded, and what it printed.

    Raises Cancelled when somebody asked to stop.
    """
    said: list[str] = []
    with telling(command, progress, cwd=cwd, env=env) as process:
        assert process.stdout is not None
        for line in process.stdout:
            text = line.rstrip()
            if text:
                said.append(text)
                progress.step(stage, text[:200])
        process.wait()
    progress.step(stage, said[-1][:200] if said else "done")
    return process.returncode == 0, said


def stop(process: subprocess.Popen[str]) -> None:
    """End a process and what it started: it may end by itself, is asked, then made to."""
    if process.poll() is None:
        try:
            process.wait(0.5)
        except subprocess.TimeoutExpired:
            process.terminate()
            deadline = time.monotonic() + GRACE
            while process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.05)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
