"""``jupyter repro run``."""

from __future__ import annotations

import argparse

from jupyter_repro.errors import BadInput

HELP = "(run)"
EPILOG = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rest", nargs="*")


def run(args: argparse.Namespace) -> int:
    raise BadInput("run is not there yet")
