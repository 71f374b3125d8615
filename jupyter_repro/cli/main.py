"""``jupyter repro VERB ...``: parse, call the verb, turn errors into one line and an exit code."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from jupyter_repro import __version__
from jupyter_repro.errors import BadInput, ReproError

VERBS = ("run", "check", "fix", "log", "export", "verify", "diff", "trace", "replay", "rules", "doctor", "kernel")
"""In the order of the loop they serve. A verb is the module ``jupyter_repro.cli.verb_<name>``."""

DESCRIPTION = """\
Find out what a notebook hides, fix it, export it as a locked bundle, and prove by a rerun that it reproduces.

  jupyter repro run analysis.ipynb            execute it with tracking
  jupyter repro check analysis.ipynb          what would Restart & Run All do, and why
  jupyter repro export analysis.ipynb -o out  a bundle that reruns without this tool, proven in a clean room
  jupyter repro verify out --in docker        prove it again, anywhere
"""

EXIT_CODES = """\
exit codes: 0 clean or reproduced; 1 findings or differences; 2 usage or bad input; 3 no container engine;
4 locking failed; 5 no network; 6 kernel not available; 7 kernel died; 8 cannot write; 9 a secret was found;
10 building a clean room failed; 11 time limit; 130 cancelled
"""


def build_parser() -> argparse.ArgumentParser:
    """The whole command line, every verb included."""
    parser = argparse.ArgumentParser(
        prog="jupyter repro",
        description=DESCRIPTION,
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"jupyter-repro {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name in VERBS:
        module = importlib.import_module(f"jupyter_repro.cli.verb_{name}")
        sub = verbs.add_parser(
            name,
            help=module.HELP,
            description=module.HELP,
            epilog=module.EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(sub)
        sub.set_defaults(run=module.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; the exit code. Never lets a traceback of an expected error reach the user."""
    args = build_parser().parse_args(argv)
    try:
        return int(args.run(args))
    except ReproError as error:
        print(f"jupyter repro: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("jupyter repro: stopped as asked.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:  # what no verb foresaw: a name too long, a device that went away
        place = f"{str(error.filename)[:200]}: " if error.filename else ""
        print(f"jupyter repro: {place}{error.strerror or error}. Check the path.", file=sys.stderr)
        return BadInput.exit_code


def console() -> None:
    """Entry point of the ``jupyter-repro`` executable."""
    _spare_the_grammar()
    sys.exit(main())


def _spare_the_grammar() -> None:
    """Keep jsonschema (which nbformat loads) from building its grammar for IRIs: seconds at each start, for a format
    that notebooks do not have. jsonschema goes without where the module cannot be imported."""
    modules: dict[str, object] = sys.modules  # type: ignore[assignment]
    modules.setdefault("rfc3987_syntax", None)


if __name__ == "__main__":
    console()
