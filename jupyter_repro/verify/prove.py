"""A bundle or a notebook -> a verdict: open it, make a room ready, run it, run it again where that tells more, compare.

Running a notebook is running somebody's code. The ``docker`` room contains it; ``venv`` and ``current`` do not.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from jupyter_repro.bundle.candidate import writing
from jupyter_repro.errors import BadInput
from jupyter_repro.model.document import Document
from jupyter_repro.progress import Progress
from jupyter_repro.verify import vary, verdict
from jupyter_repro.verify.compare.outcome import Comparing, Tolerance
from jupyter_repro.verify.result import AxisResult, CellResult, FileResult, VerifyResult
from jupyter_repro.verify.rooms.current import Current
from jupyter_repro.verify.rooms.docker import Docker
from jupyter_repro.verify.rooms.interface import Execution, OpenRoom, Room, Terms
from jupyter_repro.verify.rooms.venv import VirtualEnvironment
from jupyter_repro.verify.subject import Subject, open_subject
from jupyter_repro.verify.vary import Axis

ROOMS: Mapping[str, type[Room]] = {"current": Current, "venv": VirtualEnvironment, "docker": Docker}
CHEAP = 20.0
"""Seconds: a notebook that ran faster is always run a second time, to see what varies although it happened to agree."""


def verify(
    target: Path,
    room: str,
    *,
    progress: Progress | None = None,
    runs: int = 2,
    tolerance: Tolerance | None = None,
    timeout: float | None = 600.0,
    live: Document | None = None,
    axes: Sequence[Axis] = (),
) -> VerifyResult:
    """Rerun ``target`` (a bundle's folder or zip, or a notebook) in a room and compare with its references.

    ``runs`` is how often it may run at most: with 1, nothing can be told unstable. ``timeout`` is in seconds for each
    cell. ``axes`` are conditions of its world to change afterwards, one at a time, each in a run of its own. ``live``
    is the notebook at ``target`` as somebody has it open, saved or not. Raises BadInput for a target or room that
    cannot be used, an EnvironmentFailure where the room fails; what happens in a cell is for the verdict.
    """
    if room not in ROOMS:
        raise BadInput(f"there is no room called {room}", hint=f"Rooms are: {', '.join(ROOMS)}.")
    if runs < 1:
        raise BadInput(f"{runs} runs prove nothing", hint="Ask for 1 or more.")
    progress = progress or Progress()
    began = time.monotonic()
    progress.step("room", f"reading {target.name}")
    with writing(Path(tempfile.gettempdir())), open_subject(target, live) as subject:
        needs_lock = room != "current"
        if needs_lock and not subject.is_bundle:
            raise BadInput(
                f"{target} is a notebook without a lock, which the room {room} needs",
                hint=f"Export it first (jupyter repro export {target.name} -o bundle), or use --in current.",
            )
        with ROOMS[room]().open(subject, progress) as opened:
            terms = Terms(timeout=timeout, environment=dict(subject.environment))
            comparing = Comparing(tolerance=tolerance or Tolerance())
            executions = _run(subject, opened, terms, comparing, runs, progress)
            progress.step("compare", "comparing outputs and files")
            comparing.places = _places(subject, executions)
            cells = verdict.judge_cells(subject, executions, comparing)
            files = verdict.judge_files(subject, executions, cells, comparing)
            whole, because = verdict.conclude(cells, files)
            varied = tuple(_vary(axis, subject, opened, terms, comparing, (cells, files), progress) for axis in axes)
            return VerifyResult(
                target=str(target),
                verdict=whole,
                room=room,
                because=" ".join((because, *opened.notes)),
                cells=cells,
                files=files,
                axes=varied,
                ignored=dict(sorted(comparing.ignored.items())),
                runs=len(executions) + sum(axis.ran for axis in varied),
                seconds=round(time.monotonic() - began, 3),
            )


def _run(
    subject: Subject, opened: OpenRoom, terms: Terms, comparing: Comparing, runs: int, progress: Progress
) -> list[Execution]:
    """One run, and a second as a control where something differs or where it costs little."""
    executions = [opened.run(terms, progress)]
    first = executions[0]
    if runs > 1 and first.ending == "finished":
        trial = comparing.trial()
        trial.places = _places(subject, executions)
        cells = verdict.judge_cells(subject, executions, trial)
        if first.seconds < CHEAP or any(cell.verdict == "different" for cell in cells):
            progress.step("run", "running it again, to see what varies")
            executions.append(opened.run(terms, progress))
    return executions


def _vary(
    axis: Axis,
    subject: Subject,
    opened: OpenRoom,
    terms: Terms,
    comparing: Comparing,
    control: tuple[tuple[CellResult, ...], tuple[FileResult, ...]],
    progress: Progress,
) -> AxisResult:
    """One more run, with one condition changed, held against the control."""
    if axis.name in opened.varies:
        whole, _ = verdict.conclude(*control)
        return vary.already(axis, opened.varies[axis.name], reproduced=whole == "reproduced")
    try:
        changed = vary.varied(axis, terms, opened)
    except vary.NotVaried as reason:
        return AxisResult(axis=axis.name, verdict="not-varied", because=str(reason))
    progress.step("run", f"running it with {axis.about}")
    execution = opened.run(changed, progress)
    trial = comparing.trial()
    trial.places = _places(subject, [execution])
    cells = verdict.judge_cells(subject, [execution], trial)
    return vary.compared(axis, control, (cells, verdict.judge_files(subject, [execution], cells, trial)))


def _places(subject: Subject, executions: list[Execution]) -> tuple[tuple[str, str], ...]:
    """Where the reference and the first run lived, longest first: a folder shown in an output is no difference."""
    own = [str(subject.root.resolve())] if not subject.is_bundle else []
    folders = [*own, *executions[0].places[:1]]
    return tuple((folder, "<folder>") for folder in sorted(folders, key=len, reverse=True))
