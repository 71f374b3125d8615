"""The command line: one file a verb, thin: arguments -> one public function -> a view.

A verb module has ``NAME``, ``HELP`` (one line), ``EPILOG`` (examples that teach), ``add_arguments(parser)`` and
``run(args) -> int`` (the exit code). Results go to stdout, talk and progress to stderr.
"""

from jupyter_repro.cli.main import main

__all__ = ["main"]
