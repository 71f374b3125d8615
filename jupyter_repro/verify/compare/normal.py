"""Text without what legitimately differs between two runs: each normalisation has a name, and is counted under it.

A normalisation may hide only what cannot be a result: where the process lay in memory, which colour the terminal had,
how long it took, which temporary name was drawn. Anything that a person could read as a result stays.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_DURATION = r"\d+(?:\.\d+)?(?:e[+-]?\d+)?\s?(?:ns|us|µs|μs|ms|s|min|h|d)\b"
_DURATIONS = rf"(?:{_DURATION}\s?)+"
_BAR = r"[^\n]*?\d+%\|[^|\n]*\|[^\n]*"
_COUNTER = r"[^\n]*?\b\d+(?:it|[a-zA-Z]+)? \[\d\d:\d\d(?:<[^\]\n]*)?[^\]\n]*\]"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*"

NORMALISATIONS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("terminal colours", re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]"), ""),
    ("overwritten lines", re.compile(r"^[^\n]*\r(?=[^\n\r])", re.M), ""),
    ("overwritten lines", re.compile(r"\r+$", re.M), ""),
    (
        "memory addresses",
        re.compile(r"\b0x[0-9a-fA-F]{6,}\b|\bat 0x[0-9a-fA-F]+|\bx7f[0-9a-f]+\b(?=\.\.\.)"),
        "<address>",
    ),
    ("progress bars", re.compile(rf"^(?:{_BAR}|{_COUNTER})$\n?", re.M), ""),
    ("progress bars", re.compile(r"^[^\n]*\d+/\d+ [^\n]*(?:━|\[=*>?\.*\])[^\n]*$\n?", re.M), ""),
    ("timings", re.compile(rf"^CPU times: [^\n]*total: {_DURATIONS}$", re.M), "<timing>"),
    ("timings", re.compile(rf"^Wall time: {_DURATIONS}$", re.M), "<timing>"),
    (
        "timings",
        re.compile(
            rf"{_DURATION} ± {_DURATION} per loop \(mean ± std\. dev\. of \d+ runs?, [\d,]+ loops? each\)"
            r"|^The slowest run took [^\n]*\n|[\d,]+ loops?, best of \d+: [^\n]* per loop",
            re.M,
        ),
        "<timing>",
    ),
    ("temporary names", re.compile(r"/tmp/ipykernel_\d+/\d+\.py|<ipython-input-\d+-[0-9a-f]+>"), "<cell>"),
    ("temporary names", re.compile(r"(?:/private)?(?:/var/folders/\w+/\w+/T|/var/tmp|/tmp)/[\w.-]+"), "<temporary>"),
    ("installation paths", re.compile(r"(?:/[^\s'\"<>:,;()]*)?/(?:site|dist)-packages/"), "<site-packages>/"),
    ("installation paths", re.compile(r"/[^\s'\"<>:,;()]*/lib/python3\.\d+/"), "<python>/"),
    ("warning locations", re.compile(r"^[^\s:][^\n:]*:\d+: (?=\w*Warning: )", re.M), "<where>: "),
)
DATES: tuple[tuple[str, re.Pattern[str], str], ...] = (
    (
        "dates",
        re.compile(
            rf"\b(?:{_DAY},? )?(?:\d{{4}}-\d\d-\d\d|\d{{1,2}}[ ./-]{_MONTH}[ ./-]\d{{2,4}}"
            rf"|{_MONTH} \d{{1,2}},? (?:\d\d:\d\d:\d\d )?\d{{4}}"
            r"|\d{1,2}/\d{1,2}/\d{2,4}|\d{1,2}\.\d{1,2}\.\d{4})"
        ),
        "<date>",
    ),
    ("dates", re.compile(r"(?:T|\b)\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?\b"), "<time>"),
)
GENERATED_IDS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("generated ids", re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"), "<id>"),
    ("generated ids", re.compile(r"\b[0-9a-f]{32}\b"), "<id>"),
)


def normal(
    text: str,
    *,
    dates: bool = False,
    generated: bool = False,
    places: Iterable[tuple[str, str]] = (),
    tally: Counter[str] | None = None,
) -> str:
    """The text after all normalisations; how often each was applied is added to ``tally``."""
    rules = NORMALISATIONS + (DATES if dates else ()) + (GENERATED_IDS if generated else ())
    for folder, word in places:
        if folder and folder in text:
            if tally is not None:
                tally["folders"] += text.count(folder)
            text = text.replace(folder, word)
    for name, pattern, replacement in rules:
        text, count = pattern.subn(replacement, text)
        if count and tally is not None:
            tally[name] += count
    return text
