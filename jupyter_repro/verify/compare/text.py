"""Plain text: normalised, then word by word, floats within the tolerance and everything else exactly."""

from __future__ import annotations

import difflib
import re
from collections import Counter

from jupyter_repro.verify.compare.normal import normal
from jupyter_repro.verify.compare.outcome import IDENTICAL, Comparing, Outcome, different, equivalent

_NUMBER = re.compile(
    r"(?<![\w.])[-+]?(?:\d[\d_]*\.\d*|\.\d+|\d+(?=[eE][-+]?\d))(?:[eE][-+]?\d+)?j?(?![\w])|[-+]?\b(?:inf|nan)\b"
)
LINES_SHOWN = 20


def compare_text(reference: str, actual: str, terms: Comparing, *, generated: bool = False) -> Outcome:
    """How alike two texts are. ``generated`` also passes over UUIDs and hashes, as in HTML and JSON."""
    if reference == actual:
        return IDENTICAL
    tally: Counter[str] = Counter()
    one = normal(reference, dates=terms.dates, generated=generated, places=terms.places, tally=tally)
    other = normal(actual, dates=terms.dates, generated=generated, places=terms.places)
    if _lines(one) == _lines(other):
        terms.ignored.update(tally)
        return equivalent(", ".join(tally) or "white space")
    outcome = _numbers(one, other, terms)
    if outcome.likeness != "different":
        terms.ignored.update(tally)
    return outcome


def _numbers(one: str, other: str, terms: Comparing) -> Outcome:
    numbers, others = _NUMBER.findall(one), _NUMBER.findall(other)
    if len(numbers) == len(others) and _NUMBER.sub("#", one).split() == _NUMBER.sub("#", other).split():
        pairs = [(a, b) for a, b in zip(numbers, others, strict=True) if a != b]
        far = [(a, b) for a, b in pairs if not terms.tolerance.close(*map(_value, (a, b)))]
        if not far:
            terms.ignored["numbers within tolerance"] += len(pairs)
            return equivalent(
                f"numbers within tolerance ({terms.tolerance})", f"largest relative difference {_largest(pairs):.1e}"
            )
        return different(
            f"{len(far)} of {len(numbers)} numbers differ, by up to {_largest(far):.1g} of their value",
            differing_lines(one, other),
        )
    return different("text differs", differing_lines(one, other))


def _value(text: str) -> float:
    if text.endswith("j"):
        text = text[:-1]
    return float(text)


def _largest(pairs: list[tuple[str, str]]) -> float:
    sizes = [abs(_value(a) - _value(b)) / (max(abs(_value(a)), abs(_value(b))) or 1.0) for a, b in pairs]
    return max((size for size in sizes if size == size), default=0.0)


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]


def differing_lines(reference: str, actual: str) -> str:
    """The lines that differ, as in a unified diff, at most `LINES_SHOWN` of them."""
    diff = [
        line[:300]
        for line in difflib.unified_diff(
            _lines(reference)[:2000], _lines(actual)[:2000], "reference", "rerun", n=0, lineterm=""
        )
        if not line.startswith(("---", "+++", "@@"))
    ]
    more = len(diff) - LINES_SHOWN
    return "\n".join(diff[:LINES_SHOWN] + ([f"... and {more} more lines"] if more > 0 else []))
