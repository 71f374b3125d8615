"""The page on written notebooks: how the days at the desk were judged, by kind of day and by notebook."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from messy.judged import Judged, judge
from messy.score import CLASSES, GOALS, cut, figures
from messy.worker import DAYS

_KINDS = (*DAYS, "late")
_TOLD = {
    "desk": "peeks, other texts and numbers with and without running, things tried aside, reruns",
    "layout": "split, merged, pasted, moved, deleted and restored cells, to markdown, lines swapped and commented out, "
    "variables renamed throughout",
    "mishap": "typos, interrupts, restarts with all, part or nothing run, changed files and local modules, `del`",
    "late": "as mishap, but the tracker came later: what was shown before it came can be told only where it ran again",
}


def score_days(sessions: Path, report: Path | None, *, verbose: bool) -> None:
    """Judge every kept day and print the tables; write the page to ``report``."""
    judged = [each for path in sorted(sessions.glob("written-*/truth.json")) for each in judge(path)]
    text = tables(judged)
    print(text)
    wrong = [each for each in judged if each.truth != each.verdict]
    for each in wrong if verbose else ():
        print(f"\n{each.session}: is {each.truth}, called {each.verdict}\n   {each.source}\n   {each.because}")
    if report is not None:
        report.write_text(page(text, wrong), encoding="utf-8")


def tables(judged: list[Judged]) -> str:
    """Figures by kind of day, and what each verdict was worth."""
    lines = [
        "| day | sessions | cells | misjudged | unknown | F1 not ok | F1 fails | F1 changes | F1 not ok by counts |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    kinds = {"all but late": _KINDS[:-1], **{kind: (kind,) for kind in _KINDS}}
    for kind, mixes in kinds.items():
        part = [each for each in judged if each.mix in mixes]
        if not part:
            continue
        wrong = sum(each.truth != each.verdict for each in part)
        unknown = sum(each.verdict == "unknown" for each in part)
        f1 = [_f1(part, members) for members in CLASSES.values()]
        rival = figures([(each.truth, each.counts) for each in part], CLASSES["not ok"])[2]
        lines.append(
            f"| {kind} | {len({each.session for each in part})} | {len(part)} | {_share(wrong, part)} "
            f"| {_share(unknown, part)} | {' | '.join(f1)} | {rival:.3f} |"
        )
    spread = Counter((each.truth, each.verdict) for each in judged if each.mix != "late")
    verdicts = ("ok", "changes", "fails", "unknown")
    lines += ["", "Without the late days, cells by truth and verdict:", "", f"| truth | {' | '.join(verdicts)} |"]
    lines += ["|---|---|---|---|---|"]
    lines += [f"| {truth} | {' | '.join(str(spread[truth, each]) for each in verdicts)} |" for truth in verdicts[:3]]
    return "\n".join(lines)


def page(text: str, wrong: list[Judged]) -> str:
    """The result page."""
    goals = ", ".join(f"{name} {goal:.2f}" for name, goal in GOALS.items())
    rows = [
        f"| {each.session.removeprefix('written-')} | `{cut(each.source)}` | {each.truth} | {each.verdict} "
        f"| {cut(each.because, 160)} |"
        for each in wrong
        if each.mix != "late"
    ]
    return "\n".join(
        [
            "# Does the forecast hold on other kinds of sessions?",
            "",
            "Another user than in [forecast.md](forecast.md), on twenty notebooks written for this: tables, arrays,",
            "classes, generators, closures, random draws, settings, files, sqlite, figures, models, async, magics, a local",
            "module. They say themselves what a person would change or try in them (`benchmarks/messy/written/`). One file",
            "in ten is renamed while its kernel runs, one in ten keeps no cell ids. The forecast was mended with sessions of",
            "four other seeds on the same notebooks in view; those of sqlite were played anew after a look at these, too.",
            "Made by `benchmarks/forecast.py --half written`.",
            "",
            *(f"- `{kind}`: {told}." for kind, told in _TOLD.items()),
            "",
            f"{text}",
            "",
            f"Goals of F1, set for the other kind of sessions: {goals}.",
            "",
            "Most of what is misjudged is said to change and shows the same: another input that happens not to matter",
            "(`records[1]` was changed, the cell shows `records[0]`; a value set twice). What an input is worth to",
            "an output is known only for columns and keys that the text names.",
            "",
            "## Every misjudged cell",
            "",
            "| session | cell | truth | forecast | its reason |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _f1(part: list[Judged], members: set[str]) -> str:
    pairs = [(each.truth, each.verdict) for each in part]
    return f"{figures(pairs, members)[2]:.3f}" if any(members & {*pair} for pair in pairs) else "-"


def _share(count: int, part: list[Judged]) -> str:
    return f"{count} ({100 * count / len(part):.1f} %)"
