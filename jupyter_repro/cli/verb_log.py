"""``jupyter repro log``: the runs of a notebook as they were recorded."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

HELP = "list the recorded runs of a notebook"
EPILOG = """\
A run is one execution of a cell: what it read, made, changed, drew and touched, with the source as it was then.

  jupyter repro log analysis.ipynb
  jupyter repro log analysis.ipynb --json | jq '.sessions[-1].runs[] | {n, reads, writes}'
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("notebook", metavar="NB", type=Path, help="the notebook")
    parser.add_argument("--json", action="store_true", help="print everything that was recorded, as JSON")


def run(args: argparse.Namespace) -> int:
    from jupyter_repro.model import document as documents
    from jupyter_repro.model import history as histories
    from jupyter_repro.views import text
    from jupyter_repro.views.log import log_payload

    document = documents.read(args.notebook)
    history = histories.load(document)
    if args.json:
        print(json.dumps(log_payload(document, history, packages=True), indent=1))
    else:
        text.console().print(text.log_text(document, history))
    return 0
