"""A bare notebook is rerun in the current environment, on a copy, and every cell gets its verdict."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from jupyter_repro.errors import BadInput, Cancelled
from jupyter_repro.progress import Progress, Step
from jupyter_repro.verify import VerifyResult, verify

pytestmark = pytest.mark.kernel
Make = Callable[..., Path]


def verdicts(result: VerifyResult) -> list[str]:
    return [cell.verdict for cell in result.cells]


def causes(result: VerifyResult) -> dict[str, str]:
    return {cell.id: cell.cause for cell in result.cells if cell.cause}


def test_a_clean_notebook_reproduces_and_nothing_of_the_users_is_touched(notebook: Make) -> None:
    path = notebook(
        "from pathlib import Path\nx = 21",
        "Path('out.txt').write_text(str(x * 2))",
        "print(Path('out.txt').read_text())",
        "object()",
        "",
    )
    (path.parent / "out.txt").unlink()
    before = {each: each.read_bytes() for each in path.parent.rglob("*") if each.is_file()}
    result = verify(path, "current")
    assert result.verdict == "reproduced"
    assert verdicts(result) == ["identical", "identical", "identical", "equivalent", "identical"]
    assert result.ignored == {"memory addresses": 1}
    assert result.runs == 2
    assert {each: each.read_bytes() for each in path.parent.rglob("*") if each.is_file()} == before


def test_what_varies_from_run_to_run_is_never_green_and_has_a_cause(notebook: Make) -> None:
    path = notebook(
        "import random, time, uuid",
        "random.random()",
        "print(set('abcdefghij'))",
        "time.time()",
        "print(uuid.uuid4())",
        "print('took', time.perf_counter_ns() % 997 / 10, 's')",
        "import datetime; print(datetime.datetime.now().isoformat())",
        "import os; print(os.getpid())",
    )
    result = verify(path, "current")
    assert result.verdict == "differs"
    assert verdicts(result) == ["identical"] + ["unstable"] * 7
    told = causes(result)
    assert "numbers vary" in told["c2"]
    assert "order" in told["c3"]
    assert "clock" in told["c4"]
    assert "generated ids" in told["c5"]
    assert "how long" in told["c6"]
    assert "clock" in told["c7"]


def test_a_tag_that_says_beforehand_that_outputs_vary_is_taken_at_its_word(notebook: Make) -> None:
    path = notebook("import random\n1 + 1", "random.random()", c2=["nbval-ignore-output"])
    result = verify(path, "current")
    assert result.verdict == "reproduced"
    assert verdicts(result) == ["identical", "unstable"]
    assert "said beforehand" in result.because


def test_a_cell_that_changed_is_different_with_the_lines_that_differ(notebook: Make) -> None:
    path = notebook("print('one\\ntwo')", "print('three')")
    changed = nbformat.read(path, 4)
    changed.cells[0].source = "print('one\\n2')"
    nbformat.write(changed, path)
    result = verify(path, "current")
    assert result.verdict == "differs"
    assert verdicts(result) == ["different", "identical"]
    assert result.cells[0].detail == "-two\n+2"
    assert "Cell [1] shows" in result.because


def test_after_a_failure_the_rest_is_tainted_not_passed(notebook: Make) -> None:
    path = notebook("x = 1", "y = x", "print('fine')")
    changed = nbformat.read(path, 4)
    changed.cells[1].source = "y = undefined_name"
    nbformat.write(changed, path)
    result = verify(path, "current")
    assert result.verdict == "could-not-run"
    assert verdicts(result) == ["identical", "failed", "tainted"]
    assert "NameError" in result.cells[1].cause
    assert result.exit_code == 1


def test_an_error_that_the_notebook_shows_is_expected_by_its_name(notebook: Make) -> None:
    path = notebook("1/0", "print('after')", "{}['k']", c3=["raises-exception"])
    assert verify(path, "current").verdict == "reproduced"
    changed = nbformat.read(path, 4)
    changed.cells[0].source = "[][1]"
    changed.cells[2].source = "pass"
    nbformat.write(changed, path)
    result = verify(path, "current")
    assert verdicts(result) == ["different", "identical", "different"]
    assert result.cells[0].cause == "another error"
    assert result.cells[2].cause == "no longer raises KeyError"


def test_a_cell_without_reference_is_not_compared(notebook: Make) -> None:
    path = notebook("print('a')", "print('b')", "x = 1")
    stripped = nbformat.read(path, 4)
    for cell in stripped.cells[1:]:
        cell.outputs, cell.execution_count = [], None
    nbformat.write(stripped, path)
    result = verify(path, "current")
    assert verdicts(result) == ["identical", "not-compared", "identical"]
    assert result.verdict == "reproduced"
    assert "not compared" in result.because
    stripped.cells[0].outputs, stripped.cells[0].execution_count = [], None
    nbformat.write(stripped, path)
    with pytest.raises(BadInput, match="never run"):
        verify(path, "current")


def test_a_kernel_that_dies_and_a_cell_that_takes_too_long(notebook: Make) -> None:
    path = notebook("x = 1", "print('fine')", "print('after')")
    changed = nbformat.read(path, 4)
    changed.cells[1].source = "import os; os.kill(os.getpid(), 9)"
    nbformat.write(changed, path)
    died = verify(path, "current")
    assert (died.verdict, verdicts(died)) == ("could-not-run", ["identical", "failed", "tainted"])
    assert "killed its kernel" in died.cells[1].cause
    changed.cells[1].source = "import time; time.sleep(60)"
    nbformat.write(changed, path)
    slow = verify(path, "current", timeout=1)
    assert (slow.verdict, verdicts(slow)) == ("could-not-run", ["identical", "failed", "tainted"])
    assert "too long" in slow.cells[1].cause


def test_inputs_are_there_also_those_beside_the_notebooks_folder(tmp_path: Path, notebook: Make) -> None:
    (tmp_path / "project" / "data").mkdir(parents=True)
    (tmp_path / "project" / "data" / "in.csv").write_text("a\n1\n")
    (tmp_path / "project" / "pyproject.toml").write_text("")
    (tmp_path / "project" / "data" / "link").symlink_to(tmp_path)
    path = notebook("print(open('data/in.csv').read())")
    inner = tmp_path / "project" / "notebooks"
    inner.mkdir()
    moved = nbformat.read(path, 4)
    moved.cells[0].source = "print(open('../data/in.csv').read())"
    path.unlink()
    nbformat.write(moved, inner / "deep.ipynb")
    assert verify(inner / "deep.ipynb", "current").verdict == "reproduced"


def test_a_notebook_without_ids_gets_its_verdicts(notebook: Make) -> None:
    path = notebook("x = 1\nx", "x + 1")
    old = json.loads(path.read_text())
    old["nbformat_minor"] = 2
    for cell in old["cells"]:
        del cell["id"]
    path.write_text(json.dumps(old))
    result = verify(path, "current")
    assert result.verdict == "reproduced"
    assert len({cell.id for cell in result.cells}) == 2


def test_it_stops_within_a_cell_when_asked(notebook: Make) -> None:
    path = notebook("x = 1", "x")
    changed = nbformat.read(path, 4)
    changed.cells[1].source = "import time; time.sleep(600)"
    nbformat.write(changed, path)
    progress = Progress()

    def report(step: Step) -> None:
        if step.stage == "run" and step.done == 1:
            progress.cancel()

    progress._report = report
    with pytest.raises(Cancelled):
        verify(path, "current", progress=progress)


@pytest.mark.parametrize("room", ["venv", "docker"])
def test_a_bare_notebook_has_no_lock_for_a_clean_room(notebook: Make, room: str) -> None:
    with pytest.raises(BadInput, match="without a lock"):
        verify(notebook("x = 1\nx"), room)
