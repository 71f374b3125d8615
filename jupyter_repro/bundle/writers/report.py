"""``REPORT.html``: one self-contained page on what was proven and what was not, readable without any tool."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jupyter_repro.bundle.linearize import Step
from jupyter_repro.bundle.writers.page import CellRow, Facts, environment, shared
from jupyter_repro.shown import visible_text

IMAGE_LIMIT = 2 << 20
"""Characters of base64 that one figure may add to the page."""
TEXT_LIMIT = 4000
_BASE64 = re.compile(r"[A-Za-z0-9+/]+=*")
_ORDER = ("identical", "equivalent", "unstable", "different", "failed", "tainted", "not-compared")


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownOutput:
    """A reference output as the page shows it: an image's data URI, or text."""

    kind: str = ""
    text: str = ""
    image: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownRow:
    """A step as the page shows it."""

    number: int
    verdict: str
    cause: str
    detail: str
    source: str
    first: str
    outputs: tuple[ShownOutput, ...]


def render(facts: Facts) -> str:
    """The page. Everything that came from the user is escaped text; images are inlined, nothing is fetched or run."""
    manifest = facts.manifest
    proof = manifest.proof
    verdicts = {row.number: row for row in facts.cells}
    rows = [_row(step, number, verdicts.get(number)) for number, step in enumerate(facts.plan.steps, start=1)]
    if proof is None:
        state, headline, because = "open", "Unproven.", "Nobody has rerun this bundle yet."
    elif proof.verdict == "reproduced":
        state, headline, because = "proven", "Reproduced", f"in the room “{proof.room}”: {proof.because}"
    else:
        state, headline = "failed", "Unproven."
        because = f"A rerun in the room “{proof.room}” said “{proof.verdict}”: {proof.because}"
    counts = {word: sum(row.verdict == word for row in facts.cells) for word in _ORDER}
    return (
        environment(escape=True)
        .get_template("report.html.j2")
        .render(
            **shared(facts),
            rows=rows,
            state=state,
            headline=headline,
            because=because,
            counts={word: count for word, count in counts.items() if count},
            proven=list(_proven(facts)),
            unproven=list(_unproven(facts)),
            file_verdicts={each.path: each for each in facts.files},
        )
    )


def _proven(facts: Facts) -> Iterator[str]:
    proof = facts.manifest.proof
    if proof is None or proof.verdict != "reproduced":
        return
    place = {
        "docker": "in a container without network, as a user without rights",
        "venv": "in a new virtual environment, installed from the lock with every hash checked",
        "current": "in the environment that the tool runs in",
    }.get(proof.room, f"in the room {proof.room}")
    same = sum(row.verdict in ("identical", "equivalent") for row in facts.cells)
    yield f"{same} of {len(facts.cells)} steps gave the reference outputs when rerun {place}."
    if any(row.verdict == "unstable" for row in facts.cells):
        yield "What varies by itself was told from what changed by a second rerun beside the first."
    files = sum(each.verdict in ("identical", "equivalent") for each in facts.files)
    if files:
        yield f"{files} output file{'s have' if files > 1 else ' has'} the content that the reference has."


def _unproven(facts: Facts) -> Iterator[str]:
    manifest = facts.manifest
    proof = manifest.proof
    if proof is None:
        yield "No rerun was made: whether the steps run and give what is shown is not known."
    elif proof.verdict != "reproduced":
        yield f"The rerun did not reproduce the reference: {proof.because}"
    elif proof.room == "current":
        yield "That the lock suffices: the rerun used the environment at hand, not a new one."
    for word, said in (
        ("unstable", "other outputs each time, for the cause that each names"),
        ("not-compared", "no reference output to compare with"),
        ("tainted", "not run, because a step before it failed"),
    ):
        rows = [row for row in facts.cells if row.verdict == word]
        if rows:
            names = ", ".join(str(row.number) for row in rows[:12]) + (" ..." if len(rows) > 12 else "")
            yield f"Step{'s' * (len(rows) > 1)} {names}: {said}."
    spots = sorted({spot for step in facts.plan.steps if step.record for spot in step.record.blind_spots})
    for spot in spots[:8]:
        yield f"Not seen while the notebook ran: {spot}"
    if len(spots) > 8:
        yield f"And {len(spots) - 8} more blind spots of the recording."
    if facts.plan.session is None:
        yield "What the notebook did while it ran: no session was recorded, so its data was found by its text."
    if proof is not None and proof.room != "docker":
        yield "Another operating system or processor: the rerun was made on the machine that made the bundle."


def _row(step: Step, number: int, judged: CellRow | None) -> ShownRow:
    lines = [line for line in step.source.splitlines() if line.strip()]
    return ShownRow(
        number=number,
        verdict=judged.verdict if judged else "not-compared",
        cause=judged.cause if judged else "",
        # What two reruns of a varying step showed is different each time, and so would be this page.
        detail=judged.detail if judged and judged.verdict != "unstable" else "",
        source=step.source,
        first=(lines[0] if lines else "")[:100],
        outputs=tuple(_outputs(step.outputs or ())),
    )


def _outputs(outputs: tuple[dict[str, Any], ...]) -> Iterator[ShownOutput]:
    for output in outputs:
        kind = output.get("output_type")
        if kind == "stream":
            yield ShownOutput(kind=str(output.get("name", "stdout")), text=_cut(output.get("text", "")))
        elif kind == "error":
            yield ShownOutput(kind="error", text=_cut(f"{output.get('ename', '')}: {output.get('evalue', '')}"))
        elif kind in ("display_data", "execute_result"):
            yield _display(output.get("data") or {})


def _display(data: Mapping[str, Any]) -> ShownOutput:
    for mime in ("image/png", "image/jpeg", "image/gif"):
        content = "".join("".join(data.get(mime, "")).split())
        if (
            content
            and len(content) <= IMAGE_LIMIT
            and content.replace("=", "").replace("+", "").replace("/", "").isalnum()
        ):
            return ShownOutput(kind="image", image=f"data:{mime};base64,{content}")
    text = data.get("text/plain", "")
    return ShownOutput(kind="result", text=_cut("".join(text) if isinstance(text, list) else text))


def _cut(text: object) -> str:
    shown = visible_text("".join(map(str, text)) if isinstance(text, list) else str(text))
    return (
        shown if len(shown) <= TEXT_LIMIT else f"{shown[:TEXT_LIMIT]}\n... ({len(shown) - TEXT_LIMIT} more characters)"
    )
