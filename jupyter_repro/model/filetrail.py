"""The trail of a file through the journals around it: which runs, of which notebooks, wrote, read or deleted it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jupyter_repro.errors import BadInput
from jupyter_repro.journal import folder as journal_folder
from jupyter_repro.journal import reader
from jupyter_repro.model.disk import GONE, Disk
from jupyter_repro.records import FileTouch, RunRecord, SessionRecord


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One touch of the file."""

    session: SessionRecord
    run: RunRecord
    touch: FileTouch

    @property
    def notebook(self) -> str:
        """Name of the notebook, ``?`` where nobody knew it."""
        return Path(self.session.header.notebook).name if self.session.header.notebook else "?"


@dataclass(frozen=True, kw_only=True, slots=True)
class Trail:
    """All touches of a file in time order, and what is to be said about them."""

    path: Path
    digest: str | None
    """Content now: ``sha256:<hex>``, ``""`` where the file is gone, None where it was not hashed."""
    steps: tuple[Step, ...]
    warnings: tuple[str, ...]


def follow(path: Path) -> Trail:
    """The trail of a file, from the journals in its folder and those above. Raises BadInput where there are none."""
    path = path.absolute()
    folders = [each for each in path.parents if journal_folder.journal_folder(each).is_dir()]
    if not folders:
        raise BadInput(
            f"no journal around {path}", hint="Run the notebooks that use it with tracking first: jupyter repro run NB"
        )
    steps = sorted((step for folder in folders for step in _steps(path, folder)), key=lambda step: step.run.started)
    digest = Disk(path.parent).digest(FileTouch(path=path.name, mode="read"))
    return Trail(path=path, digest=digest, steps=tuple(steps), warnings=tuple(_warnings(steps, digest)))


def _steps(path: Path, folder: Path) -> Iterator[Step]:
    inside = path.relative_to(folder).as_posix()
    for journal in journal_folder.journals(journal_folder.journal_folder(folder)):
        try:
            session = reader.read(journal)
        except (BadInput, OSError):
            continue
        names = {inside, str(path), os.path.relpath(path, session.header.cwd)}
        for run in session.runs:
            for touch in run.files:
                if touch.path in names:
                    yield Step(session=session, run=run, touch=touch)


def _warnings(steps: list[Step], now: str | None) -> Iterator[str]:
    written: Step | None = None
    readers: dict[tuple[str, str | None], Step] = {}
    for step in steps:
        if step.touch.mode == "read":
            readers[step.notebook, step.run.cell] = step
        else:
            written = step
    for step in readers.values():
        who = f"run {step.run.n} of {step.notebook}"
        if written is not None and written.run.started > step.run.started and written.touch.digest != step.touch.digest:
            yield f"{who} read it before run {written.run.n} of {written.notebook} last changed it"
        elif now and step.touch.digest and step.touch.digest != now:
            yield f"{who} read another content than the file has now"
    if now == GONE:
        yield "the file is no longer there"
    elif written is not None and now and written.touch.digest and written.touch.digest != now:
        yield f"something untracked changed it since run {written.run.n} of {written.notebook} wrote it"
