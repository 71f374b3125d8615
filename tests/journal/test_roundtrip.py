"""A journal gives back what was written, whatever happened to its end."""

from __future__ import annotations

import json
import os
import resource
from pathlib import Path

import pytest

from jupyter_repro.journal import reader, schema
from jupyter_repro.journal.writer import JournalWriter
from jupyter_repro.records import (
    Distribution,
    Draw,
    FileTouch,
    Module,
    Output,
    Outside,
    RunError,
    RunRecord,
    Seed,
    SessionHeader,
    SettingChange,
)

VERSIONS = Path(__file__).parent / "versions"

HEADER = SessionHeader(
    id="5f0c8b1e",
    started="2026-11-21T09:30:00Z",
    python="3.11.7",
    implementation="CPython",
    executable="python",
    platform="Linux",
    cwd="project",
    notebook="project/analysis.ipynb",
    env={"TZ": "UTC"},
    layers={"files": "on"},
)

FULL = RunRecord(
    n=1,
    cell="load",
    source="df = read()",
    source_digest="abc",
    started="2026-11-21T09:30:01Z",
    ended="2026-11-21T09:30:02Z",
    status="error",
    execution_count=1,
    error=RunError(name="ValueError", value="no"),
    reads={"read": "=1", "gone": ""},
    writes={"df": "~2"},
    mutates={"cache": "=3"},
    deletes=("tmp",),
    kinds={"df": "pandas.DataFrame"},
    aliases=(("df", "view"),),
    files=(FileTouch(path="data.csv", mode="read", digest="sha256:00", size=3, mtime_ns=4, seen_by="watch"),),
    seeds=(Seed(generator="numpy", value="7", origin="constant"),),
    draws=(Draw(generator="numpy", before="=a", after="=b", seeded=True),),
    settings=(SettingChange(name="cwd", before="a", after="b"),),
    outside=(Outside(kind="network", what="example.org", detail={"status": "200"}),),
    modules=(Module(name="numpy", distribution="numpy", version="2.1", origin="distribution"),),
    outputs=(Output(kind="stream", name="stdout", digest="00"),),
    blind_spots=("a child process",),
    magics=("%cd",),
)
TRIVIAL = RunRecord(n=2, cell=None, source="x = 1", source_digest="d", started="s", ended="e", status="ok")


def journal(folder: Path, *lines: schema.Line) -> Path:
    path = folder / ".repro" / "20261121T093000Z-5f0c8b1e.jsonl"
    writer = JournalWriter(path)
    assert writer.append(schema.header_line(HEADER))
    assert all(writer.append(line) for line in lines)
    writer.close()
    return path


def test_read_gives_back_what_was_written(tmp_path: Path) -> None:
    distributions = (Distribution(name="numpy", version="2.1", modules=("numpy",)),)
    session = reader.read(
        journal(
            tmp_path,
            schema.run_line(FULL),
            schema.run_line(TRIVIAL),
            schema.env_line(distributions),
            schema.end_line("z"),
        )
    )
    assert session.header == HEADER
    assert session.runs == (FULL, TRIVIAL)
    assert session.distributions == distributions
    assert (session.ended, session.interrupted_run, session.damage) == ("z", None, ())


def test_a_trivial_run_is_small() -> None:
    assert len(json.dumps(schema.run_line(TRIVIAL))) < 200


def test_an_amendment_completes_a_run(tmp_path: Path) -> None:
    digest = FileTouch(path="data.csv", mode="read", digest="sha256:ff", size=3, seen_by="watch")
    amendment = schema.amend_line(1, files=(digest,), writes={"df": "=full"}, blind_spots=["late"])
    run = reader.read(journal(tmp_path, schema.run_line(FULL), amendment)).runs[0]
    assert run.files == (digest,)
    assert run.writes == {"df": "=full"}
    assert run.blind_spots == ("a child process", "late")


@pytest.mark.parametrize("cut", [2, 40, 200])
def test_a_torn_last_line_costs_only_itself(tmp_path: Path, cut: int) -> None:
    path = journal(tmp_path, schema.run_line(TRIVIAL), schema.begin_line(3, "c"), schema.run_line(FULL))
    path.write_bytes(path.read_bytes()[:-cut])
    session = reader.read(path)
    assert session.runs == (TRIVIAL,)
    assert session.interrupted_run == 3
    assert len(session.damage) == 1


def test_a_line_from_the_future_is_named_and_skipped(tmp_path: Path) -> None:
    session = reader.read(journal(tmp_path, {"type": "hologram"}, schema.run_line(TRIVIAL)))
    assert session.runs == (TRIVIAL,)
    assert "hologram" in session.damage[0]


def test_a_newer_schema_is_refused_with_a_way_out(tmp_path: Path) -> None:
    path = tmp_path / "new.jsonl"
    path.write_text(json.dumps({"type": "session", "schema": schema.SCHEMA + 1}) + "\n")
    with pytest.raises(reader.NewerJournal, match="pip install -U"):
        reader.read(path)


def test_something_else_is_no_journal(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"\x00\xff not json\n")
    with pytest.raises(reader.NotAJournal):
        reader.read(path)


@pytest.mark.parametrize("path", sorted(VERSIONS.glob("*.jsonl")), ids=lambda path: path.stem)
def test_journals_of_every_released_schema_stay_readable(path: Path) -> None:
    session = reader.read(path)
    assert session.runs
    assert session.damage == ()


def test_there_is_a_sample_of_every_schema() -> None:
    assert {path.stem for path in VERSIONS.glob("*.jsonl")} == {f"v{n}" for n in range(1, schema.SCHEMA + 1)}


def test_a_full_disk_is_reported_and_never_raised_and_costs_nothing_once_there_is_room_again(tmp_path: Path) -> None:
    path = tmp_path / ".repro" / "j.jsonl"
    writer = JournalWriter(path)
    assert writer.append(schema.header_line(HEADER))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 50, hard))
    try:
        assert not writer.append(schema.run_line(FULL))
        assert writer.failure is not None
        assert "could not be written" in writer.failure
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert writer.append(schema.run_line(TRIVIAL)), "there is room again"
    session = reader.read(path)
    assert session.runs == (FULL, TRIVIAL), "what did not fit has waited"
    assert len(session.damage) == 1


def test_a_forked_child_writes_nothing(tmp_path: Path) -> None:
    writer = JournalWriter(tmp_path / ".repro" / "j.jsonl")
    child = os.fork()
    if child == 0:
        os._exit(0 if writer.append(schema.run_line(TRIVIAL)) else 3)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3
    assert writer.path.read_bytes() == b""


def test_the_folder_keeps_history_out_of_commits_until_someone_says_otherwise(tmp_path: Path) -> None:
    ignore = journal(tmp_path).parent / ".gitignore"
    assert "*" in ignore.read_text()
    ignore.unlink()
    JournalWriter(tmp_path / ".repro" / "second.jsonl").close()
    assert not ignore.exists()


def test_a_descriptor_that_someone_closed_is_opened_again(tmp_path: Path) -> None:
    writer = JournalWriter(tmp_path / ".repro" / "j.jsonl")
    assert writer.append(schema.header_line(HEADER))
    os.close(writer._fd)
    with (tmp_path / "theirs.txt").open("w"):  # gets the number that was ours
        assert writer.append(schema.run_line(TRIVIAL))
        assert writer.append(schema.end_line("2026-11-21T09:31:00Z"))
        writer.close()
    assert (tmp_path / "theirs.txt").read_text() == ""
    session = reader.read(writer.path)
    assert session.runs == (TRIVIAL,) and session.ended and not session.damage


def test_a_journal_that_is_gone_says_so_and_keeps_what_it_could_not_write(tmp_path: Path) -> None:
    writer = JournalWriter(tmp_path / ".repro" / "j.jsonl")
    assert writer.append(schema.header_line(HEADER))
    writer.path.unlink()
    writer.path.write_text("another's")
    assert not writer.append(schema.run_line(TRIVIAL))
    assert writer.lost and len(writer.unwritten) == 1
    assert writer.path.read_text() == "another's"
