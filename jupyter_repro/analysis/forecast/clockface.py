"""Whether a cell shows the time at which it ran: reports and summaries print it without a call to a clock in sight."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from jupyter_repro.analysis.runs.outputtext import all_text
from jupyter_repro.model.document import DocumentCell
from jupyter_repro.records import RunRecord

_TIME = re.compile(r"(?<![\d:.])(?:[01]?\d|2[0-3]):([0-5]\d):([0-5]\d)(?![\d:])")
_SLACK = timedelta(seconds=2)


def shows_its_time(cell: DocumentCell, run: RunRecord) -> str | None:
    """The time of day in the cell's output that falls into the run that made it, None where there is none.

    Minutes and seconds are compared, because the output has the user's time zone and the journal UTC.
    """
    times = list(_TIME.finditer(all_text(cell)))
    began, ended = (_moment(run.started), _moment(run.ended)) if times else (None, None)
    if began is None or ended is None or ended - began > timedelta(minutes=30):
        return None
    for match in times:
        minute, second = int(match[1]), int(match[2])
        moment = (began - _SLACK).replace(minute=minute, second=second, microsecond=0)
        for shifted in (moment, moment + timedelta(hours=1)):
            if began - _SLACK <= shifted <= ended + _SLACK:
                return match[0]
    return None


def seconds_of(run: RunRecord) -> float | None:
    """How long a run took, None where its record does not tell."""
    began, ended = _moment(run.started), _moment(run.ended)
    return (ended - began).total_seconds() if began is not None and ended is not None else None


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
