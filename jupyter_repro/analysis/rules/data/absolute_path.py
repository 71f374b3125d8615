"""Reads or writes a file by an absolute path or in a home folder.

## Why it hurts

The path exists on one machine. On every other the cell fails, or finds another file.

## Example

    # %% a
    text = open("/home/alice/project/table.csv").read()

## Instead

    # %% a
    text = open("table.csv").read()

Keep data in the project and name it from there.

## Limits

Paths put together at run time are known from the journal only; constants, f-strings of them, ``os.path.join`` and
``Path`` are read from the text. A file in `/tmp` that the notebook makes itself is left alone, and so are devices and
system folders (`/dev/null`, `/proc`).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.filetouches import path_literals
from jupyter_repro.analysis.facts.fileusers import file_users
from jupyter_repro.analysis.findings import fixes
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule

_ABSOLUTE = re.compile(r"^(?:/(?!/)[^/\s]+/|~[\w]*[/\\]|[A-Za-z]:[/\\]|\\\\\w)")
_SYSTEM = ("/dev/", "/proc/", "/sys/", "/usr/", "/bin/", "/lib", "/opt/conda/", "/etc/")
_TEMPORARY = ("/tmp/", "/var/tmp/", "/var/folders/")


def is_absolute(path: str) -> bool:
    """Whether a path is absolute or in a home folder, on any system, and not one that every system has."""
    return bool(_ABSOLUTE.match(path)) and not path.startswith(_SYSTEM)


def _relative(ctx: Context, literal: str) -> str | None:
    """The literal relative to the notebook's folder, None where it lies elsewhere."""
    try:
        inside = Path(ast.literal_eval(literal)).expanduser().relative_to(ctx.folder.resolve())
    except (ValueError, SyntaxError, RuntimeError):
        return None
    return repr(inside.as_posix()).replace("'", literal[-1])


class AbsolutePath(Rule):
    """A file is named by a path that exists on one machine."""

    code = "RPD301"
    name = "absolute-path"
    severity = "warning"
    why = "The path exists on this machine only."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell that names such paths; one at most for each path."""
        found = {cell.id: list(path_literals(ctx, cell)) for cell in file_users(ctx)}
        scratch = {
            each.path
            for literals in found.values()
            for each in literals
            if each.mode == "write" and each.path.startswith(_TEMPORARY)
        }
        seen: set[str] = set()
        for cell in file_users(ctx):
            literals = [each for each in found[cell.id] if is_absolute(each.path) and each.path not in scratch]
            paths = [each.path for each in literals]
            run = ctx.current_run(cell)
            if run is not None:
                paths += [
                    touch.path
                    for touch in run.files
                    if touch.role == "user"
                    and touch.mode == "read"
                    and is_absolute(touch.path)
                    and not touch.path.startswith(_TEMPORARY)
                ]
            new = [path for path in dict.fromkeys(paths) if path not in seen]
            seen.update(new)
            if not new:
                continue
            source = fixes.rewritten(
                ctx.code(cell),
                [each.node for each in literals if each.node is not None],
                lambda _node, text: _relative(ctx, text),
            )
            yield self.found(
                cell.id,
                f"uses {', '.join(f'`{path}`' for path in new[:3])}"
                + (f" and {len(new) - 3} more" if len(new) > 3 else ""),
                "Put the file into the project and name it relative to the notebook.",
                fix=fixes.replace_cell(ctx, cell.id, source, "Make the path relative"),
            )
