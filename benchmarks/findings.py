"""Are the findings few, and right? Notebooks are really run, in fresh processes, and what differs is held against them.

    python benchmarks/findings.py run --python PY --work DIR [--only TEXT]
    python benchmarks/findings.py report --work DIR                           -> docs/results/findings.md

PY is an interpreter with what ``findings-requirements.txt`` names. Each notebook of ``findings.toml`` runs in fresh
copies of its folder: twice as it is, under two hash seeds (the first run is what is
judged), and where the two differ, twice more with every generator seeded from outside (the global ones, and those made without a seed). A cell *differs* when what it
shows is not the same in the first two; it differs *by randomness* when the seeded pair agrees. For the rest the
differing text tells: the same words in another order, times and dates, process ids. Results are kept one by one, so
that an interrupted run goes on where it was.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import jupytext
import tomllib

from jupyter_repro import shown

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "results" / "findings.md"
KERNEL = "repro-findings"
CELL_SECONDS = "150"
SEED_ALL = """\
import random, numpy, numpy.random
import numpy.random.bit_generator as _bits
random.seed(0)
numpy.random.seed(0)
_bits.randbits = lambda k: 12345
_seed = random.Random.seed
random.Random.seed = lambda self, a=None, version=2: _seed(self, 0 if a is None else a, version)
"""
CLASSES = {
    "RPN401": "random", "RPN402": "random", "RPN403": "random", "RPN404": "random", "RPN415": "random",
    "RPD314": "random",
    "RPN405": "time", "RPN406": "time", "RPN407": "time", "RPN409": "hash", "RPN412": "hash", "RPN413": "process",
    "RPN411": "random", "RPN414": "address", "RPN410": "memory", "RPN416": "threads", "RPS111": "unknown",
}  # fmt: skip
"""Rule -> the class of cause it names. Orders of listings are left out: they differ between machines, not runs."""
_TIMES = re.compile(
    r"\d\d:\d\d|\d{4}|\b\d+(\.\d+)?\s?(s|ms|us|µs|ns|sec|seconds|min)\b|it/s|s/it|Wall|CPU|time|elapsed|Date", re.I
)


def books(only: str) -> list[dict[str, str]]:
    """The notebooks (package, archive, path), one of each package in turn, so that a part of them is a fair part."""
    told = tomllib.loads((HERE / "findings.toml").read_text(encoding="utf-8"))
    in_turn = [
        (turn, {"package": source["name"], "part": source["part"], "archive": source["file"], "path": path})
        for source in told["source"]
        for turn, path in enumerate(source["notebooks"])
        if only in f"{source['part']}/{source['name']}/{path}"
    ]
    return [book for _, book in sorted(in_turn, key=lambda each: each[0])]


def lay_out(book: dict[str, str], sdists: Path, folder: Path) -> Path:
    """The notebook's own folder out of the source distribution; the notebook's path."""
    target = folder / "book"
    with tarfile.open(sdists / book["archive"]) as archive:
        top = archive.getnames()[0].split("/")[0]
        home = f"{top}/{Path(book['path']).parent.as_posix()}/"
        for member in archive:
            inside = member.name.removeprefix(home)
            if member.isfile() and member.name.startswith(home) and member.size < 20_000_000:
                if inside.endswith(".ipynb") and inside != Path(book["path"]).name:
                    continue
                (target / inside).parent.mkdir(parents=True, exist_ok=True)
                content = archive.extractfile(member)
                (target / inside).write_bytes(content.read() if content else b"")
    notebook = target / Path(book["path"]).name
    if notebook.suffix == ".py":  # a gallery's script, as the gallery makes a notebook of it
        script, notebook = notebook, notebook.with_suffix(".ipynb")
        jupytext.write(jupytext.read(script, fmt="py:sphinx"), notebook)
    return notebook


def execute(notebook: Path, hash_seed: str, seeded: bool) -> None:
    """One tracked run in place, by the command line, as a user would."""
    with tempfile.TemporaryDirectory() as profile:
        startup = Path(profile) / "profile_default" / "startup"
        startup.mkdir(parents=True)
        if seeded:
            (startup / "00-seed.py").write_text(SEED_ALL, encoding="utf-8")
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "IPYTHONDIR": profile}
        command = [
            sys.executable,
            "-m",
            "jupyter_repro",
            "run",
            str(notebook),
            "--kernel",
            KERNEL,
            "--timeout",
            CELL_SECONDS,
        ]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=1200)
        if done.returncode:
            raise RuntimeError((done.stderr.strip().splitlines() or ["failed"])[-1][:300])


def seen(notebook: Path) -> list[dict[str, Any]]:
    """What each code cell shows: a digest, and the text for telling causes."""
    from jupyter_repro.analysis.runs.outputtext import all_text
    from jupyter_repro.analysis.runs.seen import seen_in
    from jupyter_repro.model import document as documents

    return [
        {
            "id": cell.id,
            "digest": [*seen_in(cell), *_embedded(cell.outputs)],
            "text": shown.visible_text(all_text(cell)),
            "shows": bool(cell.outputs),
        }
        for cell in documents.read(notebook).cells
        if not cell.is_blank
    ]


def _embedded(outputs: Sequence[Mapping[str, Any]]) -> list[str]:
    """Digests of images that lie within HTML, which the digests of the journal pass over beside plain text."""
    pages = ("".join(output.get("data", {}).get("text/html", "")) for output in outputs)
    return [shown.digest(image) for page in pages for image in re.findall(r"data:image/\w+;base64,([\w+/=]+)", page)]


def measure(book: dict[str, str], sdists: Path, work: Path) -> dict[str, Any]:
    """Run a notebook as often as it takes, and check the first run."""
    runs: list[list[dict[str, Any]]] = []
    for number, (hash_seed, seeded) in enumerate([("1", False), ("2", False), ("1", True), ("2", True)]):
        folder = work / "now"
        shutil.rmtree(folder, ignore_errors=True)
        notebook = lay_out(book, sdists, folder)
        execute(notebook, hash_seed, seeded)
        runs.append(seen(notebook))
        if number == 0:
            kept = work / "kept" / slug(book)
            shutil.rmtree(kept, ignore_errors=True)
            shutil.copytree(notebook.parent, kept, ignore=shutil.ignore_patterns("states", "__pycache__"))
        if number == 1 and [cell["digest"] for cell in runs[0]] == [cell["digest"] for cell in runs[1]]:
            break  # the other pair is for telling causes apart
    return {"book": book, "cells": _truth(runs)}


def judge(result: dict[str, Any], work: Path) -> dict[str, Any]:
    """The result with what the rules say of its first run now, with its journal and without."""
    from jupyter_repro.analysis.engine import analyse
    from jupyter_repro.model import document as documents
    from jupyter_repro.model import history as histories

    name = Path(result["book"]["path"]).with_suffix(".ipynb").name
    document = documents.read(work / "kept" / slug(result["book"]) / name)
    for which, history in (("findings", histories.load(document)), ("bare", histories.History())):
        result[which] = [
            {"code": each.code, "severity": each.severity, "cells": list(each.cells), "message": each.message}
            for each in analyse(document, history).findings
            if which == "findings" or each.code != "RPE501"  # the notebooks' libraries are in another environment
        ]
    return result


def slug(book: dict[str, str]) -> str:
    """A name for files."""
    return re.sub(r"\W+", "-", f"{book['package']}-{Path(book['path']).stem}")


def _truth(runs: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    cells = []
    for number, cell in enumerate(runs[0]):
        others = [run[number] for run in runs[1:]]
        cause = ""
        if cell["digest"] == others[0]["digest"]:
            if "ipykernel_" in cell["text"] and cell["text"] != others[0]["text"]:
                cause = "process"
        else:
            cause = (
                "random"
                if len(others) > 2 and others[1]["digest"] == others[2]["digest"]
                else _by_text(cell, others[0])
            )
        cells.append({"id": cell["id"], "shows": cell["shows"], "cause": cause})
    return cells


def _by_text(one: dict[str, Any], other: dict[str, Any]) -> str:
    """The cause that the differing lines tell of; ``unknown`` where they do not."""
    a, b = one["text"].splitlines(), other["text"].splitlines()
    changed = [line[2:] for line in difflib.ndiff(a, b) if line[:2] in ("- ", "+ ")]
    if not changed:
        return "unknown"
    if any("ipykernel_" in line for line in changed):
        return "process"
    if sorted(re.findall(r"\w+", " ".join(a))) == sorted(re.findall(r"\w+", " ".join(b))):
        return "hash"
    return "time" if any(_TIMES.search(line) for line in changed) else "unknown"


def run(args: argparse.Namespace) -> None:
    """Measure what is not measured yet."""
    kernels = args.work / "jupyter" / "kernels" / KERNEL
    kernels.mkdir(parents=True, exist_ok=True)
    argv = [str(args.python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (kernels / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": KERNEL, "language": "python"}))
    os.environ["JUPYTER_PATH"] = str(args.work / "jupyter")
    until = time.time() + 60 * args.minutes
    for book in books(args.only):
        kept = args.work / f"{slug(book)}.json"
        if kept.exists() or time.time() > until:
            continue
        began = time.time()
        try:
            result = measure(book, args.sdists, args.work)
        except (RuntimeError, OSError, KeyError, subprocess.TimeoutExpired) as error:
            result = {"book": book, "failed": str(error)[:300]}
        kept.write_text(json.dumps(result, indent=1), encoding="utf-8")
        state = (
            result.get("failed")
            or f"{sum(bool(c['cause']) for c in result['cells'])} of {len(result['cells'])} cells differ"
        )
        print(f"{kept.stem}: {state} ({time.time() - began:.0f} s)", file=sys.stderr, flush=True)


def report(args: argparse.Namespace) -> None:
    """Write the page."""
    results = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(args.work.glob("*.json"))]
    ran = [judge(result, args.work) for result in results if "failed" not in result]
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    packages = {result["book"]["package"] for result in ran}
    lines = [
        "# Findings, held against what really happens",
        "",
        "<!-- Written by `python benchmarks/findings.py report`; do not edit. -->",
        "",
        f"{len(ran)} notebooks from {len(packages)} source distributions, none written here, out of {len(results)} tried; "
        "each really run in fresh processes as `benchmarks/findings.py` says. *Tracked*: judged with the journal of its "
        "run. *Bare*: the file without any history. The rules were worked on with the *dev* notebooks in sight; those "
        "*held out* were only measured. *Unknown* is the cause of a figure that differs whatever is seeded: a timing in "
        "its title, as a rule.",
        "",
    ]
    parts = {part: [result for result in ran if result["book"].get("part") == part] for part in ("dev", "held-out")}
    columns = {
        f"{part}, {'tracked' if which == 'findings' else which}": score(parts[part], which)
        for part in parts
        for which in ("findings", "bare")
    }
    lines += [f"| | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    lines += [
        f"| {name} | {' | '.join(column[name] for column in columns.values())} |"
        for name in next(iter(columns.values()))
    ]
    for part, results_ in parts.items():
        lines += ["", f"## By notebook, {part}", ""]
        lines += [
            "| notebook | cells | differ | right cause, tracked | bare | stable flagged, tracked | bare | errors | warnings |",
            "|---" * 9 + "|",
        ]
        lines += [_row(result) for result in results_]
    lines += ["", "## Every miss, and every stable cell that was flagged", ""]
    for result in ran:
        lines += _misjudged(result)
    failed = [result for result in results if "failed" in result]
    if failed:
        lines += ["", "## Not run", ""]
        lines += [f"- {_name(each['book'])}: {each['failed'].splitlines()[0]}" for each in failed]
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines[:20]))


def _name(book: dict[str, str]) -> str:
    return f"{book['package']} / {Path(book['path']).name}"


def _row(result: dict[str, Any]) -> str:
    tracked, bare = judged(result, "findings"), judged(result, "bare")
    errors, warnings = (sum(f["severity"] == level for f in result["findings"]) for level in ("error", "warning"))
    counts = [
        len(result["cells"]), len(tracked["differ"]), len(tracked["right"]), len(bare["right"]),
        len(tracked["false"]), len(bare["false"]), errors, warnings,
    ]  # fmt: skip
    return f"| {_name(result['book'])} | {' | '.join(map(str, counts))} |"


def _misjudged(result: dict[str, Any]) -> list[str]:
    lines = []
    order = [cell["id"] for cell in result["cells"]]
    for which, words in (("findings", "tracked"), ("bare", "bare")):
        one = judged(result, which)
        for cell in order:
            place = f"- {_name(result['book'])}, cell {order.index(cell) + 1}, {words}: "
            said = ", ".join(sorted(one["flags"].get(cell, {"nothing"})))
            if cell in one["differ"] and cell not in one["right"]:
                lines.append(f"{place}differs by {one['cause'][cell]}, flagged as {said}")
            if cell in one["false"]:
                lines.append(f"{place}the same twice, flagged as {said}")
    return lines


def judged(result: dict[str, Any], which: str) -> dict[str, Any]:
    """What differs, what was flagged with which class, and where the two agree."""
    flags: dict[str, set[str]] = {}
    for finding in result[which]:
        if finding["code"] in CLASSES:
            for cell in finding["cells"]:
                flags.setdefault(cell, set()).add(CLASSES[finding["code"]])
    cause = {cell["id"]: cell["cause"] for cell in result["cells"]}
    differ = [cell for cell, why in cause.items() if why]
    stable = [cell["id"] for cell in result["cells"] if cell["shows"] and not cell["cause"]]
    return {
        "cause": cause,
        "differ": differ,
        "flags": flags,
        "right": [cell for cell in differ if cause[cell] in flags.get(cell, ())],
        "stable": stable,
        "false": [cell for cell in stable if flags.get(cell, set()) - {"process", "address"}],
    }


def score(ran: list[dict[str, Any]], which: str) -> dict[str, str]:
    """The figures of the page."""
    all_of = [judged(result, which) for result in ran]
    differ, right = (sum(len(one[key]) for one in all_of) for key in ("differ", "right"))
    stable, false = (sum(len(one[key]) for one in all_of) for key in ("stable", "false"))
    clean = [result for result, one in zip(ran, all_of, strict=True) if not one["differ"]]
    errors = [sum(f["severity"] == "error" for f in result[which]) for result in clean]
    warnings = [sum(f["severity"] == "warning" for f in result[which]) for result in clean]
    causes: Counter[str] = Counter(why for one in all_of for why in one["cause"].values() if why)
    told = ", ".join(f"{n} {why}" for why, n in causes.most_common())
    return {
        "notebooks the same twice": str(len(clean)),
        "error findings on those": str(sum(errors)),
        "warnings on those, at the median": f"{median(warnings) if warnings else 0:g}",
        "cells that differ between two runs": f"{differ} ({told})",
        "of these flagged with the right class of cause": f"{right} ({right / differ:.0%})" if differ else "0",
        "cells with outputs that are the same twice": str(stable),
        "of these flagged as differing": f"{false} ({false / stable:.1%})" if stable else "0",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verb", choices=("run", "report"))
    parser.add_argument("--work", type=Path, default=Path(".cache/findings"))
    parser.add_argument("--sdists", type=Path, default=Path(".cache/sdists"))
    parser.add_argument("--python", type=Path, default=Path(sys.executable))
    parser.add_argument("--only", default="", help="only notebooks whose part/package/path holds this")
    parser.add_argument("--minutes", type=float, default=1e6, help="begin no other notebook after so long")
    args = parser.parse_args()
    args.work, args.python = args.work.resolve(), args.python.absolute()
    {"run": run, "report": report}[args.verb](args)


if __name__ == "__main__":
    main()
