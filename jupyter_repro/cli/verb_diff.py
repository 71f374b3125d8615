"""``jupyter repro diff``: what differs between two recorded runs."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

HELP = "compare two recorded runs"
EPILOG = """\
A run is N (of the newest journal in this folder), SESSION:N with the first characters of a session, or JOURNAL:N.

  jupyter repro diff 3 7
  jupyter repro diff 1a2b:3 9f8e:3
  jupyter repro diff .repro/20261120T093000Z-1a2b3c4d.jsonl:3 7 --json

Exit code 0: nothing differs. 1: something does. 2: there is no such run.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("first", metavar="RUN", help="the one run")
    parser.add_argument("second", metavar="RUN", help="the other run")
    parser.add_argument(
        "--folder", metavar="DIR", type=Path, default=Path(), help="where the notebook lies (default: .)"
    )
    parser.add_argument("--json", action="store_true", help="print the differences as JSON")


def run(args: argparse.Namespace) -> int:
    from jupyter_repro.analysis.runs.rundiff import compare
    from jupyter_repro.model import runs
    from jupyter_repro.views import recorded, text

    first, second = runs.find(args.first, args.folder), runs.find(args.second, args.folder)
    found = compare(first, second)
    if args.json:
        print(json.dumps(recorded.diff_payload(first, second, found), indent=1))
    else:
        text.console().print(recorded.diff_text(first, second, found))
    return int(not found.same)
