"""Runs one notebook from start to end in the interpreter that runs this file, and tells how it went.

Sent into rooms as source text, so that nothing of jupyter-repro has to be installed there: only nbclient and ipykernel,
which every lock has. Its one argument is a JSON object:

    notebook   path of the notebook, relative to the working directory
    result     path that the outputs are written to, as JSON
    timeout    seconds for each cell, or null
    prelude    Python to run in the kernel before the first cell, or an empty text
    kernel     name of a kernelspec, or null for this interpreter's own kernel
    raises     ids of cells whose errors are expected
    skip       ids of cells not to run

On stdout it prints one JSON line when a cell begins, and one at the end.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from pathlib import Path
from typing import Any


def main() -> int:
    """Run what the argument asks for. Exit code 0 whatever the notebook did; 3 where no kernel could be had."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    asked = json.loads(sys.argv[1])
    tell = sys.stdout
    sys.stdout = sys.stderr  # whatever a library prints is not our protocol
    Path.home().mkdir(parents=True, exist_ok=True)

    import nbformat
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    def say(**event: Any) -> None:
        print(json.dumps(event), file=tell, flush=True)

    notebook = nbformat.read(asked["notebook"], as_version=4)
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        cell.outputs, cell.execution_count = [], None
        tags = cell.metadata.setdefault("tags", [])
        if cell.id in asked["raises"] and "raises-exception" not in tags:
            tags.append("raises-exception")
        if cell.id in asked["skip"]:
            tags.append("skip-execution")

    running: dict[str, Any] = {}

    def started(cell: Any, cell_index: int) -> None:
        if cell.cell_type == "code":
            running.update(id=cell.id, index=cell_index)
            say(event="cell", index=cell_index, of=len(notebook.cells))

    def prepare(notebook: Any) -> None:
        if asked["prelude"]:
            client.kc.execute(f"exec({asked['prelude']!r}, {{}})", silent=True, store_history=False)

    # Without folders to look in, the spec manager knows one kernel: the interpreter's own ipykernel.
    specs = KernelSpecManager() if asked["kernel"] else KernelSpecManager(kernel_dirs=[])
    manager = AsyncKernelManager(kernel_name=asked["kernel"] or "python3", kernel_spec_manager=specs)
    client = NotebookClient(
        notebook,
        km=manager,
        timeout=asked["timeout"],
        skip_cells_with_tag="skip-execution",
        store_widget_state=False,
        record_timing=False,
        on_cell_start=started,
        on_notebook_start=prepare,
        resources={"metadata": {"path": str(Path(asked["notebook"]).absolute().parent)}},
    )
    ending, message, began = "finished", "", time.monotonic()
    try:
        client.execute()
    except CellTimeoutError:
        ending, message = "timeout", f"took longer than {asked['timeout']:g} s"
    except CellExecutionError as error:
        ending, message = "error", f"{error.ename}: {error.evalue}"
    except DeadKernelError as error:
        if not running:
            say(event="unavailable", message=str(error))
            return 3
        ending, message = "died", "the kernel process ended"
    except (NoSuchKernel, RuntimeError, OSError) as error:
        if running:
            raise
        say(event="unavailable", message=str(error))
        return 3
    seconds = time.monotonic() - began
    cells = {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}
    Path(asked["result"]).write_text(json.dumps({"cells": cells}), encoding="utf-8")
    say(event="end", ending=ending, cell=running.get("id"), message=message[:2000], seconds=seconds)
    return 0


if __name__ == "__main__":
    if sys.platform == "win32":
        asyncio.set_event_loop_policy(asyncio.WindowsSelectorEventLoopPolicy())
    sys.exit(main())
