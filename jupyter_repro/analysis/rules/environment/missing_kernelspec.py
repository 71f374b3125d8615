"""Names no kernel, or one that is not installed.

## Why it hurts

Tools that run notebooks take the kernel's name from the file. Where it is missing they guess, where it is a local one
(``my-env``) they stop.

## Example

    # %% a
    print(1)
    # --- notebook
    # kernel: my-own-env

## Instead

    # %% a
    print(1)
    # --- notebook
    # kernel: python3

## Limits

Looks for kernels where Jupyter looks on this machine.
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.kernelfolders import NATIVE, folder_of
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule


class MissingKernelspec(Rule):
    """The kernel's name is missing or local."""

    code = "RPE506"
    name = "missing-kernelspec"
    severity = "info"
    why = "Elsewhere the notebook does not start, or starts on a guess."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for the notebook."""
        name = ctx.document.kernel
        if name is None and not ctx.document.notebook["metadata"].get("language_info"):
            yield self.found(None, "the notebook names no kernel", "Open and save it once in Jupyter.", severity="info")
        elif name not in (None, NATIVE) and folder_of(name) is None:
            yield self.found(
                None,
                f"the notebook wants the kernel `{name}`, which is not installed here",
                "Choose the python3 kernel, which is everywhere, and list what it needs in a requirements file.",
                severity="warning",
            )
