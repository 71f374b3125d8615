"""The text that a cell's outputs hold, as it stands in the file: addresses and colours included, images left out."""

from __future__ import annotations

from jupyter_repro.model.document import DocumentCell

LIMIT = 100_000
"""Characters looked at per cell, and at most of each output."""


def all_text(cell: DocumentCell, *, html: bool = False) -> str:
    """Streams and plain text of a cell's outputs, HTML too where asked, joined by newlines. Errors are left out."""
    pieces: list[str] = []
    for output in cell.outputs:
        if output.get("output_type") == "stream":
            pieces.append(str(output.get("text", ""))[:LIMIT])
        data = output.get("data")
        if isinstance(data, dict):
            wanted = ("text/plain", "text/html") if html else ("text/plain",)
            if any(mime.startswith("image/") for mime in data):
                continue
            pieces.extend(str(data[mime])[:LIMIT] for mime in wanted if mime in data)
    return "\n".join(pieces)[:LIMIT]
