"""Runs one story in a plain IPython shell, tracked or not. Arguments: JSON list of cells, path of the account or ""."""

from __future__ import annotations

import builtins
import json
import sys
from typing import Any


def main() -> None:
    cells, account = json.loads(sys.argv[1]), sys.argv[2]
    dumps, real_open, real_id = json.dumps, open, id  # the story may break the originals

    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    shell = InteractiveShell.instance(config=config)
    tracker: Any = None
    if account:
        from jupyter_repro.capture import extension

        tracker = extension.load(shell)
    for cell in cells:
        shell.run_cell(cell, store_history=True)
        sys.__stdout__.write(f"--- {shell.execution_count}\n")  # type: ignore[union-attr]
        sys.__stdout__.flush()  # type: ignore[union-attr]
    builtins.id = real_id
    if tracker is not None:
        told = {"journal": tracker.journal, "layers": tracker.guard.layers, "runs": tracker.runs}
        with real_open(account, "w") as stream:
            stream.write(dumps(told))
        extension.unload(shell)


if __name__ == "__main__":
    main()
