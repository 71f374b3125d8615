"""``jupyter repro kernel``: track every IPython kernel of this user from its start."""

from __future__ import annotations

import argparse
import json

HELP = "track every IPython kernel from its start (install, uninstall, status)"
EPILOG = """\
Writes one file into IPython's startup folder. Kernels of every environment then track themselves, whatever starts them:
JupyterLab, papermill, nbconvert, a script. The file is harmless when jupyter-repro is uninstalled.

  jupyter repro kernel install
  jupyter repro kernel status
  jupyter repro kernel uninstall
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("install", "uninstall", "status"))
    parser.add_argument("--profile", default="default", metavar="NAME", help="IPython profile (default: default)")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(args: argparse.Namespace) -> int:
    from jupyter_repro import autoload

    act = {"install": autoload.install, "uninstall": autoload.uninstall, "status": autoload.status}[args.action]
    result = act(args.profile)
    if args.json:
        print(json.dumps({"version": 1, "installed": result.installed, "path": str(result.path)}))
    elif result.installed:
        print(f"Every IPython kernel is tracked from its start ({result.path}).")
    else:
        print("Kernels are tracked when the panel or `jupyter repro run` asks for it (no startup file).")
    return 0
