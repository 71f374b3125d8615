"""JSON by structure: keys in any order, floats within the tolerance, generated ids passed over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jupyter_repro.verify.compare.normal import normal
from jupyter_repro.verify.compare.outcome import IDENTICAL, Comparing, Outcome, different, equivalent

_IDS = frozenset({"uid", "uuid", "id", "model_id", "elementid", "root_id", "docid", "comm_id", "cellid"})
"""Keys whose string values widgets, plotly, bokeh and altair generate anew each time."""
SHOWN = 10


def compare_structure(reference: Any, actual: Any, terms: Comparing) -> Outcome:
    """How alike two JSON values are."""
    trial = terms.trial()
    found = list(_differences(reference, actual, "$", trial))
    if found:
        more = [f"... and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
        return different(f"{len(found)} values differ", "\n".join(found[:SHOWN] + more))
    if reference == actual:
        return IDENTICAL
    terms.ignored.update(trial.ignored)
    return equivalent(", ".join(trial.ignored) or "order of keys")


def _differences(one: Any, other: Any, where: str, terms: Comparing) -> Iterator[str]:
    match one, other:
        case dict(), dict():
            for key in [*one, *(key for key in other if key not in one)]:
                if key not in other or key not in one:
                    yield f"{where}.{key} is {'gone' if key in one else 'new'}"
                elif key.lower() in _IDS and isinstance(one[key], str) and isinstance(other[key], str):
                    terms.ignored["generated ids"] += one[key] != other[key]
                else:
                    yield from _differences(one[key], other[key], f"{where}.{key}", terms)
        case list(), list():
            if len(one) != len(other):
                yield f"{where} has {len(other)} items instead of {len(one)}"
            for index, (a, b) in enumerate(zip(one, other, strict=False)):
                yield from _differences(a, b, f"{where}[{index}]", terms)
        case float(), float() | int() if not isinstance(other, bool):
            yield from _number(one, other, where, terms)
        case int(), float() if not isinstance(one, bool):
            yield from _number(one, other, where, terms)
        case str(), str() if one != other:
            if normal(one, dates=terms.dates, generated=True, places=terms.places, tally=terms.ignored) != normal(
                other, dates=terms.dates, generated=True, places=terms.places
            ):
                yield f"{where}: {one[:80]!r} became {other[:80]!r}"
        case _ if one != other or isinstance(one, bool) != isinstance(other, bool):
            yield f"{where}: {str(one)[:80]} became {str(other)[:80]}"


def _number(one: float, other: float, where: str, terms: Comparing) -> Iterator[str]:
    if one == other or (one != one and other != other):
        return
    if terms.tolerance.close(one, other):
        terms.ignored["numbers within tolerance"] += 1
    else:
        yield f"{where}: {one} became {other}"
