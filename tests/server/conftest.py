"""A Jupyter server with our extension, and nothing that may be asked without logging in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest

# Not as `pytest_plugins`, which pytest allows at the top only: its fixtures apply here and to no other test.
from pytest_jupyter.jupyter_server import *  # noqa: F403


@pytest.fixture
def jp_server_config() -> dict[str, Any]:
    return {
        "ServerApp": {"jpserver_extensions": {"jupyter_repro": True}, "allow_unauthenticated_access": False},
    }


@pytest.fixture
def notebook(jp_root_dir: Path) -> dict[str, Any]:
    """A notebook on the server's disk, run once: its JSON."""
    cells = [
        nbformat.v4.new_code_cell("x = 6", id="six", execution_count=1),
        nbformat.v4.new_code_cell(
            "print(x * 7)",
            id="answer",
            execution_count=2,
            outputs=[nbformat.v4.new_output("stream", name="stdout", text="42\n")],
        ),
    ]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    written = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    nbformat.write(written, jp_root_dir / "answer.ipynb")
    content: dict[str, Any] = written
    return content
