"""Shows or saves what the clock said.

The cell asks for the time or the date, and the answer reaches an output or a file.

## Why it hurts

The output is different in every run. Where the date is an input (an age, a "last 30 days"), the result itself drifts
with the calendar, and a rerun next year computes something else.

## Example

    # %% a
    from datetime import datetime

    started = datetime.now()
    # %% b
    print("report of", started)

## Instead

    # %% a
    from datetime import datetime

    started = datetime(2026, 1, 1)
    # %% b
    print("report of", started)

Make the time a parameter in a cell at the top, so that one place decides it.

## Limits

Durations are another rule (`timing-in-output`). A date that a library prints is found in the output's text only where
a recorded run says which day it was.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from jupyter_repro.analysis.code.cellcode import Magic
from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.looks import has_magics
from jupyter_repro.analysis.findings import fixes
from jupyter_repro.analysis.findings.finding import Edit, Finding, Fix
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.analysis.rules.nondeterminism.rooted import Rooted, rooted
from jupyter_repro.analysis.tables.sources import TAKES_NOW

PARAMETER = "RUN_TIME"
_PINNED = {
    "datetime.datetime.now": "{p}",
    "datetime.datetime.today": "{p}",
    "datetime.datetime.utcnow": "{p}",
    "datetime.date.today": "{p}.date()",
    "time.time": "{p}.timestamp()",
    "time.ctime": "{p}.ctime()",
}


def pinned(ctx: Context, group: Rooted) -> Fix | None:
    """A fix that puts the time into a parameter cell at the top: the time of the shown run, where one is recorded."""
    what = {id(root.call): root.what for root in group.roots}

    def change(node: ast.expr, text: str) -> str | None:
        return _at_run_time(what[id(node)], node, text) if isinstance(node, ast.Call) else None

    title = "Pin the time in a parameter cell"
    fix = fixes.replace_calls(ctx, group.roots, change, title)
    if fix is None:
        return None
    shown = ctx.shown_runs.get(group.cell)
    moment = shown[1].started[:19] if shown else "2026-01-01T00:00:00"
    parameter = f'import datetime as _datetime\n\n{PARAMETER} = _datetime.datetime.fromisoformat("{moment}")'
    edits = list(fix.edits)
    if not any(PARAMETER in ctx.code(each).names.binds for each in ctx.cells):
        edits.append(Edit(action="insert", index=ctx.cells[0].index, source=parameter))
    return Fix(title=title, edits=tuple(edits))


def _at_run_time(what: str, node: ast.Call, text: str) -> str | None:
    """A call that asks for the time, with the parameter instead; None where it asks for more than that."""
    if what in _PINNED and not node.args and not node.keywords:
        return _PINNED[what].format(p=PARAMETER)
    if what in ("pandas.Timestamp.now", "pandas.Timestamp.today") and not node.args and not node.keywords:
        return f"{text[: text.rindex('.')]}({PARAMETER})"
    if what == "time.strftime" and len(node.args) == 1:
        return f"{PARAMETER}.strftime{text[text.index('(') :]}"
    if what in TAKES_NOW and len(node.args) == 1 and not node.keywords:
        unit = ', "s"' if what == "numpy.datetime64" else ""
        return f"{text[: text.index('(')]}({PARAMETER}{unit})"
    return None


class ClockInOutput(Rule):
    """A shown or saved value rests on the time of day."""

    code = "RPN405"
    name = "clock-in-output"
    severity = "warning"
    why = "The clock gives another answer in every run."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell that asks the clock."""
        for group in rooted(ctx, lambda root: root.kind == "clock"):
            yield self.found(
                group.cell,
                f"{group.what} reads the clock",
                "Take the time from a parameter cell, or keep it out of outputs.",
                cells=group.cells,
                here=group.here,
                evidence=group.evidence,
                fix=pinned(ctx, group),
            )
        for cell in ctx.where(has_magics):
            asked = next((each for each in ctx.code(cell).magics if _asks(each)), None)
            if asked is not None and (cell.outputs or not ctx.has_outputs):
                yield self.found(
                    cell.id,
                    f"`{asked.name}{asked.argument}` reads the clock",
                    "Keep it out of outputs, or tag the cell so that it is not compared.",
                )


def _asks(magic: Magic) -> bool:
    """``!date``, without a date to print."""
    return magic.name == "!" and re.match(r"date\b(?!.*(?:-d|--date|-r|--reference)\b)", magic.argument) is not None
