"""Reruns with one condition of the world changed name the axis that a cell depends on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyter_repro.cli.main import main
from jupyter_repro.errors import BadInput
from jupyter_repro.verify import axes_named, verify
from jupyter_repro.verify.vary import AXES, FAKETIME

Make = Callable[..., Path]

DEPENDS = {
    "hash-seed": "print(hash('a') % 2 ** 31)",
    "random-seed": "import random\nprint(random.random() < 1)",
    "clock": "import time\nprint(time.localtime().tm_year)",
    "time-zone": "import time\nprint(time.strftime('%H', time.localtime(0)))",
    "folder": "import os\nprint(os.getcwd().isascii())",
    "file-order": "import os\nprint([each for each in os.listdir('data')][0])",
    "threads": "import os\nprint(os.environ.get('OMP_NUM_THREADS'))",
    "network": "import socket\ntry:\n    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('192.0.2.1', 9))\n"
    "    print('there')\nexcept OSError as error:\n    print(error.errno)",
    "environment": "import os\nprint(os.environ.get('COLOUR_OF_MY_DESK'))",
}
"""A cell that depends on each condition, and is the same in every run as long as nobody changes that."""


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A world that every run shares unless an axis changes it."""
    monkeypatch.setenv("COLOUR_OF_MY_DESK", "green")
    monkeypatch.setenv("PYTHONHASHSEED", "0")
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    monkeypatch.setenv("TZ", "UTC")


@pytest.mark.kernel
@pytest.mark.slow
@pytest.mark.faketime
def test_each_axis_breaks_the_cell_that_depends_on_it_and_no_other(notebook: Make, desk: None, tmp_path: Path) -> None:
    if not any(list(Path("/").glob(pattern)) for pattern in FAKETIME):
        pytest.skip("libfaketime is not installed; get it with: apt-get install faketime")
    (tmp_path / "project" / "data").mkdir(parents=True)
    for name in "abc":
        (tmp_path / "project" / "data" / name).touch()
    result = verify(notebook(*DEPENDS.values()), "current", axes=axes_named(",".join(DEPENDS)))
    cells = {name: f"c{number}" for number, name in enumerate(DEPENDS, start=1)}
    expected: dict[str, tuple[str, ...]] = {name: (cell,) for name, cell in cells.items()}
    expected["random-seed"] = ()  # a fresh kernel draws anew in every run: only what does not matter is steady
    expected["environment"] = tuple(cells[name] for name in ("hash-seed", "threads", "environment"))
    assert {axis.axis: axis.cells for axis in result.axes} == expected
    assert {axis.verdict for axis in result.axes if axis.axis != "random-seed"} == {"breaks"}
    assert result.runs == 2 + len(DEPENDS)
    assert result.verdict == "reproduced"
    assert result.exit_code == 1


@pytest.mark.kernel
def test_what_cannot_be_varied_is_no_pass_where_it_was_asked_for(
    notebook: Make, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = notebook("1 + 1")
    monkeypatch.setattr("jupyter_repro.verify.vary.FAKETIME", ())
    assert main(["verify", str(path), "--in", "current", "--vary", "clock,hash-seed", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["verdict"] == "reproduced"
    assert [(axis["axis"], axis["verdict"]) for axis in told["axes"]] == [
        ("clock", "not-varied"),
        ("hash-seed", "holds"),
    ]
    assert "faketime" in told["axes"][0]["because"]


def test_axes_are_named_or_all() -> None:
    assert [axis.name for axis in axes_named("all")] == list(AXES)
    assert [axis.name for axis in axes_named("clock, hash-seed,clock")] == ["clock", "hash-seed"]
    with pytest.raises(BadInput, match="no axis called moon"):
        axes_named("clock,moon")
    with pytest.raises(BadInput, match="no axis is named"):
        axes_named(" , ")
