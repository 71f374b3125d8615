"""Track every IPython kernel of this user from its start: one file in IPython's startup folder, and nothing else.

The file holds the injection's expression. It needs nothing installed in a kernel's environment, defines no name, and
does nothing at all once this package is gone from where it was.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from jupyter_repro.capture.inject import bootstrap_source
from jupyter_repro.errors import BadInput, CannotWrite

NAME = "50-jupyter-repro.py"
MARK = "# Written by `jupyter repro kernel install`"
_TEXT = """\
{mark}: tracks every IPython kernel of this user.
# Remove it with: jupyter repro kernel uninstall. Harmless when jupyter-repro is no longer installed.
({source} if getattr(get_ipython(), "kernel", None) is not None else None)
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Autoload:
    """Where the startup file lies, and whether it is there."""

    path: Path
    installed: bool


def startup_file(profile: str = "default") -> Path:
    """Path of our file in a profile of IPython. Raises BadInput for a profile that does not exist."""
    from IPython.paths import get_ipython_dir

    folder = Path(get_ipython_dir()) / f"profile_{profile}"
    if profile != "default" and not folder.is_dir():
        raise BadInput(
            f"the IPython profile {profile!r} does not exist", hint=f"Make it with: ipython profile create {profile}"
        )
    return folder / "startup" / NAME


def status(profile: str = "default") -> Autoload:
    """Whether kernels are tracked from their start."""
    path = startup_file(profile)
    return Autoload(path=path, installed=path.is_file() and _is_ours(path))


def install(profile: str = "default") -> Autoload:
    """Write the startup file, in one rename. Raises CannotWrite, or BadInput where someone else's file has the name."""
    path = startup_file(profile)
    if path.exists() and not _is_ours(path):
        raise BadInput(f"{path} is not ours", hint="Move it away first.")
    text = _TEXT.format(mark=MARK, source=bootstrap_source())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".jupyter-repro-")
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
        Path(temporary).replace(path)
    except OSError as error:
        raise CannotWrite(
            f"{path} cannot be written: {error.strerror}", hint="Set IPYTHONDIR to a folder of yours."
        ) from None
    return Autoload(path=path, installed=True)


def uninstall(profile: str = "default") -> Autoload:
    """Remove the startup file, if it is ours. Nothing to do where there is none."""
    path = startup_file(profile)
    if path.is_file() and _is_ours(path):
        try:
            path.unlink()
        except OSError as error:
            raise CannotWrite(f"{path} cannot be removed: {error.strerror}") from None
    return Autoload(path=path, installed=False)


def _is_ours(path: Path) -> bool:
    try:
        return path.read_text(encoding="utf-8", errors="replace").startswith(MARK)
    except OSError:
        return False
