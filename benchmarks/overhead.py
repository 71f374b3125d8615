"""What tracking costs: real kernels, cell by cell beside a bare kernel, an A/A control, each layer alone, and ipyflow.

    python benchmarks/overhead.py [WORKLOAD ...] [--repeats 5] [--ipyflow PYTHON] [--keep FILE] [--write]

Without a WORKLOAD all are run. Every arm is a kernel of its own; they run each cell one after the other, so that a busy
machine disturbs all alike, and each repeat begins with another arm. Costs are CPU time of all threads of the kernel
from the request to its idle status, as ratios to the bare kernel of the same repeat; the second bare kernel shows what
the machine adds by itself. ``--ipyflow`` names the Python of an environment that has ipyflow; it is compared with a
bare kernel of that environment. ``--keep`` adds the repeats to those in a file, so that a long run can be done in pieces.
``--write`` puts the tables into ``docs/results/overhead.md``. Linux only.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager
from overhead_cells import WORKLOADS, Cells, calls

PAGE = Path(__file__).parent.parent / "docs" / "results" / "overhead.md"
TRACKED = "%load_ext jupyter_repro"
LISTS = ("cpu", "memory", "load", "full")
"""What there is of each repeat."""
PROBES = ("outputs", "files", "modules", "outside", "environment", "randomness", "state", "settings")

COUNTING = """
import gc, os, time
kept = os.open(PATH, os.O_RDWR | os.O_CREAT)
spent = [0, 0.0, 0.0]
def note(phase, info):
    if info["generation"] == 2 and phase == "start":
        spent[2] = time.thread_time()
    elif info["generation"] == 2:
        spent[:2] = spent[0] + 1, spent[1] + (time.thread_time() - spent[2]) * 1000
        os.pwrite(kept, f"{spent[0]:12d} {spent[1]:12.3f}".encode(), 0)
gc.callbacks.append(note)
"""
"""Run in every kernel: keeps the number and the milliseconds of full garbage collections in a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """A kind of kernel. ``base`` is the arm that it is compared with."""

    name: str
    base: str = "bare"
    python: str = sys.executable
    load: str = ""


class Kernel:
    """A running kernel of an arm, in an empty folder."""

    def __init__(self, arm: Arm, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        command = [arm.python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        self._manager = KernelManager(connection_file=str(folder / "kernel.json"))
        self._manager._kernel_spec = KernelSpec(argv=command, display_name=arm.name, language="python")
        quiet = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0", "MPLBACKEND": "Agg"}
        homes = {name: str(folder.parent.parent / name) for name in ("IPYTHONDIR", "MPLCONFIGDIR")}
        self._manager.start_kernel(cwd=str(folder), env={**os.environ, **quiet, **homes})
        self._client: BlockingKernelClient = self._manager.client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=120)
        self._tasks = Path(f"/proc/{self._manager.provisioner.pid}/task")
        self.run("None")
        began = time.perf_counter()
        if arm.load:
            self.run(arm.load)
        self.load_ms = (time.perf_counter() - began) * 1000
        self._collections = folder.with_suffix(".collections")
        self._client.execute_interactive(f"exec({COUNTING!r}, {{'PATH': {str(self._collections)!r}}})", silent=True)

    def run(self, source: str) -> float:
        """Milliseconds of CPU that the kernel spent on a cell. Raises RuntimeError where the cell failed."""
        before = self._cpu()
        reply = self._client.execute_interactive(source, allow_stdin=False, timeout=600, output_hook=_unheard)
        if reply["content"]["status"] != "ok":
            raise RuntimeError(f"{reply['content'].get('ename')}: {reply['content'].get('evalue')} in {source!r}")
        return (self._cpu() - before) / 1e6

    def _cpu(self) -> int:
        return sum(int(path.read_text().split()[0]) for path in self._tasks.glob("*/schedstat"))

    def collections(self) -> tuple[int, float]:
        """Full garbage collections so far, and the milliseconds that they took."""
        number, milliseconds = (self._collections.read_text() or "0 0").split()
        return int(number), float(milliseconds)

    def memory_mb(self) -> float:
        """Resident memory now."""
        lines = (self._tasks.parent / "status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024

    def stop(self) -> None:
        """End the kernel at once."""
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)


def _unheard(message: Any) -> None:
    """Outputs are not shown."""


def play(arms: list[Arm], cells: Cells, repeats: int, folder: Path) -> dict[str, Any]:
    """Per arm: CPU of each measured cell in each repeat, memory at the end, load times, and what full collections of the
    garbage were made meanwhile."""
    found: dict[str, Any] = {arm.name: {"base": arm.base, **{each: [] for each in LISTS}} for arm in arms}
    for repeat in range(repeats):
        kernels = {arm.name: Kernel(arm, folder / str(repeat) / arm.name) for arm in arms}
        try:
            for source in cells[0]:
                for kernel in kernels.values():
                    kernel.run(source)
            costs: dict[str, list[float]] = {name: [] for name in kernels}
            before = {name: kernel.collections() for name, kernel in kernels.items()}
            names = list(kernels)
            for number, source in enumerate(cells[1]):
                turn = (number + repeat) % len(names)
                for name in names[turn:] + names[:turn]:
                    costs[name].append(kernels[name].run(source))
            for name, kernel in kernels.items():
                found[name]["cpu"].append(costs[name])
                found[name]["memory"].append(kernel.memory_mb())
                found[name]["load"].append(kernel.load_ms)
                found[name]["full"].append(
                    [now - was for now, was in zip(kernel.collections(), before[name], strict=True)]
                )
        finally:
            for kernel in kernels.values():
                kernel.stop()
        print(f"  repeat {repeat + 1}: " + ", ".join(f"{n} {sum(c):.0f} ms" for n, c in costs.items()), file=sys.stderr)
    return found


def joined(old: dict[str, Any] | None, new: dict[str, Any]) -> dict[str, Any]:
    """The repeats of two measurements of the same arms; the new one alone where the arms differ."""
    if old is None or old.keys() != new.keys():
        return new
    return {name: {**arm, **{each: old[name].get(each, []) + arm[each] for each in LISTS}} for name, arm in new.items()}


def long_session(cells: int, rounds: int, folder: Path) -> dict[str, Any]:
    """Trivial cells run over and over, tracked and bare in turns: CPU a run as the journal grows, and its size."""
    sources = [f"x_{n} = x_{n - 1} + 1" if n else "x_0 = 0" for n in range(cells)]
    kernels = {
        "bare": Kernel(Arm(name="bare"), folder / "bare"),
        "tracked": Kernel(Arm(name="tracked", load=TRACKED), folder / "tracked"),
    }
    medians: dict[str, list[float]] = {name: [] for name in kernels}
    try:
        for _ in range(rounds):
            costs: dict[str, list[float]] = {name: [] for name in kernels}
            for source in sources:
                for name, kernel in kernels.items():
                    costs[name].append(kernel.run(source))
            for name, values in costs.items():
                medians[name].append(statistics.median(values))
        time.sleep(2)  # what is put off until the kernel is idle belongs to the journal too
        size = sum(path.stat().st_size for path in (folder / "tracked" / ".repro").glob("*.jsonl"))
    finally:
        for kernel in kernels.values():
            kernel.stop()
    return {"cells": cells, "runs": cells * rounds, "medians": medians, "bytes": size}


def layer_arms() -> list[Arm]:
    """The tracker with no probe, with each probe alone, and whole."""
    make = (
        "from jupyter_repro.capture.tracker import Tracker as _T; from jupyter_repro.capture.probes import build_probes as _b; "
        "_t = _T(get_ipython(), probes=[each for each in _b() if each.name in {!r}]); _t.start(); del _T, _b"
    )
    alone = [Arm(name=f"{name} alone", load=make.format((name,))) for name in PROBES]
    return [
        Arm(name="bare"),
        Arm(name="bare again"),
        Arm(name="no layer", load=make.format(())),
        *alone,
        Arm(name="all", load=TRACKED),
    ]


def _spread(values: list[float], digits: int) -> str:
    if len(values) == 1:
        return f"{values[0]:.{digits}f}"
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def ratios(found: dict[str, Any], name: str) -> list[float]:
    """CPU of all cells, to the arm it is compared with; one for each repeat."""
    mine = found[name]
    return [sum(a) / sum(b) for a, b in zip(mine["cpu"], found[mine["base"]]["cpu"], strict=True)]


def without_collections(found: dict[str, Any], name: str) -> list[float]:
    """As `ratios`, less the full garbage collections of both; of the repeats in which these were counted."""
    mine, base = found[name], found[found[name]["base"]]
    counted = len(mine.get("full", ()))
    pairs = zip(
        mine["cpu"][-counted:], mine.get("full", ()), base["cpu"][-counted:], base.get("full", ()), strict=False
    )
    return [(sum(a) - a_full[1]) / (sum(b) - b_full[1]) for a, a_full, b, b_full in pairs]


def added(found: dict[str, Any], name: str) -> list[float]:
    """Milliseconds that the median cell takes more; one for each repeat."""
    mine = found[name]
    pairs = zip(mine["cpu"], found[mine["base"]]["cpu"], strict=True)
    return [statistics.median(x - y for x, y in zip(a, b, strict=True)) for a, b in pairs]


def page(results: dict[str, Any]) -> str:
    """The published tables."""
    machine = results["machine"]
    lines = [
        "# What tracking costs",
        "",
        "Made by `benchmarks/overhead.py`. Each figure is the median of the repeats, with the smallest and largest in "
        "brackets where there were several: CPU time of the whole kernel process, in relation to a bare kernel that ran "
        "the same cells in turns. A second bare kernel (A/A) shows what the machine adds by itself: a smaller difference "
        "is none, and one repeat beside other work (see the load) bounds the cost rather than tells it. On cells that "
        "make millions of objects one full garbage collection more or less decides the figure, in any direction.",
        "",
        f"{machine['date']}, {machine['cpu']}, {machine['cpus']} CPUs with a load of {machine['load']}; Python {machine['python']}, "
        f"IPython {machine['ipython']}, ipykernel {machine['ipykernel']}, Linux {machine['kernel']}.",
        "",
        "| workload | repeats | A/A | tracked | added to a cell, ms | memory added, MB | ipyflow | added to a cell, ms |",
        "|---|---|---|---|---|---|---|---|",
    ]
    loads: list[float] = []
    rival_loads: list[float] = []
    for key, (title, _) in WORKLOADS.items():
        found = results["workloads"].get(key)
        if found is None:
            continue
        memory = [a - b for a, b in zip(found["tracked"]["memory"], found["bare"]["memory"], strict=True)]
        loads += found["tracked"]["load"]
        rival = ("not run", "not run")
        if "ipyflow" in found:
            rival = (_spread(ratios(found, "ipyflow"), 2), _spread(added(found, "ipyflow"), 1))
            rival_loads += found["ipyflow"]["load"]
        lines.append(
            f"| {title} | {len(found['bare']['cpu'])} | {_spread(ratios(found, 'A/A'), 2)} | {_spread(ratios(found, 'tracked'), 2)} "
            f"| {_spread(added(found, 'tracked'), 2)} | {_spread(memory, 1)} | {rival[0]} | {rival[1]} |"
        )
    if loads:
        lines += ["", f"Loading the tracker takes {_spread(loads, 0)} ms of wall time."]
    if rival_loads:
        lines += [f"ipyflow {machine.get('ipyflow', '')} takes {_spread(rival_loads, 0)} ms."]
    lines += _collections(results["workloads"])
    if (trivial_cells := results["workloads"].get("trivial")) is not None:
        first, last = (
            [statistics.median(run[at]) for run in trivial_cells["tracked"]["cpu"]]
            for at in (slice(50), slice(-50, None))
        )
        bare = [statistics.median(run[-50:]) / statistics.median(run[:50]) for run in trivial_cells["bare"]["cpu"]]
        growth = [after / before for before, after in zip(first, last, strict=True)]
        lines += [
            "",
            f"The last 50 trivial cells take {_spread(growth, 2)} times what the first 50 take; in the bare kernel {_spread(bare, 2)}.",
        ]
    if (layers := results.get("layers")) is not None:
        lines += ["", "## What each layer costs alone", ""]
        lines += [
            f"{len(layers['bare']['cpu'][0])} cells that call functions and change a list; CPU ms added to the median cell."
        ]
        lines += ["", "| layers | ratio | added, ms |", "|---|---|---|"]
        lines += [
            f"| {name} | {_spread(ratios(layers, name), 2)} | {_spread(added(layers, name), 2)} |"
            for name in layers
            if name != "bare"
        ]
    if (long := results.get("long")) is not None:
        lines += ["", "## A long session", ""]
        bare, tracked = long["medians"]["bare"], long["medians"]["tracked"]
        lines += [
            f"{long['cells']:,} trivial cells in {long['runs']:,} runs. The journal took {long['bytes'] / long['runs']:.0f} bytes a run. "
            f"The median run took {tracked[0]:.2f} ms of CPU in the first round and {tracked[-1]:.2f} ms in the last, "
            f"in the bare kernel {bare[0]:.2f} and {bare[-1]:.2f} ms.",
        ]
    return "\n".join(lines) + "\n"


def _collections(workloads: dict[str, Any]) -> list[str]:
    """The workloads in which full garbage collections take more than a twentieth of the bare kernel's time."""
    lines: list[str] = []
    for key, (title, _) in WORKLOADS.items():
        found = workloads.get(key, {})
        bare, tracked = (found.get(name, {}).get("full", ()) for name in ("bare", "tracked"))
        if bare and sum(each[1] for each in bare) > 0.05 * sum(map(sum, found["bare"]["cpu"][-len(bare) :])):
            numbers = [statistics.median(each[0] for each in arm) for arm in (bare, tracked)]
            rest = (_spread(without_collections(found, name), 2) for name in ("A/A", "tracked"))
            lines.append(f"| {title} | {numbers[0]:g} | {numbers[1]:g} | {' | '.join(rest)} |")
    if not lines:
        return []
    return [
        "",
        "## Where full garbage collections decide",
        "",
        "Python makes one whenever a quarter more objects are alive than after the last. When that happens depends on what "
        "was allocated before, to the object: a kernel that has run one cell more, with or without us, may make one more or "
        "one less. The tracker changes no setting of the collector; loading it collects once, so that its own garbage hastens no later "
        "collection. Here is how many there were, and the ratio without their time.",
        "",
        "| workload | bare | tracked | A/A without them | tracked without them |",
        "|---|---|---|---|---|",
        *lines,
    ]


def _machine() -> dict[str, Any]:
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        "",
    )
    return {
        "date": time.strftime("%Y-%m-%d", time.gmtime()), "cpu": cpu or platform.machine(), "cpus": os.cpu_count(),
        "load": f"{os.getloadavg()[1]:.1f}", "python": platform.python_version(), "ipython": version("ipython"),
        "ipykernel": version("ipykernel"), "kernel": platform.release().partition("-")[0],
    }  # fmt: skip


def main() -> int:
    """Measure, print the page, and publish it if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    choices = [*WORKLOADS, "layers", "long"]
    parser.add_argument("workload", nargs="*", choices=[*choices, []], help=f"of {', '.join(choices)}; all by default")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--cells", type=int, default=1000, help="cells of the long session")
    parser.add_argument("--rounds", type=int, default=10, help="how often the long session runs them")
    parser.add_argument("--ipyflow", metavar="PYTHON", help="Python of an environment with ipyflow")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="add the repeats to those in this file")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    options = parser.parse_args()
    results: dict[str, Any] = {"workloads": {}}
    if options.keep and options.keep.exists():
        results = json.loads(options.keep.read_text())
    arms = [Arm(name="bare"), Arm(name="A/A"), Arm(name="tracked", load=TRACKED)]
    if options.ipyflow:
        arms += [
            Arm(name="bare beside ipyflow", python=options.ipyflow),
            Arm(name="ipyflow", base="bare beside ipyflow", python=options.ipyflow, load="%load_ext ipyflow"),
        ]
    results["machine"] = {**results.get("machine", {}), **_machine()}
    for name in options.workload or choices:
        print(name, file=sys.stderr)
        with tempfile.TemporaryDirectory(prefix="overhead-") as folder:
            if name == "layers":
                results["layers"] = joined(
                    results.get("layers"), play(layer_arms(), calls(), options.repeats, Path(folder))
                )
            elif name == "long":
                results["long"] = long_session(options.cells, options.rounds, Path(folder))
            else:
                found = play(arms, WORKLOADS[name][1](), options.repeats, Path(folder))
                results["workloads"][name] = joined(results["workloads"].get(name), found)
        if options.keep:
            options.keep.write_text(json.dumps(results))
    text = page(results)
    print(text)
    if options.write:
        PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
