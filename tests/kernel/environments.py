"""Environments of other Pythons and IPythons that have a kernel and nothing of ours, made once and kept."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

PLACE = Path(os.environ.get("REPRO_TEST_KERNELS", Path(tempfile.gettempdir()) / "jupyter-repro-test-kernels"))
ENVIRONMENTS = {
    "3.10 IPython 8": ("3.10", ["ipykernel", "ipython<9"]),
    "3.11 IPython 8": ("3.11", ["ipykernel", "ipython<9"]),
    "3.12 IPython 9": ("3.12", ["ipykernel", "ipython>=9"]),
    "3.13 IPython 8": ("3.13", ["ipykernel", "ipython<9"]),
    "3.13 IPython 9": ("3.13", ["ipykernel", "ipython>=9", "numpy", "pandas"]),
}
"""Name -> Python version, what is installed."""


def python_of(name: str) -> str:
    """The interpreter of an environment; skips the test where that Python is not installed here."""
    version, packages = ENVIRONMENTS[name]
    base = _interpreter(version)
    if base is None:
        pytest.skip(f"Python {version} is not installed here; pyenv install {version} gets it")
    folder = PLACE / name.replace(" ", "-")
    python = folder / "bin" / "python"
    PLACE.mkdir(parents=True, exist_ok=True)
    with (PLACE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            uv = [sys.executable, "-m", "uv"]
            subprocess.run([*uv, "venv", "-q", "--clear", "--python", base, str(folder)], check=True)
            subprocess.run([*uv, "pip", "install", "-q", "--python", str(python), *packages], check=True)
            (folder / "complete").touch()
    return str(python)


def _interpreter(version: str) -> str | None:
    managed = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    return str(managed[-1]) if managed else shutil.which(f"python{version}")
