"""Runs a shell command that fails, and nobody notices.

``!command`` never raises: the notebook goes on with whatever was there before.

## Why it hurts

Files that the command should have made are old ones or missing, and the cells below do not know.

## Example

    # %% a
    !cp no-such-file.csv copy.csv
    #> cp: cannot stat 'no-such-file.csv': No such file or directory

## Instead

    # %% a
    import shutil

    shutil.copy("file.csv", "copy.csv")

``%%bash`` raises when its last command fails; ``subprocess.run(..., check=True)`` does too.

## Limits

Without a recorded run, found by the common ways shells say that something failed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.looks import has_magics
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.analysis.runs.outputtext import all_text

_FAILED = re.compile(
    r"^[^\n]*(?:command not found|\bsh: \d+: \S+: not found|No such file or directory|Permission denied"
    r"|cannot (?:stat|access|open|find or open)|fatal: |^make: \*\*\* |^curl: \(\d+\)|unable to resolve host"
    r"|Could not resolve host|^ERROR: (?:Could not|No matching)|not recognized as an internal)[^\n]*",
    re.MULTILINE,
)


class SilentShellFailure(Rule):
    """A shell command failed without stopping anything."""

    code = "RPE509"
    name = "silent-shell-failure"
    severity = "warning"
    why = "The failure stops nothing, so the cells below go on with what was there before."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell whose command failed."""
        for cell in ctx.where(has_magics):
            commands = [each for each in ctx.code(cell).magics if each.name == "!"]
            run = ctx.current_run(cell)
            failed = (
                [
                    each
                    for each in run.outside
                    if each.kind == "process" and each.what.startswith("!") and each.detail.get("status", "0") != "0"
                ]
                if run
                else []
            )
            text = _FAILED.search(all_text(cell)) if commands else None
            if commands and (failed or text):
                yield self.found(
                    cell.id,
                    f"`!{commands[0].argument[:60]}` failed" + (f": {text.group().strip()}" if text else ""),
                    "Use %%bash or subprocess.run(..., check=True), which stop on failure.",
                )
