"""Puts changed cells into the text of a notebook's file, and leaves every other byte as it stands there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()
Span = tuple[int, int]


def spliced(text: str, cells: Sequence[dict[str, Any]]) -> str | None:
    """The file's text with these cells in place of its own; None where its cells cannot be found in it.

    A cell that equals one of the file is taken over as it is written there, numbers and escapes included.
    """
    opening = _cells_at(text)
    if opening is None:
        return None
    spans = list(_items(text, opening))
    written: dict[str, list[Span]] = {}
    for start, end in spans:
        written.setdefault(_form(json.loads(text[start:end])), []).append((start, end))
    end = spans[-1][1] if spans else opening + 1
    closing = text.index("]", end)
    newline = "\r\n" if "\r\n" in text else "\n"
    step = _step(text)
    margin = "" if step is None else newline + step * 2
    pieces = []
    for cell in cells:
        same = written.get(_form(cell), [])
        if same:
            start, stop = same.pop(0)
            pieces.append(text[start:stop])
        else:
            pieces.append(_dumped(cell, step, newline, wide=_is_wide(text)))
    between = text[spans[0][1] : spans[1][0]] if len(spans) > 1 else "," + (margin or " ")
    head = text[opening + 1 : spans[0][0]] if spans else margin
    tail = text[end:closing] if spans else ("" if step is None else newline + step)
    return text[: opening + 1] + (head + between.join(pieces) + tail if pieces else "") + text[closing:]


def _form(cell: Any) -> str:
    """A cell for comparing: equal only where key order and kinds of numbers are."""
    return json.dumps(cell)


def _cells_at(text: str) -> int | None:
    """Where the list of cells opens, among the notebook's own keys; None where there is none."""
    at = _skip(text, 0)
    if text[at : at + 1] != "{":
        return None
    at += 1
    while True:
        at = _skip(text, at)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
        if text[at : at + 1] != '"':
            return None
        key, at = _DECODER.raw_decode(text, at)
        at = _skip(text, _skip(text, at) + 1)
        if key == "cells":
            return at if text[at : at + 1] == "[" else None
        _, at = _DECODER.raw_decode(text, at)


def _items(text: str, opening: int) -> Iterator[Span]:
    at = opening + 1
    while True:
        at = _skip(text, at)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
        if text[at : at + 1] == "]":
            return
        _, end = _DECODER.raw_decode(text, at)
        yield at, end
        at = end


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _step(text: str) -> str | None:
    """One step of the file's indentation; None where it has none."""
    match = re.search(r'^\{\r?\n([ \t]+)"', text)
    return match[1] if match else None


def _is_wide(text: str) -> bool:
    """Whether the file holds characters beyond ASCII as they are (or none at all, as Jupyter would write them)."""
    return not text.isascii() or "\\u" not in text


def _dumped(cell: dict[str, Any], step: str | None, newline: str, *, wide: bool) -> str:
    plain = json.dumps(cell, indent=step, ensure_ascii=not wide)
    return plain if step is None else plain.replace("\n", newline + step * 2)
