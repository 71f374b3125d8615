"""Drives `runner` and reads what it tells: the same for every room that starts it, by whatever means."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_repro.errors import KernelUnavailable
from jupyter_repro.progress import Progress
from jupyter_repro.verify.rooms import process
from jupyter_repro.verify.rooms.interface import Ending, Execution, Terms
from jupyter_repro.verify.subject import Subject

RUNNER = Path(__file__).with_name("runner.py")
RESULT = "jupyter-repro-result.json"
"""Name of the file that the runner writes; beside the copied project, never in it."""


@dataclass(slots=True)
class Ended:
    """The runner's last line."""

    ending: Ending
    cell: str | None
    message: str
    seconds: float


def request(subject: Subject, terms: Terms, *, notebook: str, result: str, kernel: str | None) -> str:
    """The runner's argument."""
    return json.dumps(
        {
            "notebook": notebook,
            "result": result,
            "timeout": terms.timeout,
            "prelude": terms.prelude,
            "kernel": kernel,
            "raises": [name for name, each in subject.references.items() if each.raises],
            "skip": [name for name, each in subject.references.items() if each.skipped],
        }
    )


def follow(lines: Iterable[str], progress: Progress, room: str) -> Ended | None:
    """Report each cell as it begins; the end as the runner told it, None where it did not.

    Raises KernelUnavailable where there was no kernel, and Cancelled when somebody asked to stop.
    """
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            continue
        match event.get("event") if isinstance(event, dict) else None:
            case "cell":
                progress.step(
                    "run", f"cell {event['index'] + 1} of {event['of']} in {room}", event["index"], event["of"]
                )
            case "end":
                return Ended(event["ending"], event["cell"], event["message"], event["seconds"])
            case "unavailable":
                raise KernelUnavailable(
                    f"no kernel starts in {room}: {event['message']}",
                    hint="The environment needs ipykernel and nbclient.",
                )
    return None


def execution(ended: Ended, result: str | bytes, folder: Path, places: Iterable[str]) -> Execution:
    """What the runner's result file and last line say together."""
    cells: dict[str, list[dict[str, Any]]] = json.loads(result)["cells"]
    return Execution(
        ending=ended.ending,
        cells={name: tuple(outputs) for name, outputs in cells.items()},
        stopped_at=None if ended.ending == "finished" else ended.cell,
        message=ended.message,
        seconds=ended.seconds,
        folder=folder,
        places=tuple(places),
    )


def run_locally(
    python: str,
    subject: Subject,
    terms: Terms,
    progress: Progress,
    *,
    scratch: Path,
    room: str,
    environment: Mapping[str, str],
    kernel: str | None = None,
) -> Execution:
    """Run the subject with an interpreter of this machine, in a fresh copy below ``scratch``."""
    work = Path(tempfile.mkdtemp(prefix="run-", dir=scratch))
    project, home = work / terms.folder, work / "home"
    home.mkdir()
    subject.copy_to(project)
    result = work / RESULT
    argument = request(subject, terms, notebook=str(project / subject.notebook), result=str(result), kernel=kernel)
    env = {name: value.replace("{home}", str(home)) for name, value in {**environment, **terms.environment}.items()}
    command = [python, "-c", RUNNER.read_text(encoding="utf-8"), argument]
    with (work / "stderr").open("w+", encoding="utf-8", errors="replace") as talk:
        with process.telling(command, progress, cwd=work, env=env, errors=talk) as runner:
            assert runner.stdout is not None
            ended = follow(runner.stdout, progress, room)
        if ended is None:
            progress.step("run", "the runner ended")
            talk.seek(0)
            said = [line for line in talk.read().splitlines() if line.strip()]
            raise KernelUnavailable(
                f"the notebook could not be run in {room}: {said[-1] if said else 'the runner ended without a word'}",
                hint="The environment needs ipykernel and nbclient that work.",
            )
    places = (str(project), str(home))
    return execution(ended, result.read_text(encoding="utf-8"), project, places)
