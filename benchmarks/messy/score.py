"""The forecast's verdicts against the truth: precision, recall and F1 of each class, and every misjudged cell."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from jupyter_repro.analysis.because import first_line
from jupyter_repro.analysis.forecast import forecast
from jupyter_repro.model import document as documents
from jupyter_repro.model import history as histories
from jupyter_repro.model.document import Document

CLASSES = {"not ok": {"fails", "changes"}, "fails": {"fails"}, "changes": {"changes"}}


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One cell of one session."""

    session: str
    mix: str
    cell: str
    source: str
    truth: str
    verdict: str
    counts: str
    """What the order of execution counts would say: the heuristic of linters."""
    because: str


def score(sessions: Path, report: Path | None, *, verbose: bool) -> None:
    """Judge every kept session and print the table; write it to ``report``."""
    judged: list[Judged] = []
    number = 0
    for path in sorted(sessions.glob("*/truth.json")):
        number += 1
        judged += judge(path)
    books = sorted({each.session.rsplit("-", 2)[0] for each in judged})
    text = f"{table(judged, number)}\n\n{len(books)} notebooks: {', '.join(books)}."
    print(text)
    wrong = [each for each in judged if each.truth != each.verdict]
    if verbose:
        for each in wrong:
            print(f"\n{each.session} {each.cell}: is {each.truth}, called {each.verdict}")
            print(f"   {each.source}\n   {each.because}")
    if report is not None:
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(page(text, wrong), encoding="utf-8")


def judge(path: Path) -> list[Judged]:
    """The judged cells of one session. A silent cell counts only where it was called failing."""
    record = json.loads(path.read_text())
    document = documents.read(path.parent / "nb" / record["notebook"])
    history = histories.load(document)
    foreseen = forecast(document, history)
    noisy = {run.source for session in history.sessions for run in session.runs if run.cell in record["noisy"]}
    counts = by_counts(document)
    judged = []
    for each in foreseen.cells:
        truth = record["truth"].get(each.id) if each.cell.source not in noisy else None
        if truth is None or (truth == "silent" and each.replay != "fails"):
            continue
        judged.append(
            Judged(
                session=path.parent.name,
                mix=record["mix"],
                cell=each.id,
                source=first_line(each.cell.source),
                truth="ok" if truth == "silent" else truth,
                verdict=each.replay,
                counts=counts[each.id],
                because=each.because,
            )
        )
    return judged


def by_counts(document: Document) -> dict[str, str]:
    """``changes`` for each cell whose execution count is smaller than one above it."""
    top, found = 0, {}
    for cell in document.cells:
        count = cell.execution_count or 0
        found[cell.id] = "changes" if count < top else "ok"
        top = max(top, count)
    return found


def table(judged: list[Judged], sessions: int) -> str:
    """The figures as Markdown."""
    lines = [
        f"{sessions} sessions, {len(judged)} judged cells.",
        "",
        "| class | cells | precision | recall | F1 | F1 by execution counts |",
        "|---|---|---|---|---|---|",
    ]
    for name, members in CLASSES.items():
        precision, recall, f1 = figures([(each.truth, each.verdict) for each in judged], members)
        rival = figures([(each.truth, each.counts) for each in judged], members)[2]
        cells = sum(each.truth in members for each in judged)
        lines.append(f"| {name} | {cells} | {precision:.3f} | {recall:.3f} | **{f1:.3f}** | {rival:.3f} |")
    unknown = sum(each.verdict == "unknown" for each in judged)
    lines += ["", f"`unknown` was said of {unknown} cells; it counts as neither."]
    for mix in sorted({each.mix for each in judged}):
        part = [(each.truth, each.verdict) for each in judged if each.mix == mix]
        f1s = ", ".join(
            f"{name} {figures(part, members)[2]:.3f}"
            for name, members in CLASSES.items()
            if any(truth in members or verdict in members for truth, verdict in part)
        )
        lines.append(f"Sessions of kind `{mix}`: F1 {f1s}.")
    return "\n".join(lines)


def figures(pairs: list[tuple[str, str]], members: set[str]) -> tuple[float, float, float]:
    """Precision, recall and F1; 0 where there is nothing to divide by."""
    hit = sum(truth in members and verdict in members for truth, verdict in pairs)
    said = sum(verdict in members for _, verdict in pairs)
    is_so = sum(truth in members for truth, _ in pairs)
    precision, recall = hit / said if said else 0.0, hit / is_so if is_so else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if hit else 0.0


def page(text: str, wrong: list[Judged]) -> str:
    """The result page."""
    rows = [
        f"| {each.session} | `{_cut(each.source)}` | {each.truth} | {each.verdict} | {_cut(each.because, 160)} |"
        for each in wrong
    ]
    return "\n".join(
        [
            "# Does the forecast hold?",
            "",
            "Simulated users work in live kernels on notebooks from public source distributions: they rerun,",
            "edit with and without rerunning, rename, move, delete, try things out in scratch cells, restart.",
            "The saved notebook is then replayed in a fresh kernel for the truth. Cells that differ between two",
            "plain replays are left out. The forecast was worked on with some of these sessions in view, so take",
            "the figures for what they are: sessions and notebooks that it has never met may come out lower.",
            "Made by `benchmarks/forecast.py`.",
            "",
            text,
            "",
            "What is misjudged is nearly always a cell below an edit that was never run: that its input is another",
            "one is known, what comes of it is not, and `changes` is the likelier answer.",
            "",
            "## Every misjudged cell",
            "",
            "| session | cell | truth | forecast | its reason |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _cut(text: str, limit: int = 50) -> str:
    text = text.replace("|", "\\|").replace("`", "'")
    return text if len(text) <= limit else text[: limit - 1] + "…"
