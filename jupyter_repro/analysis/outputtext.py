"""The text that a cell's outputs hold, as it stands in the file: addresses and colours included, images left out."""

from __future__ import annotations

from jupyter_repro.model.document import DocumentCell

LIMIT = 200_000
"""Characters looked at per cell."""


def all_text(cell: DocumentCell) -> str:
    """Streams, plain text and HTML of a cell's outputs, joined by newlines. Error outputs are left out."""
    pieces: list[str] = []
    for output in cell.outputs:
        if output.get("output_type") == "stream":
            pieces.append(str(output.get("text", "")))
        data = output.get("data")
        if isinstance(data, dict):
            pieces.extend(str(data[mime]) for mime in ("text/plain", "text/html") if mime in data)
    return "\n".join(pieces)[:LIMIT]
