"""Users at random: the forecast misses hardly anything, and is seldom wrong about what it says."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from jupyter_repro.analysis.forecast.walk import forecast
from tests.analysis.random_user import play

SESSIONS = 80


def test_hardly_a_cell_that_is_not_ok_is_called_ok(tmp_path: Path) -> None:
    seen: Counter[tuple[str, str]] = Counter()
    for seed in range(SESSIONS):
        folder = tmp_path / str(seed)
        folder.mkdir()
        nb = play(folder, seed)
        foreseen = forecast(nb.document, nb.history)
        for cell_id, truth in nb.truth().items():
            each = foreseen.of(cell_id)
            if each is not None and (each.cell.outputs or "fails" in (truth, each.replay)):
                seen[truth, each.replay] += 1
    fails = sum(count for (truth, _), count in seen.items() if truth == "fails")
    changes = sum(count for (truth, _), count in seen.items() if truth == "changes")
    assert fails > 50
    assert changes > 50
    assert seen["fails", "fails"] >= 0.96 * fails, seen
    assert seen["changes", "changes"] >= 0.97 * changes, seen
    assert seen["ok", "fails"] <= 0.02 * fails, seen
    assert seen["ok", "changes"] <= 0.15 * changes, seen
