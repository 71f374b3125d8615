"""Prints the date of the run as part of a table or a log line.

``summary()`` of statsmodels heads its tables with the date and time; loggers stamp every line.

## Why it hurts

The numbers below may be the same to the last digit, and the output still differs in every run.

## Example

    # %% a
    print(results.summary())
    #> Date:                Sat, 21 Nov 2026
    #> Time:                        00:25:01
    #> Log-Likelihood:               -113.54

## Instead

    # %% a
    print(results.params)
    #> const    2.31

## Limits

Without a recorded run the rule knows the heading of statsmodels and the stamps of ``logging``; with one, it knows the
day of the run and finds it in any common form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache, partial

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.analysis.forecast.clockface import shows_its_time
from jupyter_repro.analysis.rules.nondeterminism.rooted import rooted
from jupyter_repro.analysis.runs.outputtext import all_text
from jupyter_repro.model.document import DocumentCell
from jupyter_repro.records import RunRecord

_STAMP = re.compile(
    r"Date:\s+(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?:\d\d \w{3}|\w{3} \d\d) \d{4}"
    r"|^\[?(?:[A-Z]+ )?\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[,.]\d+[] |]",
    re.MULTILINE,
)


_FIGURES = re.compile(r"\d{4}|\d:\d\d")


def _moment(cell: DocumentCell, run: RunRecord) -> str | None:
    """The time or the day of the run, as the output has it."""
    text = all_text(cell)
    return shows_its_time(cell, run) or next((form for form in _forms(run.started[:10]) if form in text), None)


@lru_cache(maxsize=64)
def _forms(day: str) -> tuple[str, ...]:
    """Common ways to write a day; those with the year only, since shorter ones match by chance."""
    try:
        date = datetime.fromisoformat(day)
    except ValueError:
        return ()
    forms = ("%Y-%m-%d", "%d %b %Y", "%b %d, %Y", "%B %d, %Y", "%d %B %Y", "%d.%m.%Y", "%Y/%m/%d", "%b %d %Y")
    return tuple(date.strftime(form) for form in forms)


def _is_written(ctx: Context, day: str) -> bool:
    """Whether the notebook itself names the day: then it is a parameter, not the clock."""
    return any(day in cell.source for cell in ctx.cells)


def _has_figures(cell: DocumentCell) -> bool:
    """Whether anything in the output can be a year or a time of day."""
    return _FIGURES.search(all_text(cell)) is not None


class DateInOutput(Rule):
    """An output holds the date of its run, and no call in the notebook asked for it."""

    code = "RPN407"
    name = "run-date-in-output"
    severity = "info"
    why = "The run's own date is part of the output, so the output differs every time although the results do not."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell whose output holds the date of its run."""
        clocked = {
            each for group in rooted(ctx, lambda root: root.kind == "clock") for each in (group.cell, *group.cells)
        }
        for cell in ctx.where(_has_figures):
            match = _STAMP.search(all_text(cell))
            shown = ctx.shown_runs.get(cell.id)
            day = match.group() if match else self._moment(ctx, cell, shown[1]) if shown else None
            if cell.id in clocked or day is None or (shown and _is_written(ctx, shown[1].started[:10])):
                continue
            yield self.found(
                cell.id,
                f'the output holds the date of its run ("{" ".join(day.split())}")',
                "Show the part that matters (results.params), or tag the cell so that it is not compared.",
            )

    def _moment(self, ctx: Context, cell: DocumentCell, run: RunRecord) -> str | None:
        found: str | None = ctx.recall.fact((self.code, cell.id), (cell, run), partial(_moment, cell, run))
        return found
