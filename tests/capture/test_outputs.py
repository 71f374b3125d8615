# ruff: noqa: E501
"""The recorded digest of what a run displayed equals the digest of what the saved document shows."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from jupyter_repro import headless, shown
from jupyter_repro.journal import reader
from jupyter_repro.model import document

pytestmark = pytest.mark.kernel

SOURCES = {
    "print": "print('one'); print('two', end='')",
    "result": "{'a': [1, 2]}",
    "nothing": "x = 1",
    "both streams": "import sys\nprint('out'); sys.stdout.flush(); print('err', file=sys.stderr); sys.stderr.flush(); print('again')",
    "between displays": "from IPython.display import display, HTML, Image\nprint('a'); display(HTML('<b>x</b>')); print('b'); 7",
    "figure": "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 3, 2]); plt.title('t')",
    "frame": "import pandas as pd\npd.DataFrame({'x': [1, 2]})",
    "address": "object()",
    "colours and progress": "print('\\x1b[31mred\\x1b[0m'); print('10%\\r50%\\r100%')",
    "clear": "from IPython.display import clear_output\nprint('gone'); clear_output(); print('stays')",
    "clear and wait": "print('gone'); clear_output(wait=True); print('stays')",
    "clear and wait in vain": "print('stays'); clear_output(wait=True)",
    "update": "handle = display('first', display_id=True); handle.update('second')",
    "shown, updated by the next": "later = display('first', display_id='late')",
    "updates the one before": "from IPython.display import update_display\nupdate_display('second', display_id='late'); 'mine'",
    "child process": "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'print(5)']); None",
    "shell": "!echo from the shell",
    "magic": "%%capture caught\nprint('swallowed')",
    "shows captured": "caught.show()",
    "logging": "import logging; logging.warning('careful')",
    "warning": "import warnings; warnings.warn('old')",
    "many lines": "for i in range(3000): print(i)",
    "no newline at the end, twice": "print('a', end=''); print('b', end='')",
    "awaited": "import asyncio\nawait asyncio.sleep(0.01); print('slept')",
    "thread": "import threading\nt = threading.Thread(target=lambda: print('from a thread')); t.start(); t.join()",
    "error": "print('before'); 1 / 0",
    "syntax error": "if True\n  pass",
    "blank": "   \n",
    "exit": "raise SystemExit",
}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[object, object]]:
    """Source name -> (digests recorded, digests of the saved cell)."""
    path = tmp_path_factory.mktemp("outputs") / "outputs.ipynb"
    cells = [nbformat.v4.new_code_cell(source, id=f"cell-{n}") for n, source in enumerate(SOURCES.values())]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    source = document.read(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTEST_CURRENT_TEST", raising=False)  # ipykernel would not show what child processes write
        execution = headless.execute(source, allow_errors=True)
    headless.save(execution, source, path)
    assert execution.journal is not None
    runs = {run.cell: run for run in reader.read(Path(execution.journal)).runs}
    saved = document.read(path)
    return {
        name: (runs[cell.id].outputs if cell.id in runs else (), shown.outputs(cell.outputs))
        for name, cell in zip(SOURCES, saved.cells, strict=True)
    }


@pytest.mark.parametrize("name", SOURCES)
def test_recorded_as_saved(name: str, played: dict[str, tuple[object, object]]) -> None:
    recorded, saved = played[name]
    assert recorded == saved


def test_something_was_shown(played: dict[str, tuple[object, object]]) -> None:
    silent = {name for name, (_, saved) in played.items() if not saved}
    assert silent == {"nothing", "blank", "magic"}
