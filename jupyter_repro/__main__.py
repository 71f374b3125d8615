"""``python -m jupyter_repro VERB ...``: the command line, for where the executable is not on the path."""

from jupyter_repro.cli.main import console

if __name__ == "__main__":
    console()
