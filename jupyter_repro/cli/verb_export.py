"""``jupyter repro export``: a notebook as a bundle that reruns without this tool, proven in a clean room."""

from __future__ import annotations

import argparse
import signal
from pathlib import Path
from types import FrameType

HELP = "export a notebook as a locked bundle, and prove it by a rerun"
EPILOG = """\
The bundle is plain files: script, notebook, lock with hashes, data, Dockerfile, workflow, report. It reruns with pip,
docker or pytest alone. The steps are the document's cells where a rerun of them gives what is shown; else the recorded
runs that made it; else the whole session. The first that a rerun proves is taken; none: the bundle says UNPROVEN.

  jupyter repro export analysis.ipynb -o bundle
  jupyter repro export analysis.ipynb -o bundle.zip --in docker
  jupyter repro export analysis.ipynb -o bundle --no-prove
  jupyter repro export analysis.ipynb -o bundle --force        replace a bundle that is there

Exit code 0: proven, or written with --no-prove. 1: written, but no rerun proved it. 4: not lockable. 5: no network.
8: cannot write there. 9: a secret was found. Nothing is left behind by 2 and up.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("notebook", metavar="NB", type=Path, help="the notebook to export")
    parser.add_argument("-o", "--output", metavar="BUNDLE", type=Path, required=True, help="folder or .zip to write")
    parser.add_argument(
        "--in",
        dest="room",
        metavar="ROOM",
        default="venv",
        help="room to prove it in: current, venv (from the lock) or docker (default: venv)",
    )
    parser.add_argument("--no-prove", action="store_true", help="write the bundle without a rerun; it says so")
    parser.add_argument("--force", action="store_true", help="replace a bundle that is at the target")
    parser.add_argument(
        "--base-image",
        metavar="IMAGE",
        help="image that the Dockerfile builds on (default: python:X.Y.Z-slim-bookworm, or $JUPYTER_REPRO_BASE_IMAGE)",
    )
    parser.add_argument(
        "--order",
        choices=("document", "slice", "session"),
        help="take only this order of steps instead of walking the ladder",
    )
    parser.add_argument(
        "--size-limit", metavar="MB", type=float, default=100.0, help="carry data files up to this size (default: 100)"
    )
    parser.add_argument(
        "--allow-secret",
        metavar="PLACE",
        action="append",
        default=[],
        help="a place whose finding is no secret; repeatable",
    )
    parser.add_argument("--timeout", metavar="S", type=float, default=600.0, help="seconds a cell may take in a rerun")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(args: argparse.Namespace) -> int:
    import json

    from rich.console import Console

    from jupyter_repro.cli.shown_progress import shown_progress
    from jupyter_repro.errors import BadInput
    from jupyter_repro.export import Options, export
    from jupyter_repro.verify.prove import ROOMS
    from jupyter_repro.views import exported

    if args.room not in ROOMS:
        raise BadInput(f"there is no room called {args.room}", hint=f"Rooms are: {', '.join(ROOMS)}.")
    if args.size_limit <= 0 or args.timeout <= 0:
        raise BadInput("--size-limit and --timeout take positive numbers")
    signal.signal(signal.SIGTERM, _stop)
    options = Options(
        room=args.room,
        prove=not args.no_prove,
        force=args.force,
        base_image=args.base_image,
        size_limit=int(args.size_limit * 1_000_000),
        allowed_secrets=frozenset(args.allow_secret),
        rung=args.order,
        timeout=args.timeout,
    )
    with shown_progress() as progress:
        result = export(args.notebook, args.output, prove=options.prove, options=options, progress=progress)
    if args.json:
        print(json.dumps(exported.as_payload(result)))
    else:
        exported.show(result, Console())
    return 0 if result.proven or args.no_prove else 1


def _stop(number: int, frame: FrameType | None) -> None:
    """A polite kill is a cancelled export: what was begun is cleared away."""
    raise KeyboardInterrupt
