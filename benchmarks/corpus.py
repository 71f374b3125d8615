"""Does the loop hold for notebooks that nobody here wrote? Each is run with tracking, checked, exported, and proven.

    python benchmarks/corpus.py                          all of them, then docs/results/corpus.md
    python benchmarks/corpus.py --only emcee --work DIR  some of them; DIR keeps what was made
    python benchmarks/corpus.py report --work DIR        only write the page from what DIR keeps

The notebooks are named in ``corpus.toml``, in source distributions pinned by digest, and run in an environment pinned
by ``corpus-requirements.txt``. The first run has no network. The export makes a virtual environment from its lock,
where there was none, and the bundle is then verified in it; three of them in a container as well (where an engine
answers). A notebook counts as reproduced when that verification says so; every other outcome is listed with its cause.
Results are kept one by one in the work folder, so that an interrupted run goes on where it was.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomllib

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "results" / "corpus.md"
KERNEL = "repro-corpus"
IN_CONTAINER = ("quickstart.ipynb", "describing_functions.ipynb", "plot_metrics.ipynb")
"""Notebooks that are verified in a container as well: names, one each of three packages."""
NOWHERE = "http://127.0.0.1:9"
CELL_SECONDS = "600"


@dataclass(frozen=True, kw_only=True)
class Book:
    """A notebook in a source distribution."""

    package: str
    archive: str
    sha256: str
    path: str

    @property
    def name(self) -> str:
        """What the page calls it."""
        return f"{self.package} / {Path(self.path).name}"

    @property
    def slug(self) -> str:
        """What files call it."""
        return f"{self.package}-{Path(self.path).stem}".replace(" ", "_").lower()


def books(only: str) -> list[Book]:
    """The corpus, or the part of it whose names contain ``only``."""
    told = tomllib.loads((HERE / "corpus.toml").read_text(encoding="utf-8"))
    found = [
        Book(package=source["name"], archive=source["file"], sha256=source["sha256"], path=path)
        for source in told["source"]
        for path in source["notebooks"]
    ]
    return [book for book in found if only in book.name]


def fetch(wanted: list[Book], folder: Path) -> None:
    """Download the source distributions that are not there yet, as pip is configured to, and check their digests."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = {book.archive: book for book in wanted if not (folder / book.archive).exists()}
    if missing:
        from pip._internal.commands import create_command

        command: Any = create_command("download")
        options, _ = command.parse_args(["--no-deps", "--no-binary", ":all:", "x"])
        with command.main_context():
            session = command.get_default_session(options)
            finder = command._build_package_finder(options, session)
            for archive, book in missing.items():
                links = [
                    each.link for each in finder.find_all_candidates(book.package) if each.link.filename == archive
                ]
                if not links:
                    sys.exit(f"corpus: no index that pip knows has {archive}")
                (folder / archive).write_bytes(session.get(links[0].url_without_fragment).content)
    for book in wanted:
        if hashlib.sha256((folder / book.archive).read_bytes()).hexdigest() != book.sha256:
            sys.exit(f"corpus: {folder / book.archive} is not the archive that is pinned; remove it and try again")


def environment(work: Path) -> dict[str, str]:
    """Make the authors' environment where it is not there, and a kernel for it; variables that make Jupyter see it."""
    room = work / "environment"
    if not (room / "ready").exists():
        shutil.rmtree(room, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", room], check=True)
        python, wanted = room / "bin" / "python", HERE / "corpus-requirements.txt"
        uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
        install = [uv, "pip", "install", "--python", python] if uv else [python, "-m", "pip", "install"]
        subprocess.run([*install, "--quiet", "-r", wanted], check=True)
        subprocess.run(
            [python, "-m", "ipykernel", "install", "--prefix", room, "--name", KERNEL], check=True, capture_output=True
        )
        (room / "ready").touch()
    return {**os.environ, "JUPYTER_PATH": str(room / "share" / "jupyter")}


def contained(book: Book) -> bool:
    """Whether the notebook is one of those verified in a container as well."""
    return Path(book.path).name in IN_CONTAINER


def prove(book: Book, work: Path, sdists: Path, env: dict[str, str]) -> dict[str, Any]:
    """Take one notebook through the whole loop, containers aside; what each step said."""
    folder = work / "books" / book.slug
    shutil.rmtree(folder, ignore_errors=True)
    notebook = unpack(sdists / book.archive, book.path, folder)
    bundle = folder / "bundle"
    told: dict[str, Any] = {"name": book.name}

    offline = {**env, **dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), NOWHERE)}
    told["run"] = repro("run", notebook, "--kernel", KERNEL, "--timeout", CELL_SECONDS, "--json", env=offline)
    if told["run"]["code"] != 0:
        return told
    told["check"] = repro("check", notebook, "--json", env=env)
    fresh = folder / "cache"
    anew = {**env, **cache(fresh)}
    told["export"] = repro("export", notebook, "-o", bundle, "--timeout", CELL_SECONDS, "--json", env=anew)
    if bundle.exists():
        told["venv"] = repro("verify", bundle, "--in", "venv", "--timeout", CELL_SECONDS, "--json", env=anew)
    shutil.rmtree(fresh, ignore_errors=True)
    return told


def cache(folder: Path) -> dict[str, str]:
    """Variables for a cache of its own, so that the room is made anew; what installers downloaded may be used again."""
    usual = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return {
        "XDG_CACHE_HOME": str(folder),
        "PIP_CACHE_DIR": os.environ.get("PIP_CACHE_DIR", str(usual / "pip")),
        "UV_CACHE_DIR": os.environ.get("UV_CACHE_DIR", str(usual / "uv")),
    }


def unpack(archive: Path, path: str, folder: Path) -> Path:
    """Unpack the folder that a notebook lies in, without its other notebooks; the notebook's path."""
    with tarfile.open(archive) as tar:
        root = tar.getnames()[0].split("/")[0]
        wanted, beside = f"{root}/{path}", f"{root}/{Path(path).parent.as_posix()}/"
        members = [
            member
            for member in tar.getmembers()
            if member.isfile()
            and (member.name == wanted or (member.name.startswith(beside) and not member.name.endswith(".ipynb")))
        ]
        tar.extractall(folder, members=members, filter="data")
    return folder / wanted


def repro(verb: str, *arguments: object, env: dict[str, str]) -> dict[str, Any]:
    """Run a verb; its exit code, what it printed as JSON, its last words, and how long it took."""
    began = time.monotonic()
    command = [sys.executable, "-m", "jupyter_repro", verb, *map(str, arguments)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        answer = None
    words = [line for line in done.stderr.splitlines() if line.strip()]
    return {
        "code": done.returncode,
        "answer": answer,
        "words": words[-1] if words else "",
        "seconds": round(time.monotonic() - began, 1),
    }


def page(results: list[dict[str, Any]]) -> str:
    """The result page as Markdown."""
    good = [each for each in results if verdict(each, "venv") == "reproduced"]
    steady = sum(not list(unstable([each])) for each in good)
    lines = [
        "# Notebooks that nobody here wrote",
        "",
        "Made by `python benchmarks/corpus.py`; the notebooks and the archives they come from are in "
        "`benchmarks/corpus.toml`.",
        "",
        f"**{len(good)} of {len(results)} reproduced** in a virtual environment made anew from the exported lock, "
        f"on Python {platform.python_version()}; {steady} of them without a cell that varies from run to run.",
        "",
        "Each notebook was run with tracking and without network (`run`), judged (`check`), exported with a proof "
        "(`export`), and the bundle verified (`verify`). Cells: identical, equivalent (within the stated tolerance or "
        "normalisation), unstable (they vary from run to run, which the bundle states with the cause and excludes from "
        "what it claims), other.",
        "",
        "| notebook | forecast | findings | order | venv | identical | equivalent | unstable | other | container |",
        "|---|---|---|---|---|---|---|---|---|---|",
        *(row(each) for each in results),
        "",
        "## What did not reproduce, and why",
        "",
    ]
    bad = [f"- **{each['name']}**: {why(each)}" for each in results if verdict(each, "venv") != "reproduced"]
    lines += bad or ["Nothing."]
    varying = list(unstable(results))
    lines += ["", "## Cells that vary from run to run", ""]
    lines += varying or ["None."]
    boxed = [each for each in results if each.get("docker")]
    lines += ["", "## In a container", ""]
    lines += [f"- {each['name']}: {verdict(each, 'docker')}. {because(each['docker'])}" for each in boxed]
    lines += [] if boxed else ["No engine answered."]
    ignored: Counter[str] = Counter()
    for each in results:
        ignored.update(((each.get("venv") or {}).get("answer") or {}).get("ignored", {}))
    lines += ["", "## Passed over in the comparisons", ""]
    lines += [f"- {kind}: {count}" for kind, count in sorted(ignored.items())] or ["Nothing."]
    return "\n".join(lines) + "\n"


def row(told: dict[str, Any]) -> str:
    """One line of the table."""
    check = (told.get("check") or {}).get("answer") or {}
    summary = check.get("summary") or {}
    forecast = ", ".join(
        f"{summary[kind]} {kind}" for kind in ("ok", "changes", "fails", "unknown") if summary.get(kind)
    )
    severities = Counter(finding["severity"] for finding in check.get("findings", ()))
    findings = ", ".join(f"{severities[kind]} {kind}" for kind in ("error", "warning", "info") if severities[kind])
    cells = Counter(cell["verdict"] for cell in (((told.get("venv") or {}).get("answer") or {}).get("cells") or ()))
    other = sum(cells.values()) - cells["identical"] - cells["equivalent"] - cells["unstable"]
    order = (((told.get("export") or {}).get("answer") or {}).get("rung")) or "-"
    counts = " | ".join(str(cells[kind]) for kind in ("identical", "equivalent", "unstable"))
    container = verdict(told, "docker") if told.get("docker") else ""
    return (
        f"| {told['name']} | {forecast or '-'} | {findings or 'none'} | {order} | {verdict(told, 'venv')} | {counts} | "
        f"{other} | {container} |"
    )


def verdict(told: dict[str, Any], room: str) -> str:
    """What a room said, or that it was not reached."""
    answer = (told.get(room) or {}).get("answer") or {}
    return str(answer.get("verdict") or "not reached")


def because(step: dict[str, Any]) -> str:
    """Why, from the answer or from the last words."""
    return str((step.get("answer") or {}).get("because") or step.get("words") or "no reason given")


def why(told: dict[str, Any]) -> str:
    """The step that stopped the loop, and its reason."""
    for step in ("venv", "export", "run"):
        if told.get(step):
            return f"`{step}`: {because(told[step])}"
    return "it was not reached"


def unstable(results: list[dict[str, Any]]) -> Iterator[str]:
    """A line for each notebook with cells that vary."""
    for told in results:
        cells = ((told.get("venv") or {}).get("answer") or {}).get("cells") or ()
        causes = [f"cell {cell['index'] + 1}: {cell['cause']}" for cell in cells if cell["verdict"] == "unstable"]
        if causes:
            yield f"- {told['name']}: {'; '.join(causes)}"


def main() -> int:
    """Run the corpus; 0 where at least four of five notebooks reproduced."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("act", nargs="?", choices=("run", "report"), default="run")
    usual = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "jupyter-repro" / "corpus"
    parser.add_argument("--work", type=Path, default=usual, help="where everything is made (%(default)s)")
    parser.add_argument("--sdists", type=Path, help="where source distributions are kept (default: WORK/sdists)")
    parser.add_argument("--only", default="", help="notebooks whose package or name contains this")
    parser.add_argument("--again", action="store_true", help="also those that have a result already")
    parser.add_argument("--jobs", type=int, default=1, help="how many at a time (%(default)s)")
    parser.add_argument("--no-container", action="store_true", help="leave the containers out")
    parser.add_argument("--page", type=Path, default=PAGE, help="the page to write (%(default)s)")
    args = parser.parse_args()
    work: Path = args.work.resolve()
    sdists: Path = args.sdists or work / "sdists"
    kept = work / "results"
    kept.mkdir(parents=True, exist_ok=True)
    chosen = books(args.only)
    if args.act == "run":
        fetch(chosen, sdists)
        env = environment(work)

        def take(book: Book) -> None:
            result = kept / f"{book.slug}.json"
            if result.exists() and not args.again:
                told = json.loads(result.read_text(encoding="utf-8"))
            else:
                told = prove(book, work, sdists, env)
                result.write_text(json.dumps(told, indent=1), encoding="utf-8")
                print(row(told), flush=True)
                if verdict(told, "venv") != "reproduced":
                    print(f"    {why(told)}", flush=True)
            if contained(book) and not args.no_container and "docker" not in told and "venv" in told:
                bundle = work / "books" / book.slug / "bundle"
                told["docker"] = repro("verify", bundle, "--in", "docker", "--timeout", CELL_SECONDS, "--json", env=env)
                result.write_text(json.dumps(told, indent=1), encoding="utf-8")
                print(f"{book.name} in a container: {verdict(told, 'docker')}. {because(told['docker'])}", flush=True)

        with ThreadPoolExecutor(args.jobs) as pool:
            list(pool.map(take, chosen))
    results = [
        json.loads((kept / f"{book.slug}.json").read_text(encoding="utf-8"))
        for book in books("")
        if (kept / f"{book.slug}.json").exists()
    ]
    args.page.parent.mkdir(parents=True, exist_ok=True)
    args.page.write_text(page(results), encoding="utf-8")
    good = sum(verdict(each, "venv") == "reproduced" for each in results)
    print(f"{good} of {len(results)} reproduced; see {args.page}")
    return 0 if good * 5 >= len(results) * 4 else 1


if __name__ == "__main__":
    sys.exit(main())
