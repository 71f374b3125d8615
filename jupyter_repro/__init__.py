"""Notebook reproducibility for Jupyter: notice, fix, export, prove, explain, keep.

Importing this package is cheap and pulls in the standard library alone: it is what a user's kernel imports.
"""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"


def load_ipython_extension(shell: Any) -> None:
    """Start tracking this kernel: ``%load_ext jupyter_repro``."""
    from jupyter_repro.capture import extension

    extension.load(shell)


def unload_ipython_extension(shell: Any) -> None:
    """Stop tracking and leave the shell as it was: ``%unload_ext jupyter_repro``."""
    from jupyter_repro.capture import extension

    extension.unload(shell)


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "@jupyter-repro/lab"}]


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "jupyter_repro"}]


def _load_jupyter_server_extension(server_app: Any) -> None:
    from jupyter_repro.server import load

    load(server_app)
