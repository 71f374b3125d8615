"""Whatever a user hands us by mistake: one clear line, the right exit code, no traceback, nothing lost."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

SOURCE = "x = 1\nx"


def notebook(**metadata: object) -> dict[str, object]:
    cells = [nbformat.v4.new_code_cell(SOURCE)]
    return dict(nbformat.v4.new_notebook(cells=cells, metadata=metadata))


def missing(path: Path) -> str:
    return "does not exist"


def no_notebook(path: Path) -> str:
    path.write_text("# just some text\n")
    return "not a notebook"


def json_but_no_notebook(path: Path) -> str:
    path.write_text('["a", "list"]')
    return "not a notebook"


def cut_in_half(path: Path) -> str:
    text = json.dumps(notebook(), indent=1)
    path.write_text(text[: len(text) // 2])
    return "not a notebook"


def binary(path: Path) -> str:
    path.write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
    return "cannot be read"


def format_3(path: Path) -> str:
    old = nbformat.v3.new_notebook(worksheets=[nbformat.v3.new_worksheet(cells=[nbformat.v3.new_code_cell("x = 1")])])
    path.write_text(json.dumps(old))
    return "nbformat 3"


def no_code(path: Path) -> str:
    path.write_text(json.dumps(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Only words")])))
    return "no code"


def r_kernel(path: Path) -> str:
    path.write_text(json.dumps(notebook(kernelspec={"name": "ir", "display_name": "R", "language": "R"})))
    return "runs on a r kernel"


def julia_kernel(path: Path) -> str:
    path.write_text(json.dumps(notebook(language_info={"name": "julia"})))
    return "runs on a julia kernel"


def folder(path: Path) -> str:
    path.mkdir()
    return "is a folder"


BAD: tuple[Callable[[Path], str], ...] = (
    missing,
    no_notebook,
    json_but_no_notebook,
    cut_in_half,
    binary,
    format_3,
    no_code,
    r_kernel,
    julia_kernel,
    folder,
)
VERBS: dict[str, tuple[str, ...]] = {
    "run": ("run", "NB"),
    "check": ("check", "NB"),
    "log": ("log", "NB"),
    "fix": ("fix", "NB"),
    "export": ("export", "NB", "-o", "bundle"),
    "verify": ("verify", "NB", "--in", "current"),
}


def repro(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "jupyter_repro", *arguments], cwd=cwd, capture_output=True, text=True, timeout=300
    )


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """The single line that explains the failure."""
    assert "Traceback" not in done.stderr
    lines = [line for line in done.stderr.splitlines() if line.startswith("jupyter repro: ")]
    assert len(lines) == 1, done.stderr
    assert done.stdout == ""
    return lines[0]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("make", BAD, ids=lambda make: make.__name__)
def test_a_bad_notebook(tmp_path: Path, make: Callable[[Path], str], verb: str) -> None:
    path = tmp_path / "analysis.ipynb"
    reason = make(path)
    before = path.read_bytes() if path.is_file() else None
    if verb == "verify" and make is folder:
        reason = "analysis.ipynb"  # a folder may be a bundle: it is judged as one
    done = repro(*(str(path) if part == "NB" else part for part in VERBS[verb]), cwd=tmp_path)
    assert done.returncode == 2
    line = one_line(done)
    assert reason.lower() in line.lower()
    assert "analysis.ipynb" in line
    assert (path.read_bytes() if path.is_file() else None) == before
    assert {each.name for each in tmp_path.iterdir()} <= {"analysis.ipynb"}


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (("verify", "NB", "--in", "basement"), "basement"),
        (("rules", "RPX999"), "RPX999"),
        (("check", "NB", "--select", "XYZ"), "XYZ"),
        (("dance",), "dance"),
        (("run", "NB", "--kernel", "no-such-kernel"), "no-such-kernel"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_unknown_name_is_named(tmp_path: Path, arguments: tuple[str, ...], names: str) -> None:
    (tmp_path / "analysis.ipynb").write_text(json.dumps(notebook()))
    done = repro(*("analysis.ipynb" if part == "NB" else part for part in arguments), cwd=tmp_path)
    assert done.returncode == (6 if "--kernel" in arguments else 2)
    assert "Traceback" not in done.stderr
    assert names in done.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["analysis.ipynb"]


@pytest.mark.parametrize(("place", "code"), [("/proc/no/bundle", 8), ("n" * 300, 2)], ids=["no folder", "too long"])
def test_a_place_that_the_system_refuses(tmp_path: Path, place: str, code: int) -> None:
    (tmp_path / "analysis.ipynb").write_text(json.dumps(notebook()))
    done = repro("export", "analysis.ipynb", "-o", place, cwd=tmp_path)
    assert done.returncode == code
    assert place[:20].removesuffix("/bundle") in one_line(done)
    assert [each.name for each in tmp_path.iterdir()] == ["analysis.ipynb"]


def test_a_kernel_that_dies_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "analysis.ipynb"
    cells = [nbformat.v4.new_code_cell(SOURCE), nbformat.v4.new_code_cell("import os\nos.kill(os.getpid(), 9)")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    before = path.read_bytes()
    done = repro("run", str(path), cwd=tmp_path)
    assert done.returncode == 7
    assert "analysis.ipynb" in one_line(done)
    assert path.read_bytes() == before
    told = json.loads(repro("log", str(path), "--json", cwd=tmp_path).stdout)
    assert [run["status"] for run in told["sessions"][0]["runs"]] == ["ok"]


def test_a_notebook_without_a_journal_is_checked_and_told_so(tmp_path: Path) -> None:
    path = tmp_path / "analysis.ipynb"
    path.write_text(json.dumps(notebook()))
    done = repro("check", str(path), cwd=tmp_path)
    assert done.returncode in (0, 1)
    assert "no journal" in (done.stdout + done.stderr).lower()
    assert json.loads(repro("check", str(path), "--json", cwd=tmp_path).stdout)["session"] is None
