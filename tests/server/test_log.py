"""The history that the panel asks for after each run: what was told before is not told anew, nor wrongly."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from pathlib import Path

import pytest

from jupyter_repro.views import log
from jupyter_repro.views.payload import LogPayload
from tests.analysis.mini_kernel import Notebook


def test_runs_that_come_late_or_are_amended_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nb = Notebook(tmp_path)
    nb.add("a = 1", "b = a + 1", "print(b)")

    def told() -> LogPayload:
        found = log.log_payload(nb.document, nb.history)
        with monkeypatch.context() as patch:
            patch.setattr(log, "_told", OrderedDict())
            assert found == log.log_payload(nb.document, nb.history)
        return found

    nb.run_all()
    first = told()["sessions"][-1]["runs"]
    nb.run("c2")
    nb.runs[1] = replace(nb.runs[1], deletes=("gone",))
    second = told()["sessions"][-1]["runs"]
    assert [run["deletes"] for run in second] == [[], ["gone"], [], []]
    assert second[0] is first[0]
    del nb.runs[2:]
    assert len(told()["sessions"][-1]["runs"]) == 2
