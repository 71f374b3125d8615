"""Where folders cannot be watched, what programs wrote is seen by sizes and times, and the rest is a blind spot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_repro.capture.calls.imports import ImportWatch
from jupyter_repro.capture.files import folderscan
from jupyter_repro.capture.files.inotify import InotifyUnavailable
from jupyter_repro.capture.probe import Draft
from jupyter_repro.capture.probes import files
from tests.capture.playing import Play


def refuse() -> None:
    raise InotifyUnavailable("inotify exists on Linux only")


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Play]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(files, "FolderWatch", refuse)
    probe = files.FilesProbe(ImportWatch())
    play = Play(probe)
    yield play
    probe.stop()


def touched(run: Draft) -> set[tuple[str, str, str]]:
    return {(touch.path, touch.mode, touch.seen_by) for touch in run.files}


def test_what_programs_write_and_remove_is_seen(play: Play, tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_text("old")
    (tmp_path / "gone.txt").write_text("gone")
    run = play("!echo new > new.txt; echo more >> old.txt; rm gone.txt; cat new.txt > /dev/null")
    assert touched(run) == {
        ("new.txt", "write", "scan"),
        ("old.txt", "write", "scan"),
        ("gone.txt", "delete", "scan"),
    }
    assert {touch.path for touch in run.files if touch.kept} == {"old.txt"}
    assert any("read was not watched" in spot for spot in run.blind_spots)


def test_calls_of_python_are_heard_as_ever_and_others_changes_belong_to_nobody(
    play: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_NATIVE", ())  # other tests of this process have loaded native libraries
    assert touched(play("open('a.txt', 'w').write('x')")) == {("a.txt", "write", "patch")}
    (tmp_path / "editor.txt").write_text("saved by an editor between two cells")
    run = play("open('a.txt').read()")
    assert touched(run) == {("a.txt", "read", "patch")}
    assert not run.blind_spots


def test_a_folder_that_takes_too_long_is_not_looked_at(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folderscan, "SECONDS", -1.0)
    run = play("!echo new > new.txt")
    assert not run.files
    assert any("takes longer" in spot for spot in run.blind_spots)
    assert "sizes and times" in play.probes[0].layers["files.watch"]  # type: ignore[attr-defined]
