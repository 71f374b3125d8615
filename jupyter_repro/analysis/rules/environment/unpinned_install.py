"""Installs packages without saying which version.

## Why it hurts

The line gets whatever is newest that day. Next year it is another library under the same name.

## Example

    # %% a
    !pip install pandas
    # %% b
    print(1)

## Instead

    # %% a
    !pip install pandas==2.2.3
    # %% b
    print(1)

Better: keep installs out of the notebook, in a locked requirements file.

## Limits

A requirements file is taken to be pinned.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib import metadata

from jupyter_repro.analysis.context import Context
from jupyter_repro.analysis.finding import Edit, Finding, Fix
from jupyter_repro.analysis.importable import INSTALLS
from jupyter_repro.analysis.rule import Rule
from jupyter_repro.model.document import DocumentCell

_TAKES_VALUE = frozenset(
    [
        "-r",
        "--requirement",
        "-i",
        "--index-url",
        "--extra-index-url",
        "-f",
        "--find-links",
        "-c",
        "--constraint",
        "-t",
        "--target",
    ]
)


def _loose(arguments: str) -> Iterator[str]:
    """The packages in a command line that have no version."""
    words = iter(arguments.split("#")[0].replace('"', "").replace("'", "").split())
    for word in words:
        if word in ("&&", ";", "|", ">", "2>&1"):
            return
        if word in _TAKES_VALUE:
            next(words, None)
        elif not word.startswith(("-", ".", "/", "{", "$")) and not re.search(r"==|@|://|\.whl$|\.txt$|=\d", word):
            yield word


def as_requirement(ctx: Context, cell: DocumentCell) -> Fix | None:
    """A fix that gives each package the version that is installed here; None where one is not, or nothing is loose."""
    source, changed = cell.source, False
    for line in reversed(list(INSTALLS.finditer(cell.source))):
        arguments = line["what"]
        for name in dict.fromkeys(_loose(arguments)):
            version = _version(ctx, re.split(r"[\[<>=!~;]", name)[0])
            if version is None or re.search(r"[<>!~=]", name):
                return None
            arguments = re.sub(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", f"{name}=={version}", arguments, count=1)
            changed = True
        source = source[: line.start("what")] + arguments + source[line.end("what") :]
    if not changed:
        return None
    return Fix(title="Pin to the installed versions", edits=(Edit(action="replace", cell=cell.id, source=source),))


def _version(ctx: Context, name: str) -> str | None:
    """The version in the last recorded session, else in this environment."""
    plain = name.lower().replace("_", "-")
    for session in reversed(ctx.history.sessions):
        for each in session.distributions:
            if each.name.lower().replace("_", "-") == plain:
                return each.version
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


class UnpinnedInstall(Rule):
    """An install names no version."""

    code = "RPE505"
    name = "unpinned-install"
    severity = "warning"
    why = "The newest version of that day is installed, and it is another one tomorrow."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell that installs without versions."""
        for cell in ctx.cells:
            loose = [name for line in INSTALLS.finditer(cell.source) for name in _loose(line["what"])]
            if loose:
                yield self.found(
                    cell.id,
                    f"installs {', '.join(f'`{name}`' for name in dict.fromkeys(loose))} without a version",
                    "Name the version (package==1.2.3), or install from a locked requirements file.",
                    fix=as_requirement(ctx, cell),
                )
