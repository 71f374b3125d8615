"""The interpreters of this machine: the one that a bundle asks for, or the nearest of the same minor version."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jupyter_repro.errors import BuildFailed


@dataclass(frozen=True, kw_only=True, slots=True)
class Python:
    """An interpreter that can make virtual environments."""

    executable: str
    version: str
    """Full version, e.g. ``3.11.7``."""


def find(version: str) -> Python:
    """An interpreter of this version, else of the same minor version. Raises BuildFailed where there is none."""
    minor = ".".join(version.split(".")[:2])
    nearest = None
    for executable in _candidates(version, minor):
        found = _version(executable)
        if found == version:
            return Python(executable=executable, version=found)
        if nearest is None and found.startswith(f"{minor}."):
            nearest = Python(executable=executable, version=found)
    if nearest is None:
        raise BuildFailed(
            f"the bundle needs Python {minor}, which is not installed here",
            hint=f"Install python{minor} (or uv python install {version}), or use --in docker.",
        )
    return nearest


def _candidates(version: str, minor: str) -> Iterator[str]:
    yield str(Path(sys.base_prefix) / "bin" / f"python{sys.version_info[0]}.{sys.version_info[1]}")
    yield sys.executable
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions" / version / "bin" / "python"
    names = [f"python{minor}", "python3", "python"]
    yield from (path for path in (str(pyenv), *(shutil.which(name) for name in names)) if path and Path(path).exists())
    for folder in (Path("/usr/local/bin"), Path("/usr/bin"), Path("/opt/homebrew/bin")):
        if (folder / names[0]).exists():
            yield str(folder / names[0])
    if uv := shutil.which("uv"):
        done = subprocess.run([uv, "python", "find", "--offline", minor], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            yield done.stdout.strip()


def _version(executable: str) -> str:
    code = "import platform, venv; print(platform.python_version())"
    try:
        done = subprocess.run([executable, "-I", "-c", code], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()
