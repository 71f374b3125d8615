"""Every way to seed a generator is told, and no seeded draw is called unseeded nor a random seed a seed."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import random
import sys
from pathlib import Path
from unittest.mock import patch

import numpy
import pytest

from jupyter_repro.capture.calls.imports import ImportWatch
from jupyter_repro.capture.probes.outside import OutsideProbe
from jupyter_repro.capture.probes.randomness import RandomnessProbe
from jupyter_repro.capture.probes.state import StateProbe
from tests.capture.draw_cases import CASES, MODULES, Draws
from tests.capture.playing import Play


def play_draws(case: Draws, folder: Path) -> dict[str, bool]:
    """What is recorded of the last cell: generator -> whether the draw was seeded. Leaves nothing behind."""
    for name, text in MODULES.items():
        (folder / f"{name}.py").write_text(text)
        sys.modules.pop(name, None)
    sys.path.insert(0, str(folder))
    random.seed()
    numpy.random.seed()
    imports = ImportWatch()
    play = Play(OutsideProbe(imports), RandomnessProbe(imports), StateProbe())
    try:
        with contextlib.chdir(folder), patch.dict(os.environ):
            for cell in ("import random, time, os, uuid, numpy as np", *case.cells):
                run = play(cell)
                assert run.error is None, (cell, run.error)
    finally:
        for probe in play.probes:
            probe.stop()
        for name in MODULES:
            sys.modules.pop(name, None)
        sys.path.remove(str(folder))
    return {draw.generator: draw.seeded for draw in run.draws}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_last_cell_draws(case: Draws, tmp_path: Path) -> None:
    if not all(importlib.util.find_spec(name) for name in case.needs):
        pytest.skip(f"needs {', '.join(case.needs)}")
    assert play_draws(case, tmp_path) == case.drawn
