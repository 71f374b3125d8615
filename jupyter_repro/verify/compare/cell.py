"""The outputs of one cell, as a reference has them and as a rerun gave them: paired, then each compared by its kind."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from jupyter_repro.verify.compare import image
from jupyter_repro.verify.compare.markup import compare_markup
from jupyter_repro.verify.compare.normal import normal
from jupyter_repro.verify.compare.outcome import IDENTICAL, Comparing, Outcome, different, worst
from jupyter_repro.verify.compare.structure import compare_structure
from jupyter_repro.verify.compare.text import compare_text, differing_lines
from jupyter_repro.verify.compare.vector import compare_svg

Shown = dict[str, Any]
_FRONTEND_ONLY = ("application/vnd.google.colaboratory", "application/vnd.databricks", "application/vnd.code.notebook")
_WIDGET = "application/vnd.jupyter.widget-view+json"


def compare_cell(
    reference: Iterable[Mapping[str, Any]], actual: Iterable[Mapping[str, Any]], terms: Comparing
) -> Outcome:
    """How alike two lists of nbformat outputs are. Standard error is not compared, and counted where it differs."""
    expected, found = list(reference), list(actual)
    if expected == found:
        return IDENTICAL
    if _stream(expected, "stderr") != _stream(found, "stderr"):
        terms.ignored["standard error"] += 1
    one, other = _seen(expected, terms), _seen(found, terms)
    if _kinds(one) != _kinds(other):
        one, other = _stdout_first(one), _stdout_first(other)
    if _kinds(one) != _kinds(other):
        return different(_count(one, other), differing_lines(_as_text(one), _as_text(other)))
    return worst(_compare_output(a, b, terms) for a, b in zip(one, other, strict=True))


def errors(shown: Iterable[Mapping[str, Any]]) -> list[str]:
    """Names of the exceptions among a cell's outputs."""
    return [str(output.get("ename", "")) for output in shown if output.get("output_type") == "error"]


def _seen(outputs: list[Mapping[str, Any]], terms: Comparing) -> list[Shown]:
    """The outputs that count: pieces of standard output joined, standard error and mere progress left out."""
    result: list[Shown] = []
    for output in outputs:
        if output.get("output_type") != "stream":
            result.append(dict(output))
        elif output.get("name") == "stdout":
            if result and result[-1].get("output_type") == "stream":
                result[-1]["text"] += _joined(output.get("text", ""))
            else:
                result.append({"output_type": "stream", "name": "stdout", "text": _joined(output.get("text", ""))})
    kept = [output for output in result if not _only_progress(output)]
    terms.ignored["progress displays"] += len(result) - len(kept)
    if len(result) == len(kept):
        del terms.ignored["progress displays"]
    return kept


def _only_progress(output: Shown) -> bool:
    if output.get("output_type") == "stream":
        return not normal(output["text"]).strip()
    data = output.get("data") or {}
    return _WIDGET in data and not normal(_joined(data.get("text/plain", ""))).strip()


def _stdout_first(outputs: list[Shown]) -> list[Shown]:
    """Where pieces of text and pictures interleave differently, compare all the text, then all the rest."""
    text = "".join(output["text"] for output in outputs if output.get("output_type") == "stream")
    rest = [output for output in outputs if output.get("output_type") != "stream"]
    return [{"output_type": "stream", "name": "stdout", "text": text}, *rest] if text else rest


def _compare_output(one: Shown, other: Shown, terms: Comparing) -> Outcome:
    match one.get("output_type"):
        case "stream":
            return compare_text(one["text"], other["text"], terms)
        case "error":
            names = str(one.get("ename", "")), str(other.get("ename", ""))
            return IDENTICAL if names[0] == names[1] else different("another error", f"{names[0]} became {names[1]}")
        case _:
            return _compare_data(one.get("data") or {}, other.get("data") or {}, terms)


def _compare_data(one: Mapping[str, Any], other: Mapping[str, Any], terms: Comparing) -> Outcome:
    mimes, others = ({mime for mime in data if not mime.startswith(_FRONTEND_ONLY)} for data in (one, other))
    terms.ignored.update({"formats of one front end only": 1} if len(mimes) < len(one) else {})
    if mimes != others:
        gone, new = sorted(mimes - others), sorted(others - mimes)
        said = [f"no longer shown as {', '.join(gone)}"] * bool(gone) + [f"newly shown as {', '.join(new)}"] * bool(new)
        return different("; ".join(said))
    return worst(compare_mime(mime, one[mime], other[mime], terms) for mime in sorted(mimes))


def compare_mime(mime: str, one: Any, other: Any, terms: Comparing) -> Outcome:
    """Two representations of the same type."""
    if one == other:
        return IDENTICAL
    if mime in image.MIMES:
        return image.compare_encoded(_joined(one), _joined(other), terms)
    if mime == "image/svg+xml":
        return compare_svg(_joined(one), _joined(other), terms)
    if mime == "text/html":
        return compare_markup(_joined(one), _joined(other), terms)
    if mime.endswith("json"):
        return compare_structure(_parsed(one), _parsed(other), terms)
    return compare_text(_joined(one), _joined(other), terms, generated=mime == "application/javascript")


def _parsed(value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _kinds(outputs: list[Shown]) -> list[str]:
    return ["stream" if output.get("output_type") == "stream" else _kind(output) for output in outputs]


def _kind(output: Shown) -> str:
    return "error" if output.get("output_type") == "error" else "display"


def _count(one: list[Shown], other: list[Shown]) -> str:
    if not one:
        return "shows output where the reference shows none"
    if not other:
        return "shows nothing where the reference shows output"
    return f"{len(other)} outputs instead of {len(one)}" if len(one) != len(other) else "outputs of other kinds"


def _as_text(outputs: list[Shown]) -> str:
    parts = []
    for output in outputs:
        if output.get("output_type") == "stream":
            parts.append(output["text"])
        elif output.get("output_type") == "error":
            parts.append(f"{output.get('ename')}: {output.get('evalue')}")
        else:
            data = output.get("data") or {}
            parts.append(_joined(data["text/plain"]) if "text/plain" in data else f"<{', '.join(sorted(data))}>")
    return "\n".join(parts)


def _stream(outputs: list[Mapping[str, Any]], name: str) -> str:
    return "".join(_joined(output.get("text", "")) for output in outputs if output.get("name") == name)


def _joined(text: Any) -> str:
    return "".join(map(str, text)) if isinstance(text, (list, tuple)) else str(text)
