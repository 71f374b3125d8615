"""Which package of the system owns a file, where the package manager of this machine can tell."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

TIMEOUT = 20.0
"""Seconds that the package manager may take."""
_MERGED = ("/bin/", "/sbin/", "/lib/", "/lib64/")
"""Folders that are links into /usr on systems of today; packages may know a file by either name."""

_UNDER_ALL = frozenset(
    "libc6 libgcc-s1 libstdc++6 ca-certificates netbase tzdata libbz2-1.0 libcom-err2 libcrypt1 libdb5.3 libexpat1 "
    "libffi8 libgdbm6 libgdbm-compat4 libgssapi-krb5-2 libk5crypto3 libkeyutils1 libkrb5-3 libkrb5support0 liblzma5 "
    "libncursesw6 libnsl2 libreadline8 libsqlite3-0 libssl3 libtinfo6 libtirpc3 libuuid1 zlib1g".split()
)
"""What the package manager and Python's own modules rest on: the official images of Python have it."""
_GO_ON = frozenset("sudo env time nohup nice exec xargs command if then else elif do while until ! { }".split())
"""Words before a command that are none."""
_NO_COMMANDS = frozenset("for case select function done fi esac".split())
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")


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


@dataclass(frozen=True, kw_only=True, slots=True)
class SystemPackage:
    """A package that a rerun needs on its system."""

    name: str
    version: str
    """The version on this machine; others may do."""
    brings: tuple[str, ...]
    """Programs by name, shared libraries by path."""


def needed(commands: Iterable[str], libraries: Iterable[str] = ()) -> tuple[SystemPackage, ...]:
    """The Debian packages that these commands and shared libraries rest on, without those that are always there."""
    programs = {path: name for name, path in executables(commands).items()}
    brings: dict[str, list[str]] = {}
    for path, owner in owners([*programs, *libraries]).items():
        brings.setdefault(owner, []).append(programs.get(path, path))
    found = {owner.partition(" ")[0]: owner.partition(" ")[2] for owner in brings}
    everywhere = {
        line.partition("\t")[0]
        for line in _told("dpkg-query", "-W", "-f=${Package}\t${Essential}\t${Priority}\n", *found)
        if "\tyes" in line or "\trequired" in line
    }
    return tuple(
        SystemPackage(name=name, version=version, brings=tuple(brings[f"{name} {version}".strip()]))
        for name, version in sorted(found.items())
        if name not in everywhere | _UNDER_ALL
    )


def executables(commands: Iterable[str]) -> Mapping[str, str]:
    """The programs that recorded commands and shell scripts run -> where this machine finds them."""
    found = {}
    for command in commands:
        for name in dict.fromkeys(programs_in(command.lstrip("!"))):
            path = shutil.which(name) if not name.startswith("multiprocessing") else None
            if path is not None:
                found[name] = path
    return found


def programs_in(script: str) -> Iterator[str]:
    """The first words of the simple commands of a shell script, those behind ``sudo`` and the like included."""
    for line in script.replace("\\\n", " ").splitlines():
        words = shlex.shlex(line, posix=True, punctuation_chars=True)
        words.whitespace_split = True
        try:
            told = list(words)
        except ValueError:  # a quote that goes on in the next line
            told = line.split()
        first = True
        for word in told:
            if first and (word in _GO_ON or _ASSIGNMENT.match(word) or word.startswith("-")):
                continue
            if set(word) <= set("();<>|&"):
                first = not set(word) <= set("<>")
            elif first:
                first = False
                if word not in _NO_COMMANDS:
                    yield word


def _told(program: str, *arguments: str) -> list[str]:
    if len(arguments) < 2 or shutil.which(program) is None:
        return []
    try:
        done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=TIMEOUT, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return done.stdout.splitlines()
