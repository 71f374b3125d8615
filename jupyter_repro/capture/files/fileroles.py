"""Tells the user's own files from those of Python, the system and the tools around them."""

from __future__ import annotations

import os
import sys
import sysconfig
import tempfile
from typing import Literal

Role = Literal["user", "module", "noise"]

_INVISIBLE = ("/proc/", "/sys/", "/dev/", "/run/")
_OUR_PARTS = {".repro", ".ipynb_checkpoints", "__pycache__", ".git", ".ipython"}
_CACHES = {".cache", ".matplotlib", ".config", ".fontconfig", "fontconfig", ".ipython", ".jupyter", ".local"}
_SCRATCH = (".~", ".#", ".nfs", ".goutputstream-")
_SCRATCH_ENDS = ("~", ".swp", ".swx", "-journal", "-wal", "-shm", ".pyc")
_POOLS = ("pymp-", "joblib_memmapping_folder_", "loky-")
"""What pools of processes leave in the temporary folder: sockets and arrays handed over."""
_SOURCES = (".py", ".pyc", ".pyi", ".so", ".pyd", ".pth")


class Roles:
    """Knows where Python, the system and the caches lie on this machine."""

    def __init__(self, project: str) -> None:
        self._project = project.rstrip("/") + "/"
        libraries = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
        libraries |= {path for path in sys.path if path.endswith(("site-packages", "dist-packages"))}
        libraries |= {
            os.path.join(prefix, "lib") for prefix in (sys.prefix, sys.base_prefix) if prefix not in ("/", "/usr")
        }
        self._libraries = tuple(os.path.realpath(path).rstrip("/") + "/" for path in libraries if path)
        prefixes = {os.path.realpath(prefix) for prefix in (sys.prefix, sys.base_prefix)}
        self._tools = tuple(f"{prefix}/" for prefix in prefixes if prefix not in ("/", "/usr"))
        self._system = ("/usr/", "/etc/", "/lib/", "/lib64/", "/bin/", "/sbin/", "/var/cache/", "/opt/conda/")
        self._home = os.path.expanduser("~").rstrip("/") + "/"
        self._temporary = os.path.realpath(tempfile.gettempdir()).rstrip("/") + "/"

    def role(self, path: str) -> Role | None:
        """The role of a file; None for what is no file of anybody (devices, our own journal, byte-code)."""
        if path.startswith(_INVISIBLE):
            return None
        inside = path.startswith(self._project)
        parts = (path[len(self._project) :] if inside else path).split("/")
        if not _OUR_PARTS.isdisjoint(parts) or parts[-1].startswith(_SCRATCH) or parts[-1].endswith(_SCRATCH_ENDS):
            return None
        if path.startswith(self._libraries) or "site-packages" in parts or "dist-packages" in parts:
            return "module" if not path.endswith((".pyc", ".so")) else None
        if inside:
            return "module" if path.endswith(_SOURCES) else "user"
        if path.startswith((*self._system, *self._tools)):
            return "noise"
        if path.startswith(self._temporary) and any(each.startswith(_POOLS) for each in parts):
            return None
        if path.startswith(self._home) and not _CACHES.isdisjoint(path[len(self._home) :].split("/")[:-1]):
            return "noise"
        return "module" if path.endswith(_SOURCES) else "user"

    def may_be_watched(self, folder: str) -> bool:
        """Whether a folder outside the project holds somebody's data, and is not one that many programs use."""
        programs = folder in os.environ.get("PATH", "").split(os.pathsep)
        return not programs and not self.is_shared(folder) and self.role(folder + "/file") == "user"

    def is_shared(self, folder: str) -> bool:
        """Whether many other programs use a folder directly: watching it would tell of their files."""
        return folder + "/" in (self._home, self._temporary, "//") or folder.startswith(_INVISIBLE)
