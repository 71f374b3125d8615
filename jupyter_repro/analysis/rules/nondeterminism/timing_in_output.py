"""Shows how long something took.

``%time``, ``%timeit``, progress bars, ``perf_counter`` and the timings that training loops print.

## Why it hurts

No two runs take the same time, so the output never compares equal. It does not make the results less reproducible:
a rerun's comparison has to leave it out, and a reader has to know that.

## Example

    # %% a
    %time total = sum(range(10))
    #> CPU times: user 4 us, sys: 0 ns, total: 4 us
    #> Wall time: 6.2 us

## Instead

    # %% a
    total = sum(range(10))
    # %% b
    total
    #> 45

Or tag the cell so that its output is not compared.

## Limits

Found by the calls in the source and by the shape of the text in the output.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.looks import has_magics
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.analysis.forecast.clockface import seconds_of
from jupyter_repro.analysis.rules.nondeterminism.rooted import rooted
from jupyter_repro.analysis.runs.outputtext import all_text
from jupyter_repro.model.document import DocumentCell
from jupyter_repro.records import RunRecord

_NUMBER = r"(?P<number>\d+(?:\.\d+)?)\s?(?P<unit>s|sec|secs|seconds|ms|min|minutes)\b"
_DURATION = re.compile(
    r"CPU times: [^\n]*|Wall time: [^\n]*|[\d.]+ [mu\u00b5n\u03bc]?s \u00b1 [^\n]*|\d+(?:\.\d+)?\s?(?:it/s|s/it)\b"
    r"|\d+[mu]?s/step"
    r"|\b\d+:\d\d<\d+:\d\d\b|\[\s*[\d.]+\s*(?:s|sec|seconds)\]"
    r"|\b(?:took|elapsed|finished in|done in|completed in|executed in|runtime"
    r"|(?:execution|elapsed|running|run|training|computation|computing|total|cpu|wall|fitting|sampling) time)"
    rf"\b[^\n]{{0,25}}?\b{_NUMBER}",
    re.IGNORECASE,
)
_MAYBE = re.compile(rf"\b(?:time|duration|in)\b[^\n\d]{{0,25}}?\b{_NUMBER}", re.IGNORECASE)
_SECONDS = {"ms": 0.001, "min": 60, "minutes": 60}


def _duration(cell: DocumentCell, run: RunRecord | None) -> str | None:
    """A duration in the output; one that could as well be data only where the recorded run took about that long."""
    text = all_text(cell)
    sure = _DURATION.search(text)
    if sure is not None:
        return sure.group().strip()
    took = seconds_of(run) if run is not None else None
    for match in _MAYBE.finditer(text) if took is not None and took > 0.05 else ():
        seconds = float(match["number"]) * _SECONDS.get(match["unit"].lower(), 1)
        if took is not None and 0.3 * took <= seconds <= took:
            return match.group().strip()
    return None


def _may_tell(cell: DocumentCell) -> bool:
    """Whether the cell can hold a duration or asks for one by a magic."""
    text = all_text(cell)
    return has_magics(cell) or _DURATION.search(text) is not None or _MAYBE.search(text) is not None


class TimingInOutput(Rule):
    """An output holds a duration."""

    code = "RPN406"
    name = "timing-in-output"
    severity = "info"
    why = "A duration is different in every run, so this output never compares equal."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell that shows a duration."""
        flowing = {group.cell: group for group in rooted(ctx, lambda root: root.kind == "timing")}
        for cell in ctx.in_order(map(ctx.by_id.__getitem__, flowing), ctx.where(_may_tell)):
            group = flowing.get(cell.id)
            magic = next(
                (each.name for each in ctx.code(cell).magics if each.name.lstrip("%") in ("time", "timeit")), None
            )
            in_text = _duration(cell, ctx.current_run(cell))
            if group is None and not in_text and not (magic and not ctx.has_outputs):
                continue
            what = group.what if group else f"`{magic}`" if magic else f'"{in_text}"' if in_text else "a duration"
            yield self.found(
                cell.id,
                f"{what} is a duration",
                "Keep durations out of cells whose output matters, or tag the cell so that it is not compared.",
                cells=group.cells if group else (),
                here=group is None or group.here or in_text is not None,
            )
