"""Precision, recall and F1 of the forecast's classes over the kept sessions, and the page that says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from messy.judged import HALVES, Drifted, Judged, judge, judge_drift

CLASSES = {"not ok": {"fails", "changes"}, "fails": {"fails"}, "changes": {"changes"}}
GOALS = {"not ok": 0.95, "fails": 0.97, "changes": 0.90}


def score(sessions: Path, report: Path | None, *, verbose: bool) -> None:
    """Judge every kept session and print the tables; write the page to ``report``.

    ``verbose`` prints the misjudged cells of the half in view: the other is not to be looked at while anything changes.
    """
    paths = sorted(path for path in sessions.glob("*/truth.json") if not path.parent.name.startswith("written-"))
    judged = [each for path in paths for each in judge(path)]
    parts = [
        f"## {title}\n\n{tables([each for each in judged if each.half == half])}" for half, title in HALVES.items()
    ]
    later = [path for path in paths if (path.parent / "drifted.json").exists()]
    if later:
        parts.append(f"## On another day\n\n{drift_table(later)}")
    text = "\n\n".join(parts)
    print(text)
    wrong = [each for each in judged if each.truth != each.verdict]
    if verbose:
        for each in (each for each in wrong if each.half == "in-view"):
            print(f"\n{each.session}: is {each.truth}, called {each.verdict} ({each.why})")
            print(f"   {each.source}\n   {each.because}")
    if report is not None:
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(page(text, wrong), encoding="utf-8")


def tables(judged: list[Judged]) -> str:
    """The figures of one half as Markdown: all sessions, and by kind of session."""
    if not judged:
        return "None played."
    books = sorted({each.session.removeprefix(f"{each.half}-").rsplit("-", 2)[0] for each in judged})
    kinds: dict[str, Callable[[Judged], bool]] = {
        "all": lambda each: True,
        "messy": lambda each: each.mix != "wild",
        "wild": lambda each: each.mix == "wild",
    }
    lines = [
        f"{len({each.session for each in judged})} sessions on {len(books)} notebooks, {len(judged)} judged cells.",
        "",
        "| sessions | class | cells | precision | recall | F1 | goal | F1 by execution counts |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for kind, wanted in kinds.items():
        part = [each for each in judged if wanted(each)]
        for name, members in CLASSES.items():
            precision, recall, f1 = figures([(each.truth, each.verdict) for each in part], members)
            rival = figures([(each.truth, each.counts) for each in part], members)[2]
            cells = sum(each.truth in members for each in part)
            lines.append(
                f"| {kind} | {name} | {cells} | {precision:.3f} | {recall:.3f} | **{f1:.3f}** | {GOALS[name]:.2f} "
                f"| {rival:.3f} |"
            )
    unknown = [each.truth for each in judged if each.verdict == "unknown"]
    spread = ", ".join(f"{count} really {truth}" for truth, count in sorted(Counter(unknown).items()))
    lines += [
        "",
        f"`unknown` was said of {len(unknown)} cells{f' ({spread})' if unknown else ''}; "
        "it is a miss where the cell is not ok.",
        f"Notebooks: {', '.join(books)}.",
    ]
    return "\n".join(lines)


def figures(pairs: list[tuple[str, str]], members: set[str]) -> tuple[float, float, float]:
    """Precision, recall and F1; 0 where there is nothing to divide by."""
    hit = sum(truth in members and verdict in members for truth, verdict in pairs)
    said = sum(verdict in members for _, verdict in pairs)
    is_so = sum(truth in members for truth, _ in pairs)
    precision, recall = hit / said if said else 0.0, hit / is_so if is_so else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if hit else 0.0


def drift_table(paths: list[Path]) -> str:
    """What of that which differs on another day had been flagged, and what was flagged of the rest."""
    cells: list[Drifted] = []
    files = 0
    for path in paths:
        found, kept = judge_drift(path)
        cells += found
        files += bool(kept["file"])
    groups = {
        "differ": [each for each in cells if each.differs],
        "differ only on another day": [each for each in cells if each.differs and not each.by_itself],
        "do not differ": [each for each in cells if not each.differs],
    }
    lines = [
        f"{len(paths)} sessions on as many notebooks, replayed later, in a time zone 14 hours ahead, with another hash",
        f"seed, {files} of them after a file that they read had lost its last line. Asked was before the replay.",
        "",
        "| cells that | cells | forecast not ok | a finding names it | either |",
        "|---|---|---|---|---|",
    ]
    for name, part in groups.items():
        shares = [
            share(part, lambda each: each.forecast),
            share(part, lambda each: each.finding),
            share(part, lambda each: each.forecast or each.finding),
        ]
        lines.append(f"| {name} | {len(part)} | {' | '.join(shares)} |")
    return "\n".join(lines)


def share(part: list[Drifted], wanted: Callable[[Drifted], bool]) -> str:
    """A share in per cent, with its count."""
    count = sum(map(wanted, part))
    return f"{count} ({100 * count / len(part):.0f} %)" if part else "-"


def page(text: str, wrong: list[Judged]) -> str:
    """The result page."""
    reasons = Counter(each.why for each in wrong)
    rows = [
        f"| {each.session} | `{cut(each.source)}` | {each.truth} | {each.verdict} | {each.why} "
        f"| {cut(each.because, 140)} |"
        for each in wrong
    ]
    return "\n".join(
        [
            "# Does the forecast hold?",
            "",
            "Simulated users work in live kernels on notebooks from public source distributions. Three sessions on each:",
            "`all` (reruns, edits with and without rerunning, renamed targets, deleted and moved cells, scratch cells",
            "that change state and stay or go, recomputed stretches), `state` (of these, what changes state), `wild`",
            "(renamed and rerun, duplicated, swapped, undone, broken and mended cells, restarts with part of the cells",
            "run, data files changed, settings, draws that shift a generator, aliases changed, files written by one",
            "cell and read by another, conditional definitions, star imports, magics, `del`). The saved notebook is then",
            "replayed in a fresh kernel for the truth. Cells that differ between two plain replays are left out.",
            "Notebooks of control, imbalanced-learn and arch were held out first; they came into view when they showed",
            "what was missing, and others were held out in their place.",
            "Made by `benchmarks/forecast.py`. Other kinds of sessions: [forecast-desk.md](forecast-desk.md).",
            "",
            text,
            "",
            "## Every misjudged cell",
            "",
            *(f"- {count} times: {reason}." for reason, count in reasons.most_common()),
            "",
            "| session | cell | truth | forecast | what it could not know | its reason |",
            "|---|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def cut(text: str, limit: int = 50) -> str:
    """At most so many characters, fit for a table in Markdown."""
    text = text.replace("|", "\\|").replace("`", "'")
    return text if len(text) <= limit else text[: limit - 1] + "…"
