"""Which process-wide settings a run changed, in a real shell."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_repro.capture.probe import Draft
from jupyter_repro.capture.probes.settings import SettingsProbe
from tests.capture.playing import Play


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> Iterator[Play]:
    monkeypatch.chdir(Path.cwd())
    environment = dict(os.environ)
    yield Play(SettingsProbe())
    os.environ.clear()
    os.environ.update(environment)


def changed(run: Draft) -> dict[str, tuple[str, str]]:
    return {each.name: (each.before, each.after) for each in run.settings}


def test_the_folder_and_the_import_path(play: Play, tmp_path: Path) -> None:
    play("import os, sys")
    assert changed(play(f"os.chdir({str(tmp_path)!r})"))["cwd"][1] == str(tmp_path)
    assert "sys.path" in changed(play("sys.path.append('more')"))
    assert changed(play("sys.path.remove('more')")).keys() == {"sys.path"}
    assert changed(play("%cd -q ..")).keys() == {"cwd"}


def test_a_change_at_the_end_of_a_long_import_path_is_seen(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.path", [f"/a/rather/long/folder/name/{n}" for n in range(50)])
    play("import sys")
    assert "sys.path" in changed(play("sys.path.append('more')"))


def test_environment_variables_are_named_and_only_harmless_values_are_written_down(play: Play) -> None:
    play("import os")
    run = changed(play("os.environ['API_TOKEN'] = 'hunter2'; os.environ['TZ'] = 'UTC'"))
    assert run["env:TZ"][1] == "UTC"
    assert "hunter2" not in str(run)
    assert run["env:API_TOKEN"][1].startswith("digest ")
    assert changed(play("del os.environ['API_TOKEN']")).keys() == {"env:API_TOKEN"}


def test_display_options_also_when_their_library_came_with_the_same_cell(play: Play) -> None:
    assert changed(play("import numpy as np\nnp.set_printoptions(precision=3)"))["numpy:precision"] == ("8", "3")
    assert (
        changed(play("import pandas as pd\npd.set_option('display.max_rows', 7)"))["pandas:display.max_rows"][1] == "7"
    )
    assert changed(play("pd.reset_option('display.max_rows')"))["pandas:display.max_rows"] == ("7", "60")
    run = changed(play("import matplotlib as mpl\nmpl.rcParams['figure.figsize'] = (3, 4)"))
    assert run["rcParams:figure.figsize"][1] == "[3.0, 4.0]"
    assert changed(play("mpl.rcdefaults()")).keys() == {"rcParams:figure.figsize"}
    play("np.set_printoptions(precision=8)")


def test_warnings_decimal_and_logging(play: Play) -> None:
    play("import warnings, decimal, logging")
    assert "warnings" in changed(play("warnings.simplefilter('ignore')"))
    assert changed(play("decimal.getcontext().prec = 5"))["decimal:precision"] == ("28", "5")
    assert "logging:level" in changed(play("logging.getLogger().setLevel(10)"))
    play("logging.getLogger().setLevel(30); decimal.getcontext().prec = 28; warnings.resetwarnings()")


def test_a_run_that_changes_nothing_says_nothing(play: Play) -> None:
    play("import os, matplotlib, pandas, numpy")
    for source in ("x = 1", "os.getcwd()", "pandas.get_option('display.max_rows')", "print(os.environ.get('HOME'))"):
        assert play(source).settings == []


def test_attributes_of_modules_are_told_whoever_sets_them(play: Play) -> None:
    play("import math, decimal, fractions")
    assert changed(play("math.tau = 3")) == {"attribute:math.tau": (str(6.283185307179586), "3")}
    assert changed(play("setattr(math, 'zeta', 2)")) == {"attribute:math.zeta": ("", "2")}
    play("def patch():\n    math.tau = 4\ndef outer(): patch()")
    assert changed(play("outer()"))["attribute:math.tau"] == ("3", "4")
    assert changed(play("del math.zeta")) == {"attribute:math.zeta": ("2", "")}
    run = changed(play("original = fractions.gcd = lambda a, b: 1"))
    assert run["attribute:fractions.gcd"][0] == "" and run["attribute:fractions.gcd"][1]
    assert changed(play("fractions.Fraction.foo = 1")) == {"attribute:fractions.Fraction.foo": ("", "1")}
    assert changed(play("math.tau = 6.283185307179586; del fractions.gcd, fractions.Fraction.foo"))
    play("class Mine: pass\nmine = Mine()")
    assert not changed(play("mine.x = 1; Mine.y = 2")), "the user's own objects are state, not settings"


def test_a_library_that_is_imported_changes_none_of_its_own_settings(play: Play) -> None:
    known = play.probes[0]._known  # type: ignore[attr-defined]
    play("import sklearn, xarray")
    known["sklearn"] = known["xarray"] = {}  # as before the import
    assert not changed(play("print()"))


def test_logging_display_and_scikit_learn(play: Play) -> None:
    play("import logging, sklearn, io")
    assert "logging:handlers" in changed(
        play("h = logging.StreamHandler(io.StringIO()); logging.getLogger().addHandler(h)")
    )
    assert "logging:disabled up to" in changed(play("logging.disable(10)"))
    play("logging.disable(0); logging.getLogger().removeHandler(h)")
    assert changed(play("%precision 3")).keys() >= {"ipython:float precision"}
    play("%precision")
    assert changed(play("sklearn.set_config(assume_finite=True)")) == {"sklearn:assume_finite": ("False", "True")}
    play("sklearn.set_config(assume_finite=False)")
