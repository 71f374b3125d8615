"""``jupyter repro doctor``: which layers of the capture are active here, and why others are not."""

from __future__ import annotations

import argparse
import json

HELP = "which layers of the capture are active here, and why others are not"
EPILOG = """\
Starts a kernel, loads the tracker into it as the panel does, and asks it. A layer that is not on is a blind spot of
every run in such a kernel; the line says why it is off.

  jupyter repro doctor
  jupyter repro doctor --kernel other-env --json

Exit code 0: the kernel can be tracked. 1: it cannot. 6: no such kernel.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--kernel", default="python3", metavar="NAME", help="kernelspec to examine (default: python3)")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(args: argparse.Namespace) -> int:
    from jupyter_repro import autoload, checkup

    found = checkup.examine(args.kernel)
    startup = autoload.status()
    if args.json:
        print(
            json.dumps(
                {
                    "version": 1,
                    "kernel": found.kernel,
                    "python": found.python,
                    "tracked": found.tracked,
                    "reason": found.reason,
                    "layers": found.layers,
                    "limits": found.limits,
                    "autoload": startup.installed,
                }
            )
        )
        return 0 if found.tracked else 1
    print(f"kernel {found.kernel}, Python {found.python}: {'can be tracked' if found.tracked else found.reason}")
    for name, status in found.layers.items():
        print(f"  {name:<16} {status}")
    for name, value in found.limits.items():
        print(f"  {name:<28} {value}")
    every = "every kernel" if startup.installed else "no (jupyter repro kernel install)"
    print(f"  {'tracked from their start':<28} {every}")
    return 0 if found.tracked else 1
