"""Cells that may read or write files: the others need not be asked."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.filetouches import OTHERS, READING, WRITING
from jupyter_repro.analysis.facts.looks import naming
from jupyter_repro.model.document import DocumentCell

names_files = naming(*READING, *WRITING, *OTHERS, "writefile", "file", "load")
"""A look for cells with calls that `filetouches.path_literals` knows."""


def file_users(ctx: Context) -> Sequence[DocumentCell]:
    """The cells that touched files when they ran, or whose text may, in document order."""
    return ctx.in_order(ctx.runs_with["files"], ctx.where(names_files))
