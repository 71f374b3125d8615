"""The verb as it is typed: what it promises in its help is what it does, and starting it costs nothing."""

from __future__ import annotations

import subprocess
import sys

from jupyter_repro.cli.main import build_parser
from jupyter_repro.verify import Tolerance


def test_the_tolerances_of_the_command_line_are_those_of_the_library() -> None:
    args = build_parser().parse_args(["verify", "bundle"])
    assert (args.rtol, args.atol) == (Tolerance().relative, Tolerance().absolute)


def test_the_parsers_load_nothing_heavy() -> None:
    code = (
        "import sys; from jupyter_repro.cli.main import build_parser; build_parser()\n"
        "print([name for name in ('docker', 'jupytext', 'PIL', 'nbclient', 'rich') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
