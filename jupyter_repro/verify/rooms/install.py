"""Fills a virtual environment from a lock, hashes required: with uv where it is installed, else with pip."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

from jupyter_repro.bundle.lock import find_uv
from jupyter_repro.errors import BuildFailed, NoNetwork, ReproError
from jupyter_repro.progress import Progress
from jupyter_repro.verify.rooms import process
from jupyter_repro.verify.rooms.pythons import Python
from jupyter_repro.verify.subject import Subject

_NO_NETWORK = re.compile(
    r"Temporary failure in name resolution|Name or service not known|nodename nor servname|Connection refused"
    r"|Network is unreachable"
    r"|NewConnectionError|ConnectTimeout|ProxyError|dns error|error sending request|Failed to fetch|Could not connect"
    r"|certificate verify failed|CERTIFICATE_VERIFY_FAILED",
    re.I,
)


def make(environment: Path, python: Python, subject: Subject, lock: str, progress: Progress) -> None:
    """Make a virtual environment and install the lock into it.

    Raises BuildFailed (the interpreter, a package, a hash) or NoNetwork; the caller removes what is half made.
    """
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    variables.pop("VIRTUAL_ENV", None)
    with tempfile.TemporaryDirectory(prefix="jupyter-repro-") as scratch:
        folder = Path(scratch)
        for name in subject.files:  # a lock may name wheels and folders that the bundle carries
            if name == lock or name.startswith("vendor/"):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(subject.root / name, folder / name)
        uv = find_uv()
        progress.step("room", f"making a virtual environment of Python {python.version}")
        make_venv = [python.executable, "-m", "venv", *(["--without-pip"] if uv else []), str(environment)]
        good, said = process.run(make_venv, progress, cwd=folder, env=variables, stage="room")
        if not good:
            raise BuildFailed(
                f"no virtual environment could be made with {python.executable}: {_last(said)}",
                hint="On Debian, install python3-venv.",
            )
        interpreter = str(environment / "bin" / "python")
        progress.step("room", f"installing {lock}")
        locked = ["--require-hashes", "-r", lock]
        if uv:
            command = [uv, "pip", "install", "--python", interpreter, *locked]
            good, said = process.run(command, progress, cwd=folder, env=variables, stage="room")
            if good:
                return
            # uv does not read pip's settings: what it cannot reach, pip may.
            bootstrap = [interpreter, "-m", "ensurepip"]
            process.run(bootstrap, progress, cwd=folder, env=variables, stage="room")
        quiet = ["--no-input", "--disable-pip-version-check", "--no-compile", "--progress-bar", "off"]
        command = [interpreter, "-m", "pip", "install", *quiet, *locked]
        good, said = process.run(command, progress, cwd=folder, env=variables, stage="room")
        if not good:
            raise failure(said, f"{subject.target}: {lock} could not be installed")


def failure(said: list[str], what: str) -> ReproError:
    """The error that an installer's last words tell of."""
    text = "\n".join(said)
    if "DO NOT MATCH THE HASHES" in text or "Hash mismatch" in text:
        return BuildFailed(
            f"{what}: a package is not the one that was locked", hint="Its hash differs; do not trust the index."
        )
    if "No space left" in text or "Disk quota" in text:
        return BuildFailed(f"{what}: the disk is full", hint="Free some space, or set XDG_CACHE_HOME and TMPDIR.")
    if _NO_NETWORK.search(text):
        return NoNetwork(
            f"{what}: the package index cannot be reached",
            hint="Check the network, the proxy and the index settings of pip.",
        )
    return BuildFailed(
        f"{what}: {_last(said)}", hint="The lock was made for another platform or Python, or a package was withdrawn."
    )


def _last(said: list[str]) -> str:
    errors = [line for line in said if re.match(r"\s*(ERROR|error|×|╰|E:|Error)", line)]
    return (errors or said or ["it failed without a word"])[-1].strip()[:300]
