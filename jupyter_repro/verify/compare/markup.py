"""HTML as what it shows: its tables cell by cell, its other text; styles, generated ids and class names aside."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from jupyter_repro.verify.compare.outcome import IDENTICAL, Comparing, Outcome, different, equivalent, worst
from jupyter_repro.verify.compare.text import compare_text

Row = list[str]
_BLOCK = frozenset(
    {"p", "div", "br", "li", "ul", "ol", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "details", "summary"}
)
_SHOWN_ATTRIBUTES = frozenset({"src", "href", "alt", "value"})
CELLS_SHOWN = 10


@dataclass(slots=True)
class Page:
    """What an HTML fragment shows."""

    text: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    tables: list[list[Row]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._open: list[list[Row]] = []
        self._within = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("style", "script"):
            self._within = tag
        elif tag == "table":
            self._open.append([])
            self.page.tables.append(self._open[-1])
        elif tag == "tr" and self._open:
            self._open[-1].append([])
        elif tag in ("td", "th") and self._open:
            if not self._open[-1]:
                self._open[-1].append([])
            self._open[-1][-1].append("")
        elif tag in _BLOCK and not self._open:
            self.page.text.append("\n")
        for name, value in attrs:
            if name in _SHOWN_ATTRIBUTES and value and not value.startswith("#"):
                self._add(f"[{name} {value}]")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._within:
            self._within = ""
        elif tag == "table" and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._within == "script":
            self.page.scripts.append(data)
        elif not self._within:
            self._add(data)

    def _add(self, text: str) -> None:
        if self._open and self._open[-1] and self._open[-1][-1]:
            self._open[-1][-1][-1] += text
        elif not self._open:
            self.page.text.append(text)


def read_page(html: str) -> Page:
    """What an HTML fragment shows. Never fails: broken markup is read as browsers would."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.page


_COUNTED_ID = re.compile(r"(sk-(?:container|estimator)-id|T_[0-9a-f]{5}|row\d+_col)[-_\w]*")


def compare_markup(reference: str, actual: str, terms: Comparing) -> Outcome:
    """How alike two HTML fragments are, to who looks at them."""
    if reference == actual:
        return IDENTICAL
    one, other = read_page(reference), read_page(actual)
    outcomes = [compare_text("".join(one.text), "".join(other.text), terms, generated=True)]
    if len(one.tables) != len(other.tables):
        outcomes.append(different(f"{len(other.tables)} tables instead of {len(one.tables)}"))
    outcomes += [compare_table(a, b, terms) for a, b in zip(one.tables, other.tables, strict=False)]
    scripts = [_COUNTED_ID.sub("<id>", "\n".join(page.scripts)) for page in (one, other)]
    outcomes.append(compare_text(scripts[0], scripts[1], terms, generated=True))
    outcome = worst(outcomes)
    if outcome.likeness == "identical":
        terms.ignored["styles and ids in HTML"] += 1
        return equivalent("styles and ids in HTML")
    return outcome


def compare_table(reference: list[Row], actual: list[Row], terms: Comparing) -> Outcome:
    """Two tables, cell by cell: same shape, floats within the tolerance, all else exactly."""
    if [len(row) for row in reference] != [len(row) for row in actual]:
        return different("table of another shape", f"{_shape(reference)} became {_shape(actual)}")
    header = reference[0] if reference else []
    outcomes, changed, total = [], [], 0
    for number, (one, other) in enumerate(zip(reference, actual, strict=True)):
        for column, (a, b) in enumerate(zip(one, other, strict=True)):
            total += 1
            outcome = compare_text(a.strip(), b.strip(), terms, generated=True)
            outcomes.append(outcome)
            if outcome.likeness == "different":
                name = header[column].strip() if column < len(header) else ""
                changed.append(f"row {number}, column {name or column}: {a.strip()[:60]!r} became {b.strip()[:60]!r}")
    if changed:
        more = [f"... and {len(changed) - CELLS_SHOWN} more"] if len(changed) > CELLS_SHOWN else []
        return different(f"{len(changed)} of {total} table cells differ", "\n".join(changed[:CELLS_SHOWN] + more))
    return worst(outcomes)


def _shape(table: list[Row]) -> str:
    return f"{len(table)} rows x {max(map(len, table), default=0)} columns"
