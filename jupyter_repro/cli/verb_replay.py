"""``jupyter repro replay``: one recorded run again, from the recorded state of its generators."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_repro.errors import BadInput

if TYPE_CHECKING:
    from jupyter_repro.model.document import Document
    from jupyter_repro.model.history import History
    from jupyter_repro.records import RunRecord, SessionRecord

HELP = "play one recorded cell again, every random generator put back where it stood"
EPILOG = """\
The runs that the cell rests on are played before it, in a fresh kernel, on a copy of the notebook's folder; nothing of
yours is changed. Runs that drew random numbers start from the state recorded for them, so that unseeded results come
back too. CELL is a cell id, the cell's position (1 is the first code cell), or run:N for a run as `log` numbers it.

  jupyter repro replay analysis.ipynb 7
  jupyter repro replay analysis.ipynb 1f2e3d4c --json
  jupyter repro replay analysis.ipynb run:12

Exit code 0: the outputs are those of the recorded run. 1: they differ.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("notebook", metavar="NB", type=Path, help="the notebook")
    parser.add_argument("cell", metavar="CELL", help="cell id, position from 1, or run:N of the latest session")
    parser.add_argument("--timeout", metavar="S", type=float, default=600.0, help="seconds for each cell (%(default)s)")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(args: argparse.Namespace) -> int:
    from importlib import resources

    from jupyter_repro.cli.shown_progress import shown_progress
    from jupyter_repro.model import document as documents
    from jupyter_repro.model import history as histories
    from jupyter_repro.verify.replay import replay
    from jupyter_repro.verify.subject import open_subject

    document = documents.read(args.notebook)
    history = histories.load(document)
    session, recorded = _chosen(args.cell, document, history)
    restorer = (resources.files("jupyter_repro.capture.draws") / "restore.py").read_text("utf-8")
    with shown_progress() as progress, open_subject(args.notebook) as subject:
        result = replay(subject, session, recorded, restorer=restorer, timeout=args.timeout, progress=progress)
    for missing in result.not_restored:
        print(f"the state of a generator was not kept: {missing}", file=sys.stderr)
    for number in result.failed:
        print(f"run {number} raised now and had not when it was recorded", file=sys.stderr)
    if args.json:
        print(
            json.dumps(
                {
                    "version": 1,
                    "run": recorded.n,
                    "cell": recorded.cell,
                    "rested_on": list(result.rested_on),
                    "same": result.same,
                    "failed": list(result.failed),
                    "not_restored": list(result.not_restored),
                    "outputs": list(result.outputs),
                },
                indent=1,
            )
        )
    else:
        for output in result.outputs:
            print(_as_text(output))
        print(
            f"run {recorded.n} was played again on {len(result.rested_on)} earlier runs: "
            + ("the same outputs" if result.same else "other outputs"),
            file=sys.stderr,
        )
    return 0 if result.same else 1


def _chosen(wanted: str, document: Document, history: History) -> tuple[SessionRecord, RunRecord]:
    """The session and run meant by the user. Raises BadInput."""
    if history.latest is None:
        raise BadInput(
            f"{document.path} has no recorded runs", hint=f"Record them with: jupyter repro run {document.path.name}"
        )
    if wanted.startswith("run:"):
        found = [each for each in history.latest.runs if str(each.n) == wanted[4:]]
        if not found:
            raise BadInput(f"the latest session has no run {wanted[4:]}", hint="jupyter repro log lists the runs.")
        return history.latest, found[0]
    code = [cell for cell in document.cells if not cell.is_blank]
    cell = document.cell(wanted)
    if cell is None and wanted.isdigit() and 0 < int(wanted) <= len(code):
        cell = code[int(wanted) - 1]
    if cell is None:
        raise BadInput(f"{document.path} has no cell {wanted}", hint=f"It has {len(code)} code cells; ids work too.")
    pair = history.shown_by(cell) or next(reversed(history.runs_of(cell)), None)
    if pair is None:
        raise BadInput(f"cell {wanted} was never run while it was tracked")
    return pair


def _as_text(output: Mapping[str, Any]) -> str:
    if output["output_type"] == "stream":
        return str(output["text"]).rstrip("\n")
    if output["output_type"] == "error":
        return f"{output['ename']}: {output['evalue']}"
    data = output.get("data", {})
    return str(data.get("text/plain", f"[{', '.join(data)}]"))
