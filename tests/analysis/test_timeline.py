"""Runs are found by their numbers, also where a journal has lost some."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_repro.analysis.runs.timeline import line_of_session
from tests.analysis.mini_kernel import Notebook


def test_numbers_with_gaps(tmp_path: Path) -> None:
    nb = Notebook(tmp_path)
    nb.add("a = 1", "b = a", "a = 2", "print(a)")
    nb.run_all()
    del nb.runs[1]
    session = nb.history.sessions[-1]
    line = line_of_session(session)
    assert [line.numbered(run.n) for run in session.runs] == [0, 1, 2]
    with pytest.raises(LookupError):
        line.numbered(2)
    with pytest.raises(LookupError):
        line.numbered(5)


def test_the_last_run_that_made_a_name(tmp_path: Path) -> None:
    nb = Notebook(tmp_path)
    nb.add("a = [1]", "a.append(2)", "del a", "b = 1")
    nb.run_all()
    line = line_of_session(nb.history.sessions[-1])
    assert line.touchers.before("a", 4) == 2
    assert line.made_before("a", 4) == 1
    assert line.bound_before("a", 4) == 0
    assert line.made_before("a", 0) is None
    assert list(line.writers("b")) == [3]
