"""A judgement leaves the garbage collector as it found it."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from jupyter_repro.analysis.engine import analyse
from jupyter_repro.analysis.uncollected import uncollected
from tests.analysis.mini_kernel import Notebook


@pytest.mark.parametrize("enabled", [True, False])
def test_as_it_was(enabled: bool, tmp_path: Path) -> None:
    nb = Notebook(tmp_path)
    nb.add("a = 1")
    nb.run_all()
    try:
        if not enabled:
            gc.disable()
        analyse(nb.document, nb.history)
        assert gc.isenabled() is enabled
    finally:
        gc.enable()


def test_also_where_it_fails() -> None:
    with pytest.raises(ZeroDivisionError), uncollected():
        assert not gc.isenabled()
        _ = 1 / 0
    assert gc.isenabled()
