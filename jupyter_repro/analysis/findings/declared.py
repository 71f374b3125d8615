"""Requirements that the notebook declares itself: inline script metadata (PEP 723) in a comment at its top."""

from __future__ import annotations

import re

import tomllib

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.importable import module_paths
from jupyter_repro.analysis.facts.installs import Install, installs, is_pinned, requirements
from jupyter_repro.analysis.findings.finding import Edit, Fix
from jupyter_repro.model.document import DocumentCell

_BLOCK = re.compile(r"^# /// script\n(?P<body>(?:#(?: [^\n]*)?\n)+?)# ///[ \t]*$", re.MULTILINE)
_QUIET = frozenset(
    "-q --quiet -U --upgrade -y --yes --user --no-cache-dir --disable-pip-version-check -qq -qqq".split()
)


def as_requirement(ctx: Context, cell: DocumentCell) -> Fix | None:
    """A fix that takes the install out of the cell and declares what it installs, at the version that is there now.

    None where the line does more than install from the index, or a version cannot be told.
    """
    wanted: dict[str, None] = {}
    source = cell.source
    for install in reversed(list(installs(ctx.code(cell)))):
        pinned = _pinned(ctx, install)
        if pinned is None or install.line_start is None or install.end is None:
            return None
        wanted.update(dict.fromkeys(pinned))
        source = source[: install.line_start] + source[install.end :].removeprefix("\n")
    if not wanted:
        return None
    declaration = _declared(ctx, sorted(wanted))
    if declaration is None:
        return None
    left = Edit(action="replace", cell=cell.id, source=source.strip("\n"))
    empty = not source.strip() or re.fullmatch(r"\s*%%\w+\s*", source)
    first = Edit(action="delete", cell=cell.id) if empty else left
    edits = (first, declaration) if declaration.action == "replace" else (declaration, first)
    return Fix(title="Declare it as a requirement", edits=edits)


def _pinned(ctx: Context, install: Install) -> list[str] | None:
    """What a command installs, each with its version; None where that cannot be said."""
    words = install.arguments.split(" #")[0].split()
    names = list(requirements(install))
    if not names or any(word.startswith("-") and word not in _QUIET for word in words):
        return None
    if len(names) + sum(word in _QUIET for word in words) != len(words):
        return None
    if install.tool not in ("pip", "uv"):
        return None
    found = []
    for name in names:
        version = _version(ctx, re.split(r"[\[<>=!~;@]", name)[0])
        if is_pinned(name):
            found.append(name)
        elif version is None or "://" in name:
            return None
        else:
            found.append(f"{re.split(r'[<>=!~;]', name)[0]}=={version}")
    return found


def _version(ctx: Context, name: str) -> str | None:
    """The version in the last recorded session, else in the environment of the notebook's kernel."""
    plain = _normal(name)
    for session in reversed(ctx.history.sessions):
        for each in session.distributions:
            if _normal(each.name) == plain:
                return each.version
    from importlib import metadata  # slow to load

    paths = module_paths(ctx)
    found = metadata.distributions(name=name, path=list(paths)) if paths else ()
    return next((each.version for each in found), None)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _declared(ctx: Context, requirements: list[str]) -> Edit | None:
    """An edit that adds requirements to the notebook's declaration, or makes one."""
    for cell in ctx.cells:
        match = _BLOCK.search(cell.source)
        if match is not None:
            return _extended(cell, match, requirements)
    lines = ["# /// script", "# dependencies = [", *(f'#     "{each}",' for each in requirements), "# ]", "# ///"]
    return Edit(action="insert", index=ctx.cells[0].index, source="\n".join(lines))


def _extended(cell: DocumentCell, match: re.Match[str], requirements: list[str]) -> Edit | None:
    body = "".join(line[2:] if line.startswith("# ") else line[1:] for line in match["body"].splitlines(keepends=True))
    try:
        known = tomllib.loads(body).get("dependencies", [])
    except tomllib.TOMLDecodeError:
        return None
    end = re.search(r"^# \]", match["body"], re.MULTILINE)
    new = [each for each in requirements if each not in known]
    if end is None or not isinstance(known, list):
        return None
    at = match.start("body") + end.start()
    added = "".join(f'#     "{each}",\n' for each in new)
    return Edit(action="replace", cell=cell.id, source=cell.source[:at] + added + cell.source[at:])
