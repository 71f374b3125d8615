"""What a cell shows, for comparing: the digests of its outputs in order, messages on stderr left out."""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro import shown
from jupyter_repro.model.document import DocumentCell
from jupyter_repro.records import Output

Seen = tuple[str, ...]


def seen(outputs: Iterable[Output]) -> Seen:
    """The digests a person could tell apart."""
    return tuple(output.digest for output in outputs if not (output.kind == "stream" and output.name == "stderr"))


def seen_in(cell: DocumentCell) -> Seen:
    """What the document shows for a cell."""
    return seen(outputs_of(cell))


def outputs_of(cell: DocumentCell) -> tuple[Output, ...]:
    """What the document holds for a cell, as a run records it."""
    return shown.outputs(cell.outputs)


def error_in(cell: DocumentCell) -> str | None:
    """Name of the exception that the document shows, None where it shows none."""
    return next((str(each.get("ename", "")) for each in cell.outputs if each.get("output_type") == "error"), None)
