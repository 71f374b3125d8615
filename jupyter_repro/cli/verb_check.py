"""``jupyter repro check``: what Restart Kernel and Run All would do, and what is wrong with the notebook."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

HELP = "say what Restart & Run All would do to each cell, and find problems"
EPILOG = """\
Nothing is run. The forecast replays the document from the recorded runs in .repro/; without a journal only the text is
checked. Exit code 0: all the same and no error or warning; 1: something changes, fails or is found; 2: bad input.

  jupyter repro check analysis.ipynb
  jupyter repro check analysis.ipynb --json
  jupyter repro check analysis.ipynb --select RPN --ignore RPE504
  jupyter repro check notebooks/*.ipynb --format github      annotations for a pull request
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("notebooks", metavar="NB", type=Path, nargs="+", help="the notebook (or several)")
    parser.add_argument("--json", action="store_true", help="the same as --format json")
    parser.add_argument(
        "--format",
        choices=("text", "json", "sarif", "github"),
        default="text",
        help="how to print the result (default: text)",
    )
    parser.add_argument("--verbose", "-v", action="store_true", help="list the cells that stay the same, too")
    parser.add_argument(
        "--select",
        metavar="CODES",
        type=_codes,
        default=(),
        help="apply only these rules: codes, prefixes (RPN) or names, comma-separated",
    )
    parser.add_argument("--ignore", metavar="CODES", type=_codes, default=(), help="leave these rules out")


def _codes(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(",")))


def run(args: argparse.Namespace) -> int:
    from jupyter_repro.analysis import selection
    from jupyter_repro.analysis.engine import analyse
    from jupyter_repro.errors import BadInput
    from jupyter_repro.model import document as documents
    from jupyter_repro.model import history as histories

    shape = "json" if args.json else args.format
    if len(args.notebooks) > 1 and shape == "json":
        raise BadInput("--json takes one notebook", hint="Call it once for each.")
    read = [(documents.read(path), selection.load_with(path, args.select, args.ignore)) for path in args.notebooks]
    judged = []
    for document, config in read:
        history = histories.load(document)
        judged.append((document, history, analyse(document, history, config)))
    match shape:
        case "json":
            from jupyter_repro.views.check import check_payload

            print(json.dumps(check_payload(*judged[0]), indent=1))
        case "sarif":
            from jupyter_repro.views.sarif import sarif

            print(json.dumps(sarif([(document, analysis) for document, _, analysis in judged]), indent=1))
        case "github":
            from jupyter_repro.views.github import workflow_commands

            for document, _, analysis in judged:
                for line in workflow_commands(document, analysis):
                    print(line)
        case _:
            from jupyter_repro.views import text

            console = text.console()
            for document, history, analysis in judged:
                console.print(text.check_text(document, history, analysis, verbose=args.verbose))
    return int(any(_blocks(analysis) for _, _, analysis in judged))


def _blocks(analysis: object) -> bool:
    from jupyter_repro.analysis.engine import Analysis

    assert isinstance(analysis, Analysis)
    counts = analysis.forecast.counts
    return analysis.blocking or bool(counts["changes"] or counts["fails"])
