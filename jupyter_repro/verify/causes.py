"""Why two runs of one cell, in the same room, from the same files, did not show the same: a guess from what differs.

Each guess is tried by taking its kind of difference away and comparing again; the first that explains everything is the
cause. What none explains is said to be unexplained.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from jupyter_repro.verify.compare import image
from jupyter_repro.verify.compare.cell import compare_cell
from jupyter_repro.verify.compare.normal import normal
from jupyter_repro.verify.compare.outcome import Comparing

Outputs = Sequence[Mapping[str, Any]]
_DURATION = re.compile(
    r"\d+(?:\.\d+)?(?:e[+-]?\d+)?\s?(?:ns|us|µs|μs|ms|s|secs?|seconds?|min(?:ute)?s?|it/s|s/it|h(?:ours?)?)\b|\b\d+:\d\d(?::\d\d)?(?:\.\d+)?\b"
)
_NUMBER = re.compile(r"[-+]?(?:\d[\d_,]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|\b(?:inf|nan)\b")
_EPOCH = re.compile(r"\b1[5-9]\d{8}(?:\.\d+|\d{3}|\d{6}|\d{9})?\b")
"""Seconds, milliseconds, microseconds or nanoseconds since 1970, from 2017 to 2033."""

CLOCK = "it shows the clock"
TIMING = "it shows how long something took"
FOLDER = "it shows the folder it runs in"
IDS = "it shows generated ids"
ORDER = "the order of its items varies (a set, a directory listing, or threads)"
NUMBERS = "its numbers vary (an unseeded generator, or threads)"
PICTURE = "its picture varies (unseeded random data, or threads)"
UNEXPLAINED = "it varies from run to run"


def cause_of(one: Outputs, other: Outputs, terms: Comparing, places: Sequence[str] = ()) -> str:
    """The likely cause, as the end of a sentence about the cell."""
    if compare_cell(one, other, terms.trial(dates=True, control=True)).likeness != "different":
        return CLOCK
    texts = [_text(outputs) for outputs in (one, other)]
    stripped = [normal(text, dates=True) for text in texts]
    if stripped[0] != stripped[1]:
        return _of_text(texts, stripped, places)
    return PICTURE if _pictures(one) != _pictures(other) else UNEXPLAINED


def _of_text(texts: list[str], stripped: list[str], places: Sequence[str]) -> str:
    def same(*changed: str) -> bool:
        return changed[0] == changed[1]

    if same(*(_DURATION.sub("#", text) for text in stripped)) or same(*(_DURATION.sub("#", text) for text in texts)):
        return TIMING
    if places:
        pattern = re.compile("|".join(re.escape(place) for place in places))
        if same(*(pattern.sub("#", text) for text in texts)):
            return FOLDER
    if same(*(normal(text, dates=True, generated=True) for text in texts)):
        return IDS
    if same(*(_EPOCH.sub("#", text) for text in texts)):
        return CLOCK
    words = [re.findall(r"\w[\w.]*|[^\w\s]", text) for text in stripped]
    if sorted(words[0]) == sorted(words[1]):
        return ORDER
    numberless = [" ".join(_NUMBER.sub("#", text).split()) for text in stripped]
    return NUMBERS if same(*numberless) or _NUMBER.search(texts[0]) else UNEXPLAINED


def _text(outputs: Outputs) -> str:
    parts: list[str] = []
    for output in outputs:
        if output.get("output_type") == "stream" and output.get("name") == "stdout":
            parts.append(_joined(output.get("text", "")))
        for mime, value in (output.get("data") or {}).items():
            if mime not in image.MIMES:
                parts.append(_joined(value))
    return "\n".join(parts)


def _pictures(outputs: Outputs) -> list[str]:
    return [
        "".join(_joined(value).split())
        for output in outputs
        for mime, value in (output.get("data") or {}).items()
        if mime in image.MIMES
    ]


def _joined(value: Any) -> str:
    return "".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
