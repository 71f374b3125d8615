"""Runs of which the capture says that it could not see what they took from before."""

from __future__ import annotations

import re

from jupyter_repro.records import RunRecord

_INPUTS = re.compile(r"state(:| is not watched| could not be watched)|the cell's source could not be examined")


def unseen_inputs(run: RunRecord) -> str | None:
    """The blind spot that hides a run's inputs, None where they are known."""
    return next((spot for spot in run.blind_spots if _INPUTS.match(spot)), None)
