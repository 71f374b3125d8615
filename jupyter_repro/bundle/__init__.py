"""A notebook and its history -> a candidate bundle: plain files that rerun with pip, docker and pytest alone.

`plan.plan` decides what goes in and why; `build` writes it into an empty folder. Neither runs anything of the user's.
"""

from jupyter_repro.bundle.candidate import build

__all__ = ["build"]
