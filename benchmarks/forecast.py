"""Does the forecast hold? Simulated users on notebooks nobody here wrote, replayed for the truth, judged cell by cell.

    python benchmarks/forecast.py fetch WORK            public source distributions -> WORK/books/
    python benchmarks/forecast.py play WORK --python PY --seed 1 --sessions 3
    python benchmarks/forecast.py score WORK            -> docs/results/forecast.md

``play`` needs an interpreter with ipykernel, the notebooks' libraries and this package. It keeps each session (its
notebook, journal and truth) in WORK/sessions/, so that ``score`` can be repeated without running anything.
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

import nbformat

sys.path.insert(0, str(Path(__file__).parent))

from messy.kernel import LiveKernel
from messy.truth import failed, replay, seen, truth_of
from messy.user import MIXES, User

PINNED = {
    "statsmodels": "0.14.5",
    "seaborn": "0.13.2",
    "mlxtend": "0.23.4",
    "emcee": "3.1.6",
    "tsfresh": "0.21.0",
    "dowhy": "0.12",
    "yellowbrick": "1.5",
    "lmfit": "1.3.3",
    "pingouin": "0.5.5",
    "hmmlearn": "0.3.3",
    "lifelines": "0.30.0",
    "pyod": "2.0.5",
    "networkx": "3.5",
    "imbalanced-learn": "0.14.0",
}
"""Source distributions that may carry notebooks. What has none, or cannot be had, is passed over and said."""


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
            print(f"{name} {version}: {unpack(archive, work / 'books' / name)} notebooks")


def unpack(archive: Path, target: Path) -> int:
    """Unpack everything beside notebooks; how many notebooks there are."""
    with tarfile.open(archive) as tar:
        members = [member for member in tar.getmembers() if member.isfile()]
        folders = {str(Path(member.name).parent) for member in members if member.name.endswith(".ipynb")}
        wanted = [member for member in members if any(member.name.startswith(folder + "/") for folder in folders)]
        tar.extractall(target, members=wanted, filter="data")
    return len(list(target.rglob("*.ipynb")))


def play(work: Path, books: Path, python: str, seed: int, sessions: int, steps: int, limit: int) -> None:
    """Play the sessions and keep them with their truth."""
    played = 0
    for book in sorted(books.rglob("*.ipynb")):
        if limit and played >= limit:
            break
        if ".ipynb_checkpoints" in book.parts:
            continue
        played += play_book(work, book, python, seed, sessions, steps)


def play_book(work: Path, book: Path, python: str, seed: int, sessions: int, steps: int) -> bool:
    """Whether the notebook could be played."""
    source = nbformat.read(book, as_version=4)
    cells = [
        {"id": f"c{number:03d}", "source": cell.source}
        for number, cell in enumerate(source.cells)
        if cell.cell_type == "code" and cell.source.strip()
    ]
    if not 3 <= len(cells) <= 60:
        return False
    began = time.monotonic()
    one = replay(python, book, cells)
    if sum(map(failed, one)) > len(cells) // 3 or time.monotonic() - began > 100:
        print(f"{book.name}: fails by itself or takes too long; left out", flush=True)
        return False
    two = replay(python, book, cells)
    noisy = [cell["id"] for cell, a, b in zip(cells, one, two, strict=True) if seen(a) != seen(b)]
    for number in range(sessions):
        mix = list(MIXES)[number % len(MIXES)]
        target = work / "sessions" / f"{book.stem}-{seed}-{number}"
        if (target / "truth.json").exists():
            continue
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(book.parent, target / "nb", symlinks=True, ignore=shutil.ignore_patterns(".repro", ".git"))
        for other in (target / "nb").glob("*.ipynb"):
            other.unlink()
        notebook = target / "nb" / book.name
        save(notebook, cells, source.metadata)
        user = User(
            lambda notebook=notebook: LiveKernel(python, notebook, load="%load_ext jupyter_repro"),  # type: ignore[misc]
            notebook.parent,
            cells,
            random.Random(f"{seed}/{book.name}/{number}"),
        )
        user.play(mix, steps)
        save(notebook, user.cells, source.metadata)
        fresh = replay(python, notebook, user.cells)
        truth = {
            cell["id"]: truth_of(cell["outputs"], outputs)
            for cell, outputs in zip(user.cells, fresh, strict=True)
            if cell["id"] not in noisy and cell.get("outputs") is not None
        }
        (target / "fresh.json").write_text(json.dumps({c["id"]: o for c, o in zip(user.cells, fresh, strict=True)}))
        record = {"notebook": book.name, "mix": mix, "did": user.done, "truth": truth, "noisy": noisy}
        (target / "truth.json").write_text(json.dumps(record, indent=1))
        wrong = sum(each in ("fails", "changes") for each in truth.values())
        print(f"{book.name} {mix}: {len(truth)} cells judged, {wrong} not ok", flush=True)
    return True


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
    parser.add_argument("what", choices=("fetch", "play", "score"))
    parser.add_argument("work", type=Path)
    parser.add_argument("--books", type=Path, help="folder of notebooks (default: WORK/books)")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sessions", type=int, default=3)
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--limit", type=int, default=0, help="at most so many notebooks")
    parser.add_argument("--report", type=Path, help="write the result page here")
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args()
    match args.what:
        case "fetch":
            fetch(args.work)
        case "play":
            play(
                args.work,
                args.books or args.work / "books",
                args.python,
                args.seed,
                args.sessions,
                args.steps,
                args.limit,
            )
        case "score":
            from messy.score import score

            score(args.work / "sessions", args.report, verbose=args.verbose)


if __name__ == "__main__":
    main()
