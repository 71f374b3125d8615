"""Play the messy session through a real kernel with tracking, and save the notebook as the user left it.

    python play.py [FOLDER]

FOLDER (default: this one) gets ``messy.ipynb``, ``rides.csv`` and the journal under ``.repro/``.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import nbformat
from jupyter_client.manager import start_new_kernel
from session import CELLS, STEPS

HERE = Path(__file__).resolve().parent
METADATA = {
    "kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"},
    "language_info": {"name": "python"},
}


def play(folder: Path) -> Path:
    """Play the session in ``folder``; the path of the notebook."""
    folder.mkdir(parents=True, exist_ok=True)
    if folder != HERE:
        shutil.copy2(HERE / "rides.csv", folder)
    notebook = folder / "messy.ipynb"
    cells = {name: _cell(name, source) for name, source in CELLS.items()}
    environment = {**os.environ, "JPY_SESSION_NAME": str(notebook)}
    manager, client = start_new_kernel(cwd=str(folder), env=environment)
    try:
        client.execute("%load_ext jupyter_repro", silent=True, reply=True, timeout=60)
        for number, (action, name, *rest) in enumerate(STEPS, start=1):
            print(f"\r  step {number}/{len(STEPS)}: {action} {name:<12}", end="", file=sys.stderr, flush=True)
            if action == "run":
                _run(client, cells[name])
            elif action == "edit":
                cells[name]["source"] = rest[0]
            else:
                del cells[name]
        print("\r" + " " * 40 + "\r", end="", file=sys.stderr)
    finally:
        client.stop_channels()
        manager.shutdown_kernel()
    nbformat.write(nbformat.v4.new_notebook(cells=list(cells.values()), metadata=METADATA), notebook)
    return notebook


def _cell(name: str, source: str) -> nbformat.NotebookNode:
    make = nbformat.v4.new_markdown_cell if source.startswith("# ") else nbformat.v4.new_code_cell
    return make(source, id=name)


def _run(client: object, cell: nbformat.NotebookNode) -> None:
    """Run a cell as JupyterLab does (its id in the request's metadata) and keep what it shows."""
    request = client.session.msg(  # type: ignore[attr-defined]
        "execute_request",
        {"code": cell["source"], "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False},
        metadata={"cellId": cell["id"]},
    )
    client.shell_channel.send(request)  # type: ignore[attr-defined]
    outputs: list[nbformat.NotebookNode] = []
    while True:
        message = client.get_iopub_msg(timeout=120)  # type: ignore[attr-defined]
        if message["parent_header"].get("msg_id") != request["header"]["msg_id"]:
            continue
        kind, content = message["msg_type"], message["content"]
        if kind == "status" and content["execution_state"] == "idle":
            break
        if kind == "execute_input":
            cell["execution_count"] = content["execution_count"]
        elif kind in ("stream", "display_data", "execute_result", "error"):
            outputs.append(nbformat.v4.output_from_msg(message))
    client.get_shell_msg(timeout=120)  # type: ignore[attr-defined]
    cell["outputs"] = outputs


if __name__ == "__main__":
    target = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else HERE
    print(play(target))
