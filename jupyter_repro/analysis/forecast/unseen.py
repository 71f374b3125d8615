"""Runs of which the capture says that it could not see what they took from before."""

from __future__ import annotations

import re

from jupyter_repro.analysis.code.opening import DEFINES_NOTHING
from jupyter_repro.records import RunRecord

_INPUTS = re.compile(r"state(: (?P<what>\S+)| is not watched| could not be watched)|the cell's source could not")
_BY_NAME = frozenset(["globals()", "locals()", "vars()"])
"""Mostly asked whether a name is there, which the text tells as well."""


def unseen_inputs(run: RunRecord) -> str | None:
    """The blind spot that hides a run's inputs, None where they are known."""
    for spot in run.blind_spots:
        found = _INPUTS.match(spot)
        if found is not None and found["what"] not in _BY_NAME | DEFINES_NOTHING:
            return spot
    return None
