"""A journal that grows is read on from where reading stopped, and says the same as reading it whole."""

from __future__ import annotations

import json
from pathlib import Path

from jupyter_repro.journal import following, reader, schema
from jupyter_repro.journal.writer import JournalWriter
from jupyter_repro.records import RunRecord, SessionHeader


def run(n: int) -> RunRecord:
    return RunRecord(n=n, cell="c", source=f"x = {n}", source_digest="", started="", ended="", status="ok")


def begun(path: Path) -> JournalWriter:
    header = SessionHeader(
        id="s", started="2026-01-01T00:00:00Z", python="3.11", implementation="cpython", executable="p",
        platform="l", cwd="/",
    )  # fmt: skip
    writer = JournalWriter(path)
    writer.append(schema.header_line(header))
    return writer


def test_growth_keeps_the_runs_that_were_there(tmp_path: Path) -> None:
    path = tmp_path / ".repro" / "j.jsonl"
    writer = begun(path)
    writer.append(schema.run_line(run(1)))
    first = following.read(path)
    assert following.read(path) is first
    writer.append(schema.run_line(run(2)))
    second = following.read(path)
    assert second == reader.read(path)
    assert second.runs[0] is first.runs[0]


def test_a_late_amendment_arrives(tmp_path: Path) -> None:
    path = tmp_path / ".repro" / "j.jsonl"
    writer = begun(path)
    writer.append(schema.run_line(run(1)))
    following.read(path)
    writer.append(schema.amend_line(1, writes={"x": "=1"}))
    assert following.read(path).runs[0].writes == {"x": "=1"}


def test_a_line_that_is_being_written_is_told_and_then_read_whole(tmp_path: Path) -> None:
    path = tmp_path / ".repro" / "j.jsonl"
    begun(path).append(schema.run_line(run(1)))
    with path.open("a") as stream:
        stream.write('{"type": "run", "n": 2')
    torn = following.read(path)
    assert len(torn.runs) == 1 and torn.damage
    text = path.read_text().rpartition("\n")[0] + "\n"
    path.write_text(text)
    with path.open("a") as stream:
        stream.write(json.dumps(schema.run_line(run(2))) + "\n")
    whole = following.read(path)
    assert [each.n for each in whole.runs] == [1, 2] and not whole.damage


def test_a_journal_put_in_its_place_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / ".repro" / "j.jsonl"
    begun(path).append(schema.run_line(run(1)))
    following.read(path)
    path.unlink()
    begun(path).append(schema.run_line(run(9)))
    assert [each.n for each in following.read(path).runs] == [9]
