"""``jupyter repro run``: execute a notebook from top to bottom in a fresh kernel, with tracking."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from jupyter_repro.errors import BadInput

HELP = "execute a notebook headless, with tracking"
EPILOG = """\
Outputs go into NB, or into OUT (then the history belongs to OUT and NB stays untouched). The kernel may be any Python
kernel from 3.10 on; it needs nothing of ours installed. The run stops at the first failing cell, as Run All does.

  jupyter repro run analysis.ipynb
  jupyter repro run analysis.ipynb -o results/analysis.ipynb --timeout 600
  jupyter repro run analysis.ipynb --kernel other-env --allow-errors

Exit code 0: every cell ran. 1: a cell failed. 6: no such kernel. 7: the kernel died. 11: a cell took too long.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("notebook", metavar="NB", type=Path, help="the notebook to execute")
    parser.add_argument("-o", "--output", metavar="OUT", type=Path, help="write the executed notebook here instead")
    parser.add_argument("--kernel", metavar="NAME", help="kernelspec to use instead of the notebook's own")
    parser.add_argument("--allow-errors", action="store_true", help="go on after a cell that fails")
    parser.add_argument("--timeout", metavar="S", type=float, help="seconds that one cell may take (default: no limit)")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(args: argparse.Namespace) -> int:
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    from jupyter_repro import headless
    from jupyter_repro.model import document as documents
    from jupyter_repro.progress import Progress, Step

    if args.timeout is not None and args.timeout <= 0:
        raise BadInput(f"--timeout {args.timeout:g} is not a positive number of seconds")
    target = args.output or args.notebook
    if target.is_dir():
        raise BadInput(f"{target} is a folder", hint="Name the notebook to write.")
    if not target.resolve().parent.is_dir():
        raise BadInput(f"{target.parent} does not exist", hint="Create the folder first.")
    document = documents.read(args.notebook)
    if not any(not cell.is_blank for cell in document.cells):
        raise BadInput(f"{args.notebook} has no code to run")
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=len(document.cells))

        def show(step: Step) -> None:
            bar.update(task, description=escape(step.message), completed=step.done, total=step.total)

        execution = headless.execute(
            document,
            kernel=args.kernel,
            belongs_to=target,
            allow_errors=args.allow_errors,
            timeout=args.timeout,
            progress=Progress(show),
        )
    headless.save(execution, document, target)
    failures = execution.failures
    if not execution.injection.loaded:
        print(f"jupyter repro: the run was not tracked: {execution.injection.reason}", file=sys.stderr)
    for failure in failures:
        count = execution.notebook.cells[failure.index].execution_count
        print(f"cell [{count}] failed: {failure.name}: {failure.value}".rstrip(": "), file=sys.stderr)
    if args.json:
        print(
            json.dumps(
                {
                    "version": 1,
                    "notebook": str(target),
                    "journal": execution.journal,
                    "tracked": execution.injection.loaded,
                    "executed": execution.executed,
                    "failures": [
                        {"cell": each.cell, "index": each.index, "name": each.name, "value": each.value}
                        for each in failures
                    ],
                }
            )
        )
    else:
        print(f"{target}: {execution.executed} cells ran, {len(failures)} failed; history in {execution.journal}")
    return 1 if failures else 0
