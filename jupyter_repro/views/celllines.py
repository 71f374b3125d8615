"""Where each cell's source stands in the notebook's file, so that other tools can point at it."""

from __future__ import annotations

import json
import re
from pathlib import Path

_CELLS = re.compile(r'"cells"\s*:\s*\[')
_SOURCE = re.compile(r'"source"\s*:')
_SEPARATOR = re.compile(r"[\s,]*")


def source_lines(path: Path) -> list[int]:
    """For each cell of the file, Markdown included, the line (from 1) where its source begins; empty where unknown."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return []
    start = _CELLS.search(text)
    decoder = json.JSONDecoder()
    lines: list[int] = []
    at, line, counted = (start.end() if start else len(text)), 1, 0
    while start is not None:
        separator = _SEPARATOR.match(text, at)
        at = separator.end() if separator else at
        if text[at : at + 1] != "{":
            return lines
        try:
            _, end = decoder.raw_decode(text, at)
        except ValueError:
            return lines
        places = [match.end() for match in _SOURCE.finditer(text, at, end)]
        place = places[-1] if places else at
        opening = re.compile(r'\s*\[\s*"').match(text, place)
        place = opening.end() if opening else place
        line, counted = line + text.count("\n", counted, place), place
        lines.append(line)
        at = end
    return lines
