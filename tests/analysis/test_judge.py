"""What is judged step by step is judged as if for the first time: hundreds of random edits and runs, each compared."""

from __future__ import annotations

import random
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path

import pytest

from jupyter_repro.analysis import engine
from jupyter_repro.analysis.engine import Analysis
from jupyter_repro.analysis.forecast import steps
from jupyter_repro.analysis.judge import Judge
from jupyter_repro.analysis.runs import timeline
from jupyter_repro.analysis.selection import Config
from jupyter_repro.model.document import Document
from jupyter_repro.model.history import History
from tests.analysis.mini_kernel import Notebook

NAMES = "abcde"
SOURCES = [
    "import random\nimport math\nrandom.seed(3)",
    "{x} = {n}",
    "{x} = {y} + {n}",
    "{x} = [{n}, {n}, 1]",
    "{x}.append({n})",
    "{x}.sort()\nprint({x})",
    "print({x})",
    "{x}",
    "len(str({x}))",
    "def f(k):\n    return k + {n}",
    "{x} = f({n})",
    "def g():\n    return {y}",
    "print(g())",
    "{x} = random.random()",
    "print(random.random())",
    "with open('{x}.txt', 'w') as file:\n    file.write(str({y}))",
    "print(open('{x}.txt').read())",
    "print(open('{x}.txt').read())",
    "with open('{x}.txt', 'a') as file:\n    file.write('{n}')",
    "{x} = {{'k': {n}}}\n{y} = {x}",
    "{x}['k'] = {n}",
    "print({x}['k'])",
    "del {x}",
    "if {n} > 1:\n    {x} = {n}",
    "for i in range({n}):\n    {x} = i\nprint({x})",
    "print(sorted({{'{x}', '{y}'}}), list({{'{x}', '{y}'}}))",
    "try:\n    {x}\nexcept NameError:\n    {x} = 0",
    "{x} = lambda k: k + {n}\nprint({x}(1))",
    "import os\nprint(os.environ['HOME'])",
    "print(math.sqrt({n}))",
    "# {n}",
    "",
    "import time\n{x} = time.time()\nprint({x})",
    "password = 'hunter{n}secret'",
]


def source(chance: random.Random) -> str:
    return chance.choice(SOURCES).format(x=chance.choice(NAMES), y=chance.choice(NAMES), n=chance.randrange(4))


def step(nb: Notebook, chance: random.Random) -> None:
    """One thing that a user does."""
    cells = [cell.id for cell in nb.cells]
    match chance.choices(
        ["run", "edit", "edit and run", "add", "delete", "move", "scratch", "restart", "run all", "amend", "file"],
        [40, 8, 14, 8, 4, 4, 3, 1, 2, 6, 4],
    )[0]:
        case "run":
            nb.run(chance.choice(cells))
        case "edit":
            nb.edit(chance.choice(cells), source(chance))
        case "edit and run":
            cell = chance.choice(cells)
            nb.edit(cell, source(chance))
            nb.run(cell)
        case "add":
            add(nb, chance)
        case "delete" if len(cells) > 4:
            nb.delete(chance.choice(cells))
        case "move":
            nb.move(chance.choice(cells), chance.randrange(len(cells)))
        case "scratch":
            nb.scratch(source(chance))
        case "restart":
            nb.restart()
        case "run all":
            nb.run_all()
        case "file":
            (nb.folder / f"{chance.choice(NAMES)}.txt").write_text(str(chance.randrange(3)))
        case "amend" if nb.runs:  # late knowledge about one of the last runs
            place = -chance.randrange(1, min(4, len(nb.runs) + 1))
            run = nb.runs[place]
            nb.runs[place] = replace(run, writes={**run.writes, chance.choice(NAMES): f"={chance.randrange(3)}"})


def add(nb: Notebook, chance: random.Random) -> None:
    count = 1 + max((int(cell.id[1:]) for cell in nb.cells), default=-1)
    nb.add(source(chance))
    nb.cells[-1] = replace(nb.cells[-1], id=f"c{count}")
    nb.move(f"c{count}", chance.randrange(len(nb.cells)))


def for_the_first_time(document: Document, history: History, monkeypatch: pytest.MonkeyPatch) -> Analysis:
    with monkeypatch.context() as patch:
        patch.setattr(timeline, "_sessions", OrderedDict())
        patch.setattr("jupyter_repro.analysis.flow._KEPT", [])
        return engine.analyse(document, history, Config())


@pytest.mark.parametrize("seed", range(5))
def test_step_by_step_is_as_from_the_start(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "_MARK", 4)
    chance = random.Random(seed)
    nb, judge = Notebook(tmp_path), Judge()
    for _ in range(12):
        add(nb, chance)
    replays = set()
    for number in range(80):
        step(nb, chance)
        again = judge.judge(nb.document, nb.history, Config())
        first = for_the_first_time(nb.document, nb.history, monkeypatch)
        for one, other in zip(again.forecast.cells, first.forecast.cells, strict=True):
            assert one == other, f"step {number}"
        assert again.findings == first.findings, f"step {number}"
        assert again.muted == first.muted
        replays |= {each.replay for each in first.forecast.cells}
    assert len(replays) == 4, "the forecasts were all alike, so this test could not have failed"
