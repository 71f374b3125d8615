"""SVG as text, without the ids and dates that drawing libraries generate."""

from __future__ import annotations

import re

from jupyter_repro.verify.compare.outcome import IDENTICAL, Comparing, Outcome
from jupyter_repro.verify.compare.text import compare_text

_GENERATED = (
    re.compile(r"<metadata>.*?</metadata>", re.S),
    re.compile(r"<!--.*?-->", re.S),
    re.compile(r'(?<=id=")[^"]*(?=")'),
    re.compile(r'(?<=href="#)[^"]*(?=")'),
    re.compile(r"(?<=url\(#)[^)]*(?=\))"),
)


def compare_svg(reference: str, actual: str, terms: Comparing) -> Outcome:
    """Two drawings, coordinates within the tolerance."""
    if reference == actual:
        return IDENTICAL
    plain = []
    for text in (reference, actual):
        for pattern in _GENERATED:
            text = pattern.sub("", text)
        plain.append(re.sub(r"[\s,]+", " ", text.replace(">", ">\n")))
    terms.ignored["ids and metadata in SVG"] += 1
    return compare_text(plain[0], plain[1], terms, generated=True)
