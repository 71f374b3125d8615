"""Shows something of this machine: its name, its folders, its number of cores, a process id.

## Why it hurts

The output differs on every other machine, and tells readers more about yours than they need.

## Example

    # %% a
    import os

    here = os.getcwd()
    # %% b
    print(here)

## Instead

    # %% a
    from pathlib import Path

    here = Path("data")
    # %% b
    print(here)

## Limits

Found by the calls in the source, and by the kernel's own process id in warnings (``/tmp/ipykernel_1234/``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.looks import has_magics
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.analysis.rules.nondeterminism.rooted import rooted
from jupyter_repro.analysis.runs.outputtext import all_text
from jupyter_repro.model.document import DocumentCell

_PROCESS = re.compile(r"ipykernel_\d+[/\\]|\bpid[ =:]+\d+", re.IGNORECASE)


_COMMANDS = re.compile(r"(?:pwd|hostname|whoami|nproc|lscpu|uname|nvidia-smi|free|df|ps|top|id|ifconfig)\b")


def _asked(ctx: Context, cell: DocumentCell) -> str | None:
    """A magic or command that tells of the machine, in a cell that shows something."""
    if ctx.has_outputs and not cell.outputs:
        return None
    for magic in ctx.code(cell).magics:
        if magic.name == "%pwd" or (magic.name == "!" and _COMMANDS.match(magic.argument)):
            return magic.name if magic.name == "%pwd" else f"!{magic.argument.split()[0]}"
    return None


def _may_tell(cell: DocumentCell) -> bool:
    return has_magics(cell) or _PROCESS.search(all_text(cell)) is not None


class MachineInOutput(Rule):
    """An output holds something of the machine or process."""

    code = "RPN413"
    name = "machine-in-output"
    severity = "info"
    why = "The value describes this machine or process, so it differs everywhere else."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell that shows the machine."""
        flowing = {group.cell: group for group in rooted(ctx, lambda root: root.kind == "environment")}
        for cell in ctx.in_order(map(ctx.by_id.__getitem__, flowing), ctx.where(_may_tell)):
            group, process = flowing.get(cell.id), _PROCESS.search(all_text(cell))
            asked = _asked(ctx, cell)
            if group is None and process is None and asked is None:
                continue
            what = group.what if group else f"`{asked}`" if asked else "the kernel's process id in a warning"
            yield self.found(
                cell.id,
                f"{what} is shown",
                "Keep it out of the output; fix or silence the warning that prints it.",
                cells=group.cells if group else (),
                here=group is None or group.here or process is not None or asked is not None,
            )
