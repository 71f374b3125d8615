"""Runs by name, compared; the trail of a file; and the verbs that tell of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jupyter_repro.cli.main import main
from jupyter_repro.journal import schema
from jupyter_repro.journal.folder import journal_folder, journal_name
from jupyter_repro.journal.writer import JournalWriter
from jupyter_repro.model import filetrail, runs
from jupyter_repro.model.disk import GONE, Disk
from jupyter_repro.records import FileTouch, Output, RunRecord, SessionHeader


def run(n: int, source: str, **fields: object) -> RunRecord:
    return RunRecord(
        n=n, cell="c", source=source, source_digest="", started=f"2026-01-01T00:00:{n:02}Z", ended="", status="ok",
        **fields,  # type: ignore[arg-type]
    )  # fmt: skip


def record(folder: Path, session: str, *records: RunRecord, started: str = "2026-01-01T00:00:00Z") -> Path:
    header = SessionHeader(
        id=session, started=started, python="3.11.7", implementation="cpython", executable="python", platform="linux",
        cwd=str(folder), notebook=str(folder / "nb.ipynb"),
    )  # fmt: skip
    path = journal_folder(folder) / journal_name(started, session)
    writer = JournalWriter(path)
    writer.append(schema.header_line(header))
    for each in records:
        writer.append(schema.run_line(each))
    writer.close()
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    record(
        tmp_path,
        "aaaa1111",
        run(1, "x = 1", writes={"x": "=1"}),
        run(2, "x = 2\nprint(x)", writes={"x": "=2"}, outputs=(Output(kind="stream", name="stdout", digest="d2"),)),
    )
    record(tmp_path, "bbbb2222", run(1, "x = 1", writes={"x": "=1"}), started="2026-01-02T00:00:00Z")
    return tmp_path


def test_a_number_means_the_newest_journal(folder: Path) -> None:
    session, found = runs.find("1", folder)
    assert (session.header.id, found.n) == ("bbbb2222", 1)


def test_a_session_is_named_by_how_it_begins(folder: Path) -> None:
    session, found = runs.find("aaaa:2", folder)
    assert (session.header.id, found.source) == ("aaaa1111", "x = 2\nprint(x)")


def test_a_journal_alone_means_its_last_run(folder: Path) -> None:
    path = sorted(journal_folder(folder).glob("*.jsonl"))[0]
    assert runs.find(str(path), folder)[1].n == 2
    assert runs.find(f"{path}:1", folder)[1].n == 1


@pytest.mark.parametrize("name", ["7", "cccc:1", "aaaa:9", "nowhere.jsonl:1"])
def test_a_run_that_is_not_there(folder: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", name, "1", "--folder", str(folder)]) == 2
    error = capsys.readouterr().err
    assert error.startswith("jupyter repro: ") and error.count("\n") == 1


def test_diff_tells_source_values_and_outputs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "aaaa:1", "aaaa:2", "--folder", str(folder), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert "+print(x)" in told["source"]
    assert {(each["aspect"], each["what"]) for each in told["changes"]} == {
        ("made", "x"),
        ("output", "1 stream stdout"),
    }


def test_diff_of_the_same_run_in_two_sessions(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "aaaa:1", "bbbb:1", "--folder", str(folder)]) == 0
    assert "Nothing differs" in capsys.readouterr().out


def touch(path: Path, mode: str) -> FileTouch:
    digest = Disk(path.parent).digest(FileTouch(path=path.name, mode="read"))
    return FileTouch(path=path.name, mode=mode, digest=digest)  # type: ignore[arg-type]


def test_the_trail_of_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "data.csv"
    data.write_text("a\n1\n")
    record(tmp_path, "aaaa1111", run(1, "w", files=(touch(data, "write"),)), run(2, "r", files=(touch(data, "read"),)))
    assert main(["trace", str(data)]) == 0
    assert capsys.readouterr().out.count("nb.ipynb") == 2
    data.write_text("a\n2\n")
    trail = filetrail.follow(data)
    assert [(step.run.n, step.touch.mode) for step in trail.steps] == [(1, "write"), (2, "read")]
    assert any("another content" in warning for warning in trail.warnings)
    data.unlink()
    assert main(["trace", str(data), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["digest"] == GONE


def test_a_file_without_a_journal_around_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if any(journal_folder(each).is_dir() for each in tmp_path.parents):
        pytest.skip("a folder above the temporary one has a journal")
    assert main(["trace", str(tmp_path / "lonely.csv")]) == 2
    assert "no journal around" in capsys.readouterr().err


def test_a_touched_file_keeps_its_digest_while_size_and_time_fit(tmp_path: Path) -> None:
    path = tmp_path / "big.bin"
    path.write_bytes(b"x" * 10)
    status = path.stat()
    known = FileTouch(path="big.bin", mode="read", digest="sha256:known", size=10, mtime_ns=status.st_mtime_ns)
    assert Disk(tmp_path).digest(known) == "sha256:known"
    path.write_bytes(b"y" * 11)
    assert Disk(tmp_path).digest(known) != "sha256:known"
