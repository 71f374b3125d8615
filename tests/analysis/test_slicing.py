"""The law of a slice: run alone in a fresh kernel, its runs show what they showed in the session."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_repro import shown
from jupyter_repro.analysis.slicing import shown_slice
from tests.analysis.mini_kernel import Kernel, Notebook
from tests.analysis.test_forecast import STORIES, Story


def replayed(nb: Notebook, folder: Path) -> tuple[list[int], list[int]]:
    """Numbers of the slice's runs, and of those that showed something else when run alone."""
    cut = shown_slice(nb.document, nb.history)
    assert cut is not None
    kernel = Kernel(folder, seed=99)
    differ = []
    for run in cut.runs:
        outputs, _ = kernel.execute(run.source)
        if shown.outputs(outputs) != run.outputs and run.n in cut.shows.values():
            differ.append(run.n)
    return [run.n for run in cut.runs], differ


ON_DISK = ("file_changed_on_disk", "file_gone", "a_file_read_and_overwritten")


@pytest.mark.parametrize(
    "story", [each for each in STORIES if each.__name__ not in ON_DISK], ids=lambda story: story.__name__
)
def test_a_slice_reproduces(tmp_path: Path, story: Story) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "fresh").mkdir()
    nb = Notebook(tmp_path / "work")
    story(nb)
    _, differ = replayed(nb, tmp_path / "fresh")
    assert differ == []


def test_what_nothing_rests_on_is_left_out(tmp_path: Path) -> None:
    nb = Notebook(tmp_path)
    nb.add("x = 1", "wasted = x * 100", "y = x + 1", "y")
    nb.run_all()
    nb.delete("c2")
    assert replayed(nb, tmp_path)[0] == [1, 3, 4]


def test_a_draw_before_a_needed_draw_stays(tmp_path: Path) -> None:
    nb = Notebook(tmp_path)
    nb.add("import random", "random.seed(3)", "unused = random.random()", "random.random()", "after = random.random()")
    nb.run_all()
    for cell in ("c2", "c4"):
        nb.delete(cell)
    assert replayed(nb, tmp_path)[0] == [1, 2, 3, 4]


def test_a_superseded_run_is_left_out(tmp_path: Path) -> None:
    nb = Notebook(tmp_path)
    nb.add("x = 1", "x * 2")
    nb.run_all()
    nb.edit("c0", "x = 7")
    nb.run_all()
    assert replayed(nb, tmp_path)[0] == [3, 4]


def test_the_writer_of_a_needed_file_stays(tmp_path: Path) -> None:
    nb = Notebook(tmp_path)
    nb.add("n = 3", "open('t.txt', 'w').write(str(n))", "print(open('t.txt').read())")
    nb.run_all()
    nb.delete("c0")
    nb.delete("c1")
    assert replayed(nb, tmp_path)[0] == [1, 2, 3]
