"""Where the kernel of a name is installed.

As ``KernelSpecManager().find_kernel_specs()`` says it (a test holds the two against each other). That one loads zmq,
asyncio and IPython, which takes longer than the judgement of a notebook.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

NATIVE = "python3"
"""The kernel that ipykernel brings, installed by name or not."""


def folder_of(name: str) -> Path | None:
    """The folder with the kernel's resources, None where no kernel of that name is installed. Case does not count."""
    from jupyter_core.paths import jupyter_path  # slow to load

    ipython = os.environ.get("IPYTHONDIR") or Path.home() / ".ipython"
    for base in map(Path, (*jupyter_path("kernels"), Path(ipython).expanduser() / "kernels")):
        try:
            folders = [each for each in base.iterdir() if each.name.lower() == name.lower()]
        except OSError:
            continue
        for folder in folders:
            if (folder / "kernel.json").is_file():
                return folder
    native = find_spec("ipykernel") if name.lower() == NATIVE else None
    return Path(native.origin).parent / "resources" if native is not None and native.origin else None
