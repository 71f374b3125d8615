"""Where cells install packages: by ``!pip``, ``%pip``, conda or uv, in a ``%%bash`` cell, through ``subprocess``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from jupyter_repro.analysis.code.cellcode import CellCode
from jupyter_repro.analysis.facts.looks import naming

_INSTALLER = (
    r"(?:\{?sys\.executable\}?[ \t]+-m[ \t]+|python3?[ \t]+-m[ \t]+)?"
    r"(?P<tool>pip|conda|mamba|uv)3?(?:[ \t]+pip)?[ \t]+(?:install|add)[ \t]+(?P<what>[^\n]+)"
)
_ESCAPED = re.compile(r"^[ \t]*[!%][ \t]*" + _INSTALLER, re.MULTILINE)
_PLAIN = re.compile(r"^[ \t]*" + _INSTALLER, re.MULTILINE)
_SHELLS = ("%%bash", "%%sh", "%%script", "%%!")
_RUNNERS = ("subprocess.", "os.system", "os.popen")
_TAKES_VALUE = frozenset(
    "-r --requirement -i --index-url --extra-index-url -f --find-links -c --constraint -t --target -n --name "
    "--channel -p --prefix".split()
)
_ENDS = ("&&", ";", "|", ">", ">>", "2>&1", "||")


may_install = naming("install", "add")
"""A look for cells that `installs` may find something in."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Install:
    """One command that installs. ``start`` and ``end`` are the place of ``arguments`` in the cell's source."""

    arguments: str
    tool: str = ""
    """``pip``, ``conda``, ``mamba`` or ``uv``."""
    start: int | None = None
    end: int | None = None
    line_start: int | None = None
    """Where the whole command line begins; None where it is no line of its own."""


def installs(code: CellCode) -> Iterator[Install]:
    """The commands of a cell that install something, in order."""
    shell = any(magic.name in _SHELLS for magic in code.magics)
    for match in (_PLAIN if shell else _ESCAPED).finditer(code.source):
        yield Install(
            arguments=match["what"],
            tool=match["tool"],
            start=match.start("what"),
            end=match.end("what"),
            line_start=match.start(),
        )
    for first, rest, node in code.calls:
        dotted = ".".join(filter(None, (code.aliases.get(first, first), rest)))
        if dotted.startswith(_RUNNERS) and node.args:
            words = _words(node.args[0])
            if "install" in words and any(re.fullmatch(r"pip3?|conda|mamba|uv", word) for word in words):
                yield Install(arguments=" ".join(words[words.index("install") + 1 :]))


def requirements(install: Install) -> Iterator[str]:
    """What is to be installed, options left out: ``numpy==2.1``, ``git+https://...``."""
    words = iter(install.arguments.split(" #")[0].replace('"', "").replace("'", "").split())
    for word in words:
        if word in _ENDS or word.startswith("#"):
            return
        if word in _TAKES_VALUE:
            next(words, None)
        elif not word.startswith(("-", ".", "/", "{", "$")) and not word.endswith((".whl", ".txt", ".tar.gz")):
            yield word


def is_pinned(requirement: str) -> bool:
    """Whether a requirement names one version: ``==``, conda's ``name=1.2``, a commit or tag of a repository."""
    if "://" in requirement:
        repository = requirement.partition("://")[2].partition("/")[2].partition("#")[0]
        return "@" in repository or not re.match(r"(?:git|hg|svn|bzr)\+", requirement.rpartition("@")[2])
    return bool(re.search(r"===?[^*]+$|^[\w.-]+=\d[^*]*$", requirement))


def _words(node: ast.expr) -> list[str]:
    match node:
        case ast.Constant(value=str(text)):
            return text.split()
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return [each.value for each in parts if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        case _:
            return []
