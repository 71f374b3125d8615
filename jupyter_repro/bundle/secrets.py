"""Nothing secret leaves: sources, outputs, paths and small text data are searched before a bundle is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from jupyter_repro.analysis.facts.secrets import find_secrets
from jupyter_repro.bundle.plan import Plan
from jupyter_repro.errors import SecretFound

TEXT_LIMIT = 4 << 20
"""Bytes of a data file that are searched; a larger one is searched up to here."""


def places(plan: Plan) -> Iterator[tuple[str, str]]:
    """(place, text) of all that would be written, in the words that ``--allow-secret`` takes."""
    for number, step in enumerate(plan.steps, start=1):
        yield f"cell {number}", step.source
        for output in step.outputs or ():
            yield f"output of cell {number}", "\n".join(_texts(output))
        for title in step.before:
            yield f"text before cell {number}", title
    for file in plan.files.inputs:
        yield f"path {file.target}", file.target
        if file.included:
            yield file.target, _text(file.source)
    for result in plan.files.results:
        if result.included:
            yield result.target, _text(result.source)
    for module in plan.needs.modules:
        files = sorted(module.source.rglob("*.py")) if module.source.is_dir() else [module.source]
        for path in files:
            inside = path.relative_to(module.source).as_posix() if module.source.is_dir() else ""
            yield f"{module.target}/{inside}".rstrip("/"), _text(path)


def refuse(plan: Plan) -> None:
    """Raise SecretFound where something secret would be written, unless its place is allowed."""
    found = []
    for place, text in places(plan):
        if place in plan.allowed_secrets:
            continue
        found += [f"{place}, line {hit.line} ({hit.kind})" for hit in find_secrets(text)]
    if found:
        more = f" and {len(found) - 3} more" if len(found) > 3 else ""
        first = found[0].rpartition(", line ")[0]
        raise SecretFound(
            f"{plan.document.path} holds what looks like a secret: {'; '.join(found[:3])}{more}",
            hint=f"Take it out and run again, or say --allow-secret '{first}' if it is none. Nothing was written.",
        )


def _texts(output: object) -> Iterator[str]:
    """All text in an output, images left out."""
    if isinstance(output, str):
        yield output
    elif isinstance(output, dict):
        for key, value in output.items():
            if not str(key).startswith("image/"):
                yield from _texts(value)
    elif isinstance(output, (list, tuple)):
        for value in output:
            yield from _texts(value)


def _text(path: Path) -> str:
    """The beginning of a text file; empty for a binary one."""
    with path.open("rb") as stream:
        head = stream.read(TEXT_LIMIT)
    return "" if b"\0" in head[:8192] else head.decode("utf-8", "replace")
