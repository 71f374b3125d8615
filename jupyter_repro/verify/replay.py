"""One recorded run, played again: the runs it rests on in a fresh kernel, every generator put back where it stood.

Works on a copy of the notebook's folder. Each run that drew random numbers starts from the state recorded for it, so
that also an unseeded run gives the same numbers; what still differs came from elsewhere.
"""

from __future__ import annotations

import json
import os
import tempfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_core.utils import run_sync
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from jupyter_repro import shown
from jupyter_repro.analysis.slicing import slice_runs
from jupyter_repro.errors import KernelDied, KernelUnavailable, TimedOut
from jupyter_repro.journal import belonging
from jupyter_repro.progress import Progress
from jupyter_repro.records import Output, RunRecord, SessionRecord
from jupyter_repro.verify.subject import Subject


@dataclass(frozen=True, kw_only=True, slots=True)
class Replay:
    """What the replayed run gave."""

    run: RunRecord
    rested_on: tuple[int, ...]
    """Numbers of the runs that were played before it."""
    outputs: tuple[Mapping[str, Any], ...]
    """nbformat outputs."""
    same: bool
    """Whether they are what the run showed when it was recorded, as far as a person sees."""
    failed: tuple[int, ...] = ()
    """Runs that raised now and had not when they were recorded."""
    not_restored: tuple[str, ...] = ()
    """``run 3: numpy``: generators that drew, and whose state was not kept or could not be set."""


def replay(
    subject: Subject,
    session: SessionRecord,
    run: RunRecord,
    *,
    restorer: str,
    timeout: float | None = None,
    progress: Progress | None = None,
) -> Replay:
    """Play a recorded run again. ``restorer`` is the text of `jupyter_repro.capture.draws.restore`.

    ``timeout`` is in seconds per cell. Raises KernelUnavailable, KernelDied, TimedOut, Cancelled.
    """
    progress = progress or Progress()
    needed = slice_runs(session, [run.n])
    runs = [each for each in needed if each.n < run.n] + [run]
    states = [place / "states" for place in belonging.places_of(subject.target)]
    cells = [nbformat.v4.new_code_cell(each.source) for each in runs]
    not_restored: list[str] = []
    failed: list[int] = []
    with tempfile.TemporaryDirectory(prefix="jupyter-repro-", ignore_cleanup_errors=True) as scratch:
        subject.copy_to(Path(scratch))
        folder = (Path(scratch) / subject.notebook).parent
        client = _client(subject, cells, folder, timeout)
        try:
            with (
                tempfile.TemporaryFile() as talk,
                client.setup_kernel(cwd=str(folder), env=_environment(), stderr=talk),
            ):
                for number, (each, cell) in enumerate(zip(runs, cells, strict=True)):
                    progress.step("run", f"run {each.n}", number, len(runs))
                    not_restored += [f"run {each.n}: {name}" for name in _restore(client, each, states, restorer)]
                    client.execute_cell(cell, number)
                    raised = any(output.output_type == "error" for output in cell.outputs)
                    if raised and each.status == "ok":
                        failed.append(each.n)
        except DeadKernelError:
            raise KernelDied("the kernel died while runs were played again") from None
        except CellTimeoutError:
            raise TimedOut(f"a cell took longer than {timeout:g} s", hint="Raise --timeout.") from None
        except RuntimeError as error:
            raise KernelUnavailable(f"the kernel did not start: {error}") from None
    outputs = tuple(dict(each) for each in cells[-1].outputs)
    return Replay(
        run=run,
        rested_on=tuple(each.n for each in runs[:-1]),
        outputs=outputs,
        same=_seen(shown.outputs(outputs)) == _seen(run.outputs),
        failed=tuple(failed),
        not_restored=tuple(not_restored),
    )


def _seen(outputs: tuple[Output, ...]) -> list[tuple[str, str, str]]:
    """What a person sees of outputs; warnings and progress on stderr do not count."""
    return [(each.kind, each.name, each.digest) for each in outputs if each.name != "stderr"]


def _client(subject: Subject, cells: list[Any], folder: Path, timeout: float | None) -> NotebookClient:
    notebook = nbformat.v4.new_notebook(cells=cells)
    named = subject.document.kernel
    return NotebookClient(
        notebook,
        kernel_name=named if named in KernelSpecManager().find_kernel_specs() else "python3",
        timeout=timeout,
        allow_errors=True,
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
    )


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("JPY_")}


def _restore(client: NotebookClient, run: RunRecord, states: list[Path], restorer: str) -> list[str]:
    """Put the generators back that a run drew from; names of those that could not be."""
    missing, found = [], {}
    for draw in run.draws:
        if draw.by_import or draw.generator.startswith("unseeded:"):
            continue
        paths = [folder / f"{draw.state}.json.z" for folder in states]
        try:
            path = next((each for each in paths if each.is_file()), paths[0])
            found[draw.generator] = json.loads(zlib.decompress(path.read_bytes()))
        except (OSError, ValueError, zlib.error):
            seeded_itself = any(seed.generator == draw.generator for seed in run.seeds)
            if not seeded_itself:
                missing.append(draw.generator)
    if not found:
        return missing
    code = (
        f"exec({restorer!r} + '\\nprint(__import__(\"json\").dumps(restore(states, user)))', "
        f"{{'states': __import__('json').loads({json.dumps(found)!r}), 'user': get_ipython().user_ns}})"
    )
    said: list[str] = []

    def listen(message: Mapping[str, Any]) -> None:
        if message["msg_type"] == "stream":
            said.append(message["content"]["text"])

    run_sync(client.kc.execute_interactive)(code, silent=True, store_history=False, output_hook=listen, timeout=60)
    try:
        return [*missing, *json.loads("".join(said))]
    except ValueError:
        return [*missing, *found]
