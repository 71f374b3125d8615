"""``jupyter repro verify``."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from pathlib import Path
from types import FrameType

from jupyter_repro.errors import BadInput, NoEngine

HELP = "rerun a bundle or a notebook in a clean room, and compare every output with its reference"
EPILOG = """\
rooms:
  docker    the bundle's own image: no network, no privileges, limited memory (the default where an engine answers)
  venv      a new virtual environment made from the bundle's lock, hashes required
  current   the environment that this command runs in; the only one that a bare notebook can be verified in

A notebook is run on a copy of its folder; nothing of yours is changed. It is run a second time where something differs
or where it is quick, so that what varies from run to run is told apart from what changed.

With --vary, it is run once more for each axis, with one condition of its world changed: hash-seed, random-seed, clock,
time-zone, locale, folder, file-order, threads, network, environment. A cell that gave its reference and no longer does
depends on that condition. What cannot be varied here is said to be not varied; where you named the axis yourself, that
is no pass.

Verifying runs the notebook's code. Only the docker room contains what it does.

examples:
  jupyter repro verify analysis.ipynb --in current
  jupyter repro verify bundle.zip --in docker --json
  jupyter repro verify bundle --in venv --rtol 1e-4
  jupyter repro verify analysis.ipynb --vary hash-seed,file-order
  jupyter repro verify bundle --vary all
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", type=Path, metavar="BUNDLE|NB", help="a bundle's folder, its .zip, or a notebook")
    parser.add_argument(
        "--in",
        dest="room",
        metavar="ROOM",
        help="docker, venv or current (default: docker where an engine answers, else venv; current for a notebook)",
    )
    parser.add_argument("--rtol", type=float, default=1e-6, help="relative tolerance of floats (%(default)s)")
    parser.add_argument("--atol", type=float, default=1e-12, help="absolute tolerance of floats (%(default)s)")
    parser.add_argument("--timeout", type=float, default=600.0, metavar="S", help="seconds for each cell (%(default)s)")
    parser.add_argument("--runs", type=int, default=2, choices=(1, 2), help="how often it may run (%(default)s)")
    parser.add_argument("--vary", metavar="AXES", help="change these conditions one at a time, or: all")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(args: argparse.Namespace) -> int:
    from jupyter_repro.cli.shown_progress import shown_progress
    from jupyter_repro.verify import ROOMS, Tolerance, axes_named, verify
    from jupyter_repro.views.verified import as_payload, as_text

    signal.signal(signal.SIGTERM, _stop)
    room = args.room or default_room(args.target)
    if room not in ROOMS:
        raise BadInput(f"there is no room called {room}", hint=f"Rooms are: {', '.join(ROOMS)}.")
    axes = axes_named(args.vary) if args.vary is not None else ()
    with shown_progress() as progress:
        result = verify(
            args.target,
            room,
            progress=progress,
            runs=args.runs,
            tolerance=Tolerance(relative=args.rtol, absolute=args.atol),
            timeout=args.timeout if args.timeout > 0 else None,
            axes=axes,
        )
    print(json.dumps(as_payload(result), indent=1) if args.json else as_text(result))
    asked_in_vain = args.vary != "all" and any(axis.verdict == "not-varied" for axis in result.axes)
    return result.exit_code or int(asked_in_vain)


def _stop(number: int, frame: FrameType | None) -> None:
    """A polite kill is a cancelled verification: kernels and containers end with it."""
    raise KeyboardInterrupt


def default_room(target: Path) -> str:
    """The safest room that there is for a target; says on stderr when that is not a container."""
    from jupyter_repro.verify.rooms.docker import connect

    if target.suffix == ".ipynb":
        return "current"
    try:
        connect().close()
    except NoEngine:
        print("No container engine answers: the bundle's code runs on this machine, uncontained.", file=sys.stderr)
        return "venv"
    return "docker"
