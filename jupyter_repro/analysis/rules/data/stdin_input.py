"""Asks the person at the keyboard.

## Why it hurts

A replay without a person stops here with an error. With one, the answer is part of the result, and stands nowhere.

## Example

    # %% a
    name = input("Which sample? ")
    # %% b
    print(name)

## Instead

    # %% a
    name = "sample-1"
    # %% b
    print(name)

## Limits

Widgets ask too; they are seen by their state (`widget-state`).
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule

_WAITING = frozenset(
    ["input", "getpass.getpass", "sys.stdin.read", "sys.stdin.readline", "breakpoint", "pdb.set_trace"]
)


_WORDS = frozenset(word.rpartition(".")[2] for word in _WAITING)


class StdinInput(Rule):
    """A cell waits for an answer."""

    code = "RPD310"
    name = "stdin-input"
    severity = "warning"
    why = "Nobody answers when the notebook is rerun, and the answer stands nowhere."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell that asks."""
        own = {name for each in ctx.naming("input") for name in ctx.code(each).names.binds}
        for cell in ctx.in_order(ctx.runs_with["outside"], ctx.naming(*_WORDS)):
            calls = [name for name, _ in ctx.calls(cell) if name in _WAITING and name not in own]
            run = ctx.current_run(cell)
            if calls or (run is not None and any(each.kind == "stdin" for each in run.outside)):
                yield self.found(
                    cell.id,
                    f"`{calls[0] if calls else 'input'}` waits for an answer",
                    "Set the value in a parameter cell; take passwords from an environment variable.",
                )
