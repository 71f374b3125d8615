"""Every way to seed a generator is told, and no seeded draw is called unseeded nor a random seed a seed."""

from __future__ import annotations

import importlib.util
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy
import pytest

from jupyter_repro.capture.imports import ImportWatch
from jupyter_repro.capture.probes.outside import OutsideProbe
from jupyter_repro.capture.probes.randomness import RandomnessProbe
from jupyter_repro.capture.probes.state import StateProbe
from tests.capture.draw_cases import CASES, MODULES, Draws
from tests.capture.playing import Play


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Play]:
    for name, text in MODULES.items():
        (tmp_path / f"{name}.py").write_text(text)
        sys.modules.pop(name, None)
    monkeypatch.syspath_prepend(str(tmp_path))
    random.seed()
    numpy.random.seed()
    imports = ImportWatch()
    play = Play(OutsideProbe(imports), RandomnessProbe(imports), StateProbe())
    play("import random, time, os, uuid, numpy as np")
    yield play
    for probe in play.probes:
        probe.stop()
    for name in MODULES:
        sys.modules.pop(name, None)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_last_cell_draws(case: Draws, play: Play) -> None:
    if not all(importlib.util.find_spec(name) for name in case.needs):
        pytest.skip(f"needs {', '.join(case.needs)}")
    for cell in case.cells:
        run = play(cell)
        assert run.error is None, (cell, run.error)
    assert {draw.generator: draw.seeded for draw in run.draws} == case.drawn
