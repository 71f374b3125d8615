"""Which generators a run seeded and drew from, in a real shell."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from jupyter_repro.capture.calls.imports import ImportWatch
from jupyter_repro.capture.draws.callsites import call_as_written, call_at
from jupyter_repro.capture.probe import Draft
from jupyter_repro.capture.probes.outside import OutsideProbe
from jupyter_repro.capture.probes.randomness import RandomnessProbe
from jupyter_repro.capture.probes.state import StateProbe
from tests.capture.playing import Play


@pytest.fixture
def play() -> Iterator[Play]:
    imports = ImportWatch()
    play = Play(OutsideProbe(imports), RandomnessProbe(imports), StateProbe())
    play("import random, time, os, uuid, numpy as np")
    yield play
    for probe in play.probes:
        probe.stop()


def drawn(run: Draft) -> dict[str, bool]:
    return {draw.generator: draw.seeded for draw in run.draws}


def seeds(run: Draft) -> set[tuple[str, str, str]]:
    return {(seed.generator, seed.value, seed.origin) for seed in run.seeds}


def test_an_unseeded_draw_is_unseeded_and_a_seeded_one_seeded(play: Play) -> None:
    assert drawn(play("random.random()")) == {"random": False}
    assert seeds(play("random.seed(3)")) == {("random", "3", "constant")}
    assert drawn(play("random.random()")) == {"random": True}


def test_the_same_seed_leads_to_the_same_states(play: Play) -> None:
    play("np.random.seed(7)")
    first = play("np.random.rand(3)").draws
    play("np.random.seed(7)")
    again = play("np.random.rand(3)").draws
    assert [(draw.before, draw.after) for draw in first] == [(draw.before, draw.after) for draw in again]
    assert first[0].before != first[0].after


def test_a_normal_deviate_that_was_kept_back_is_a_draw_too(play: Play) -> None:
    play("np.random.seed(7)")
    one, two, three = (play("np.random.randn()").draws[0] for _ in range(3))
    assert one.after == two.before and two.after == three.before
    assert len({one.before, two.before, three.before, three.after}) == 4


@pytest.mark.parametrize(
    ("source", "origin"),
    [
        ("np.random.seed(42)", "constant"),
        ("S = 42\nnp.random.seed(S)", "constant"),
        ("np.random.seed(int(time.time()))", "clock"),
        ("S = int(time.time())\nT = S + 1", ""),
        ("np.random.seed(hash('a') % 2**32)", "hash"),
        ("np.random.seed()", "entropy"),
        ("np.random.seed(None)", "entropy"),
        ("np.random.seed(int.from_bytes(os.urandom(4), 'little'))", "entropy"),
        ("np.random.seed(len('abc'))", "computed"),
    ],
)
def test_a_seed_says_what_it_was_made_of(play: Play, source: str, origin: str) -> None:
    run = play(source)
    assert {seed.origin for seed in run.seeds if seed.generator == "numpy"} == ({origin} if origin else set())
    if origin:
        assert drawn(play("np.random.rand()")) == {"numpy": origin in ("constant", "computed")}


def test_a_seed_kept_in_a_variable_made_from_the_clock_is_no_seed(play: Play) -> None:
    play("SEED = int(time.time())")
    assert {seed.origin for seed in play("random.seed(SEED)").seeds} == {"clock"}
    assert drawn(play("random.random()")) == {"random": False}


def test_a_function_that_seeds_everything_seeds(play: Play) -> None:
    play("def set_all(s):\n    random.seed(s)\n    np.random.seed(s)")
    assert {(seed.generator, seed.value) for seed in play("set_all(42)").seeds} == {("random", "42"), ("numpy", "42")}
    assert drawn(play("random.random(), np.random.rand()")) == {"random": True, "numpy": True}


def test_generators_in_variables_attributes_and_containers(play: Play) -> None:
    assert drawn(play("rng = np.random.default_rng()")) == {"unseeded:default_rng()": False}
    assert drawn(play("rng.normal()")) == {"numpy.Generator:rng": False}
    assert seeds(play("good = np.random.default_rng(7)")) == {("numpy.Generator:good", "7", "constant")}
    assert drawn(play("good.normal()")) == {"numpy.Generator:good": True}
    play("class Model:\n    def __init__(self): self.r = random.Random(1)\nmodel = Model()")
    assert drawn(play("model.r.random()")) == {"random.Random:model.r": True}
    play("box = {'g': np.random.RandomState(5)}")
    assert drawn(play("box['g'].rand()")) == {"numpy.RandomState:box.g": True}
    assert drawn(play("np.random.default_rng().random()")) == {"unseeded:default_rng()": False}


def test_libraries_that_draw_from_the_global_state_are_seen(play: Play) -> None:
    play("import pandas as pd, sklearn.ensemble\nd = pd.DataFrame({'a': range(9)})")
    assert drawn(play("d.sample(3)")) == {"numpy": False}
    play("np.random.seed(0)")
    source = "sklearn.ensemble.RandomForestClassifier(n_estimators=2).fit([[0], [1]], [0, 1])"
    assert drawn(play(source)) == {"numpy": True}


def test_seeded_calls_of_libraries_are_not_called_unseeded(play: Play) -> None:
    play("from scipy.stats import norm\nfrom sklearn.ensemble import RandomForestClassifier as Forest")
    assert not play("norm.rvs(size=2, random_state=3)").draws
    assert not play("forest = Forest(n_estimators=90, random_state=1).fit([[0], [1]] * 5, [0, 1] * 5)").draws
    assert "unseeded:RandomState()" in drawn(play("np.random.RandomState().rand()"))


def test_many_seeded_generators_hide_no_unseeded_one(play: Play) -> None:
    run = play("for i in range(300):\n    np.random.RandomState(i)\nother = np.random.RandomState()\nother.rand()")
    assert drawn(run)["unseeded:RandomState()"] is False


def test_seeding_by_the_hundred_is_heard_anew_in_the_next_run(play: Play) -> None:
    held = "seed = np.random.seed"
    play(held)
    play("for i in range(300):\n    np.random.seed(i); random.seed(i); random.Random(i)\n    np.random.default_rng(i)")
    assert seeds(play("seed(4)")) == {("numpy", "4", "constant")}
    assert seeds(play("random.seed(5)")) == {("random", "5", "constant")}
    assert seeds(play("own = random.Random(6)")) == {("random.Random:own", "6", "constant")}


def test_a_call_read_by_itself_is_the_one_in_the_whole_file() -> None:
    frames = []

    def note(*given: object, **named: object) -> FrameType:
        frames.append(sys._getframe(1))
        frame = frames[-1]
        written, found = call_as_written(frame.f_code, frame.f_lasti), call_at(frame)
        assert written is not None and found is not None
        assert ast.dump(written) == ast.dump(found)
        return frame

    note()
    [note("ä", number) for number in range(2)] and note(note(1), b=[
        "several lines",
        {"é": 2},
    ])  # fmt: skip
    (lambda: note(*frames, x=3))()
    assert len(frames) == 6


def test_an_import_that_draws_is_told_apart(play: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "draws_at_import.py").write_text("import random\nID = random.getrandbits(24)\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert [(draw.generator, draw.by_import) for draw in play("import draws_at_import").draws] == [("random", True)]
    assert [draw.by_import for draw in play("random.random()").draws] == [False]


def test_a_draw_in_the_very_run_that_loads_numpy_random_is_seen() -> None:
    """numpy loads its random module at its first use: the first draw of a process."""
    script = """
from jupyter_repro.capture.probes.randomness import RandomnessProbe
from tests.capture.playing import Play
play = Play(RandomnessProbe())
for source in ("import numpy as np", "np.random", "np.random.rand()"):
    print([(draw.generator, draw.seeded) for draw in play(source).draws if draw.generator == "numpy"])
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["[]", "[]", "[('numpy', False)]"]
    straight = script.replace('"np.random", ', "")
    done = subprocess.run(
        [sys.executable, "-c", straight], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["[]", "[('numpy', False)]"]


def test_nothing_is_told_where_nothing_was_drawn(play: Play) -> None:
    for source in ("x = 1", "len([1])", "state = random.getstate()", "np.zeros(3).sum()", "import math"):
        run = play(source)
        assert not run.draws and not run.seeds


def test_states_are_kept_where_the_journal_lies_and_give_the_same_numbers(tmp_path: Path) -> None:
    probe = RandomnessProbe()
    probe.folder = lambda: str(tmp_path)
    play = Play(probe)
    play("import random")
    run = play("values = [random.random() for _ in range(3)]")
    probe.idle(1.0)
    name = run.draws[0].state
    assert name is not None
    kept: dict[str, Any] = json.loads(zlib.decompress((tmp_path / "states" / f"{name}.json.z").read_bytes()))
    namespace = play.shell.user_ns
    namespace["random"].setstate((kept["version"], tuple(kept["internal"]), kept["gauss"]))
    assert [namespace["random"].random() for _ in range(3)] == namespace["values"]
