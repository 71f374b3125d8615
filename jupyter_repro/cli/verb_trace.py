"""``jupyter repro trace``: where a file came from and who read it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

HELP = "say which runs wrote and read a file"
EPILOG = """\
Looks into the journals of the file's folder and of those above it, whatever the notebook.

  jupyter repro trace data/clean.csv
  jupyter repro trace data/clean.csv --json

Exit code 0: nothing is stale. 1: a reader saw another content than the file has, or it is gone. 2: no journal there.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="the file, there or gone")
    parser.add_argument("--json", action="store_true", help="print the trail as JSON")


def run(args: argparse.Namespace) -> int:
    from jupyter_repro.model import filetrail
    from jupyter_repro.views import recorded, text

    trail = filetrail.follow(args.file)
    if args.json:
        print(json.dumps(recorded.trail_payload(trail), indent=1))
    else:
        text.console().print(recorded.trail_text(trail))
    return int(bool(trail.warnings))
