"""What tracking adds to a cell, layer by layer: ``python benchmarks/overhead.py [--cells 300] [--repeats 5] [--write]``.

Plays trivial cells in a plain IPython shell, in turns without the tracker, with the bare tracker, with each probe alone
and with all of them, and tells the median CPU time that each adds to a cell, beside an A/A control. CPU time of the process, so
that a busy machine disturbs it less; the first cells of each turn are not counted. ``--write`` puts the table into
``docs/results/overhead-layers.md``. What whole kernels cost is measured by another script, against rivals.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell

from jupyter_repro.capture.probes import build_probes
from jupyter_repro.capture.tracker import Tracker

WARM_UP = 20
CELL = "x = {n}\nx + 1 and None"


def cost(shell: InteractiveShell, cells: int) -> float:
    """Median CPU microseconds of a trivial cell."""
    times = []
    for n in range(cells + WARM_UP):
        before = time.process_time_ns()
        shell.run_cell(CELL.format(n=n), store_history=False)
        times.append((time.process_time_ns() - before) / 1000)
    return statistics.median(times[WARM_UP:])


def with_probes(shell: InteractiveShell, names: set[str] | None, cells: int) -> float:
    """The same with a tracker of these probes; None for no tracker at all."""
    if names is None:
        return cost(shell, cells)
    tracker = Tracker(shell, probes=[probe for probe in build_probes() if probe.name in names])
    tracker.start()
    try:
        return cost(shell, cells)
    finally:
        tracker.stop()


def main() -> int:
    """Measure, print, and write the table if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", type=int, default=300)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    names = [probe.name for probe in build_probes()]
    turns: dict[str, set[str] | None] = {"no tracker (control)": None, "bare tracker": set()}
    turns |= {name: {name} for name in names}
    turns["all layers"] = set(names)
    added: dict[str, list[float]] = {label: [] for label in turns}
    base: list[float] = []
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        shell = InteractiveShell.instance()
        for _ in range(options.repeats):
            for label, chosen in turns.items():
                plain = with_probes(shell, None, options.cells)
                base.append(plain)
                added[label].append(with_probes(shell, chosen, options.cells) - plain)
        os.chdir(here)
    lines = [
        "| layer | CPU us added to a trivial cell, median (min to max) |",
        "|---|---|",
        *(
            f"| {label} | {statistics.median(values):.0f} ({min(values):.0f} to {max(values):.0f}) |"
            for label, values in added.items()
        ),
        "",
        f"A trivial cell without the tracker: {statistics.median(base):.0f} us, in a plain IPython shell (a kernel adds its messages). "
        f"{options.repeats} repeats of {options.cells} cells; each layer beside its own control.",
    ]
    print("\n".join(lines))
    if options.write:
        target = here / "docs" / "results" / "overhead-layers.md"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("# What each layer costs alone\n\n" + "\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
