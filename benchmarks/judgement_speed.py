"""How long a judgement takes: a large notebook with a long history, the same after one more run, and bare text.

    python benchmarks/judgement_speed.py            writes docs/results/judgement_speed.md
    python benchmarks/judgement_speed.py --profile  where the time of a cold judgement goes

CPU time of one process, as a multiple of what any judge has to do at least: read the notebook's and the journal's JSON
and parse the cells. That is measured beside each figure, in the same process; a second measurement of it is the control.
"""

from __future__ import annotations

import argparse
import ast
import cProfile
import gc
import json
import os
import pstats
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.longsession import append_run, make
from jupyter_repro.analysis.code.deepstack import with_deep_stack
from jupyter_repro.journal.folder import journal_folder

PAGE = Path(__file__).parent.parent / "docs" / "results" / "judgement_speed.md"
CASES = (
    ("tidy", 1000, 1_000),
    ("tidy", 1000, 3_000),
    ("tidy", 1000, 10_000),
    ("messy", 300, 1_000),
    ("messy", 300, 3_000),
)
"""Kind of session, cells, runs."""
MORE = 9
"""Further runs, each judged."""
REPEATS = 3
"""Processes, of which the one in the middle is told."""


def cpu(act: Callable[[], Any]) -> float:
    """CPU seconds of an act."""
    gc.collect()
    began = time.process_time()
    act()
    return time.process_time() - began


def least(notebook: Path) -> float:
    """What any judge has to do: all JSON, and a tree of each cell."""
    journal = next(journal_folder(notebook).glob("*.jsonl"), None)

    def act() -> None:
        content = json.loads(notebook.read_text(encoding="utf-8"))
        trees = [ast.parse(cell["source"]) for cell in content["cells"]]
        lines = [json.loads(line) for line in journal.open("rb")] if journal else []
        del trees, lines

    return min(cpu(act) for _ in range(3))


def measure(kind: str, cells: int, runs: int, *, profile: bool = False) -> dict[str, Any]:
    """One notebook in this process, which has judged nothing before."""
    import jupyter_core.paths  # noqa: F401  what a server has loaded long since

    from jupyter_repro.analysis.judge import Judge
    from jupyter_repro.model import document as documents
    from jupyter_repro.model import history as histories

    with tempfile.TemporaryDirectory() as place:
        notebook = make(Path(place), kind, cells, runs)
        once, judge = least(notebook), Judge()
        before = _megabytes()
        answers: list[Any] = []

        def act() -> None:
            document = documents.read(notebook)
            answers.append(judge.judge(document, histories.load(document)))
            gc.collect(0)  # what the judgement has put off

        if profile:
            with_deep_stack(profiled)(act)
            return {}
        cold = cpu(act)
        memory = _megabytes() - before
        again = []
        for _ in range(MORE if runs else 0):
            append_run(notebook)
            again.append(cpu(act))
        control = least(notebook)
    return {
        "least": once,
        "control": control / once,
        "cold": cold,
        "more": statistics.median(again) if again else None,
        "memory": memory,
        "verdicts": dict(answers[0].forecast.counts),
        "findings": len(answers[0].findings),
    }


def profiled(act: Callable[[], Any]) -> None:
    """Where the time of an act goes. Sees its own thread alone, so it is to be called where the judgement takes place."""
    with cProfile.Profile() as profile:
        act()
    pstats.Stats(profile).sort_stats("tottime").print_stats(40)


def _megabytes() -> float:
    """What the process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def command_line() -> tuple[float, float]:
    """CPU seconds of ``check`` on a notebook of three cells, and of an interpreter that does nothing."""
    with tempfile.TemporaryDirectory() as place:
        notebook = make(Path(place), "tidy", 3, 0)
        check = [sys.executable, "-m", "jupyter_repro.cli.main", "check", str(notebook)]
        inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        compiled = {**inherited, "PYTHONPYCACHEPREFIX": place}
        return _child(check, compiled), _child([sys.executable, "-c", "pass"], compiled)


def _child(command: list[str], environment: dict[str, str]) -> float:
    """CPU seconds of a command that ran before, so that what it imports is compiled, as it is once installed."""
    found = []
    for number in range(6):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=False, capture_output=True, env=environment)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if number:
            found.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(found)


def in_fresh_processes(kind: str, cells: int, runs: int) -> dict[str, Any]:
    """The measurement of the process in the middle, by its cold ratio."""
    found: list[dict[str, Any]] = []
    for _ in range(REPEATS):
        command = [sys.executable, "-m", "benchmarks.judgement_speed", "--one", kind, str(cells), str(runs)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        found.append(json.loads(done.stdout))
    return sorted(found, key=lambda each: each["cold"] / each["least"])[REPEATS // 2]


def row(kind: str, cells: int, runs: int) -> str:
    """A line of the table."""
    found = in_fresh_processes(kind, cells, runs)
    unit = found["least"]
    counts = found["verdicts"]
    more = f"{found['more'] * 1000:.0f} ms ({found['more'] / unit:.2f})" if found["more"] is not None else "-"
    told = ", ".join(f"{number} {name}" for name, number in counts.items() if number)
    print(kind, cells, runs, found, file=sys.stderr)
    return (
        f"| {kind} | {cells:,} | {runs:,} | {unit * 1000:.0f} ms | {found['control']:.2f} | "
        f"{found['cold'] * 1000:.0f} ms (**{found['cold'] / unit:.1f}**) | {more} | {found['memory']:.0f} MB | "
        f"{told}; {found['findings']} |"
    )


def write() -> None:
    """Measure everything, and write the page."""
    rows = [row(*case) for case in CASES]
    static = [row(kind, 100, 0) for kind in ("tidy", "messy")]
    check, nothing = command_line()
    load = os.getloadavg()[2]
    head = (
        "| session | cells | runs | at least | control | cold | one more run | memory | forecast; findings |\n"
        "|---|---|---|---|---|---|---|---|---|"
    )
    text = f"""# How long a judgement takes

Written by `benchmarks/judgement_speed.py`. CPU time; in brackets as a multiple of *at least*: reading the notebook's
and the journal's JSON and parsing the cells, in the same process. *control* is a second measurement of that against the
first: how far to trust the ratios. *cold* reads notebook and journal, forecasts and applies every rule in a process
that has judged nothing, the garbage collection that a judgement puts off included; *one more run* is the same after the
journal and the notebook have grown by a run (median of {MORE}). *memory* is what the process holds more after the cold
judgement. `tidy`: every cell goes as a recorded run went. `messy`: tables are changed in place, cells are edited and
run again, at the end some are edited and deleted without a rerun. The machine's load meanwhile was {load:.1f} on
{os.cpu_count()} processors: where it is more than one each, all times are longer than on a quiet machine.

{head}
{chr(10).join(rows)}

Without a journal:

{head}
{chr(10).join(static)}

On the command line, `jupyter repro check` of a notebook of three cells takes {check * 1000:.0f} ms of CPU time, an
interpreter that does nothing {nothing * 1000:.0f} ms.
"""
    PAGE.write_text(text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--one", nargs=3, metavar=("KIND", "CELLS", "RUNS"), help="measure one in this process")
    parser.add_argument("--profile", metavar="KIND", choices=("tidy", "messy"), help="profile a cold judgement")
    args = parser.parse_args()
    if args.one:
        kind, cells, runs = args.one
        print(json.dumps(measure(kind, int(cells), int(runs))))
    elif args.profile:
        measure(args.profile, *next(case[1:] for case in CASES if case[0] == args.profile), profile=True)
    else:
        write()


if __name__ == "__main__":
    main()
