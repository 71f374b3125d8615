"""Which package of the system owns a file, where the package manager of this machine can tell."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping

TIMEOUT = 20.0
"""Seconds that the package manager may take."""
_MERGED = ("/bin/", "/sbin/", "/lib/", "/lib64/")
"""Folders that are links into /usr on systems of today; packages may know a file by either name."""


def owners(paths: Iterable[str]) -> Mapping[str, str]:
    """Path -> ``name version`` of the Debian package that owns it; paths that none owns are left out."""
    spelled: dict[str, str] = {}
    for path in paths:
        for each in dict.fromkeys((path, os.path.realpath(path))):
            spelled.setdefault(each, path)
            if each.startswith("/usr") and each[4:].startswith(_MERGED):
                spelled.setdefault(each[4:], path)
    found = {
        spelled[path]: package.partition(",")[0].partition(":")[0]
        for line in _told("dpkg-query", "-S", *spelled)
        for package, _, path in [line.partition(": ")]
        if path in spelled
    }
    versions = dict(
        line.split("\t", 1) for line in _told("dpkg-query", "-W", "-f=${Package}\t${Version}\n", *set(found.values()))
    )
    return {path: f"{package} {versions.get(package, '')}".strip() for path, package in found.items()}


def executables(commands: Iterable[str]) -> Mapping[str, str]:
    """The programs that recorded commands name -> where this machine finds them."""
    found = {}
    for command in commands:
        words = command.lstrip("!").split()
        name = words[0] if words else ""
        path = shutil.which(name) if name and not name.startswith("multiprocessing") else None
        if path is not None:
            found[name] = path
    return found


def _told(program: str, *arguments: str) -> list[str]:
    if len(arguments) < 2 or shutil.which(program) is None:
        return []
    try:
        done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=TIMEOUT, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return done.stdout.splitlines()
