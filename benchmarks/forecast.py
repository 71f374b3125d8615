"""Does the forecast hold? Simulated users on notebooks nobody here wrote, replayed for the truth, judged cell by cell.

    python benchmarks/forecast.py fetch WORK            public source distributions -> WORK/books/
    python benchmarks/forecast.py play WORK --half in-view|held-out|first-contact --python PY --seed 1 --seconds 300
    python benchmarks/forecast.py drift WORK --python PY --seconds 300
    python benchmarks/forecast.py score WORK --report docs/results/forecast.md
    python benchmarks/forecast.py play WORK --half written --python PY --seed 5
    python benchmarks/forecast.py score WORK --half written --report docs/results/forecast-desk.md

``play`` needs an interpreter with ipykernel, the notebooks' libraries and this package. It keeps each session (its
notebook, journal and truth) in WORK/sessions/, so that ``score`` can be repeated without running anything. ``drift``
replays one session of each notebook once more as on another day: see `messy.drift`. Both stop after ``--seconds`` and go on from
there when called again.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tarfile
import time
from pathlib import Path
from typing import Any

import jupytext
import nbformat

sys.path.insert(0, str(Path(__file__).parent))

from messy.books import FIRST_CONTACT, GALLERIES, HELD_OUT, IN_VIEW, PINNED
from messy.desk import play_days
from messy.drift import drift
from messy.kernel import LiveKernel
from messy.truth import failed, replay, seen, truth_of
from messy.user import MIXES, User


def fetch(work: Path) -> None:
    """Download the source distributions as pip is configured, and unpack the folders that have notebooks."""
    from pip._internal.commands import create_command

    command: Any = create_command("download")
    options, _ = command.parse_args(["--no-deps", "--no-binary", ":all:", "x"])
    with command.main_context():
        session = command.get_default_session(options)
        finder = command._build_package_finder(options, session)
        for name, version in PINNED.items():
            found = [
                each
                for each in finder.find_all_candidates(name)
                if str(each.version) == version and not each.link.is_wheel
            ]
            if not found:
                print(f"{name} {version}: no source distribution to be had")
                continue
            archive = work / "sdists" / found[0].link.filename
            archive.parent.mkdir(parents=True, exist_ok=True)
            if not archive.exists():
                archive.write_bytes(session.get(found[0].link.url_without_fragment).content)
            print(f"{name} {version}: {unpack(archive, work / 'books' / name, GALLERIES.get(name))} notebooks")


def unpack(archive: Path, target: Path, gallery: str | None) -> int:
    """Unpack everything beside notebooks, and make notebooks of the scripts of a gallery; how many notebooks there are."""
    with tarfile.open(archive) as tar:
        members = [member for member in tar.getmembers() if member.isfile()]
        folders = {str(Path(member.name).parent) for member in members if member.name.endswith(".ipynb")}
        if gallery is not None:
            folders.add(f"{Path(members[0].name).parts[0]}/{gallery}")
        wanted = [member for member in members if any(member.name.startswith(folder + "/") for folder in folders)]
        for member in wanted:
            member.name = member.name.partition("/")[2]
        tar.extractall(target, members=wanted, filter="data")
    for script in (target / gallery).rglob("*.py") if gallery is not None else ():
        text = script.read_text(encoding="utf-8")
        form = "py:percent" if "# %%" in text else "py:sphinx"
        jupytext.write(jupytext.reads(text, fmt=form), script.with_suffix(".ipynb"))
    return len(list(target.rglob("*.ipynb")))


def play(work: Path, half: str, python: str, seed: int, steps: int, seconds: float) -> None:
    """Play the sessions of one half and keep them with their truth; those that are there already are passed over."""
    end = time.monotonic() + seconds
    for name in {"in-view": IN_VIEW, "held-out": HELD_OUT, "first-contact": FIRST_CONTACT}[half]:
        book = work / "books" / name
        if not book.exists():
            print(f"{name}: not fetched", flush=True)
            continue
        alone = run_alone(work, book, name, python)
        for mix in MIXES if alone["fits"] else ():
            if time.monotonic() > end:
                print("stopped: call again to go on", flush=True)
                return
            target = work / "sessions" / f"{half}-{book.stem.replace(' ', '_')}-{seed}-{mix}"
            if not (target / "truth.json").exists():
                play_session(target, book, name, alone["noisy"], mix, python, seed, steps)
    print("all played", flush=True)


def cells_of(book: Path) -> tuple[Any, list[dict[str, Any]]]:
    """The notebook's metadata and its code cells."""
    source = nbformat.read(book, as_version=4)
    return source.metadata, [
        {"id": f"c{number:03d}", "source": cell.source}
        for number, cell in enumerate(source.cells)
        if cell.cell_type == "code" and cell.source.strip()
    ]


def run_alone(work: Path, book: Path, name: str, python: str) -> dict[str, Any]:
    """Whether the notebook runs by itself and fast enough, and which of its cells differ between two plain runs."""
    kept = work / "alone" / (name.replace("/", "--") + ".json")
    if kept.exists():
        return json.loads(kept.read_text())  # type: ignore[no-any-return]
    _, cells = cells_of(book)
    began = time.monotonic()
    one = replay(python, book, cells)
    took = time.monotonic() - began
    fits = 3 <= len(cells) <= 60 and sum(map(failed, one)) <= len(cells) // 3 and took < 30
    two = replay(python, book, cells) if fits else one
    noisy = [cell["id"] for cell, a, b in zip(cells, one, two, strict=True) if seen(a) != seen(b)]
    found = {"fits": fits, "seconds": round(took, 1), "failing": sum(map(failed, one)), "noisy": noisy}
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(found))
    print(f"{name}: {found}", flush=True)
    return found


def play_session(
    target: Path, book: Path, name: str, noisy: list[str], mix: str, python: str, seed: int, steps: int
) -> None:
    """One user on one notebook; what is left behind is kept at ``target`` with the truth."""
    metadata, cells = cells_of(book)
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(book.parent, target / "nb", symlinks=True, ignore=shutil.ignore_patterns(".repro", ".git"))
    for other in (target / "nb").glob("*.ipynb"):
        other.unlink()
    notebook = target / "nb" / book.name
    save(notebook, cells, metadata)
    user = User(
        lambda: LiveKernel(python, notebook, load="%load_ext jupyter_repro"),
        notebook.parent,
        cells,
        random.Random(f"{seed}/{book.name}/{mix}"),
    )
    user.play(mix, steps)
    save(notebook, user.cells, metadata)
    fresh = replay(python, notebook, user.cells)
    truth = {
        cell["id"]: truth_of(cell["outputs"], outputs)
        for cell, outputs in zip(user.cells, fresh, strict=True)
        if cell["id"] not in noisy and cell.get("outputs") is not None
    }
    (target / "fresh.json").write_text(json.dumps({c["id"]: o for c, o in zip(user.cells, fresh, strict=True)}))
    record = {"notebook": book.name, "from": name, "mix": mix, "did": user.done, "truth": truth, "noisy": noisy}
    (target / "truth.json").write_text(json.dumps(record, indent=1))
    wrong = sum(each in ("fails", "changes") for each in truth.values())
    print(f"{target.name}: {len(truth)} cells judged, {wrong} not ok", flush=True)


def save(path: Path, cells: list[dict[str, Any]], metadata: Any) -> None:
    """The notebook as the user leaves it."""
    notebook = nbformat.v4.new_notebook(metadata=metadata)
    for cell in cells:
        new = nbformat.v4.new_code_cell(cell["source"], id=cell["id"], execution_count=cell.get("count"))
        new.outputs = [nbformat.from_dict(output) for output in cell.get("outputs") or []]
        notebook.cells.append(new)
    nbformat.write(notebook, path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("fetch", "play", "drift", "score"))
    parser.add_argument("work", type=Path)
    parser.add_argument("--half", choices=("in-view", "held-out", "first-contact", "written"), default="in-view")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--seconds", type=float, default=1e9, help="stop before a session that would begin later")
    parser.add_argument("--report", type=Path, help="write the result page here")
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args()
    match args.what:
        case "fetch":
            fetch(args.work)
        case "play":
            if args.half == "written":
                play_days(args.work, args.python, args.seed, args.steps, args.seconds)
            else:
                play(args.work, args.half, args.python, args.seed, args.steps, args.seconds)
        case "drift":
            drift(args.work / "sessions", args.python, args.seconds)
        case "score" if args.half == "written":
            from messy.deskpage import score_days

            score_days(args.work / "sessions", args.report, verbose=args.verbose)
        case "score":
            from messy.score import score

            score(args.work / "sessions", args.report, verbose=args.verbose)


if __name__ == "__main__":
    main()
