"""Write ``docs/reference/capture.md``: what the capture sees of every way to touch a file, from the cases of the test suite.

``python -m benchmarks.coverage``: plays all cases in a real kernel, inside the project folder and outside it.
"""

from __future__ import annotations

import importlib.util
import tempfile
from pathlib import Path

from tests.capture.draw_cases import CASES as DRAWS
from tests.capture.file_cases import CASES
from tests.capture.file_way import Case
from tests.capture.test_draws import play_draws
from tests.capture.test_files import NOT_SEEN_OUTSIDE, Played, _judge, _play, _possible

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "capture.md"

HEAD = """\
# What the capture sees

The tables of this page are written by `python -m benchmarks.coverage` from the cases of `tests/capture`, each played in a real
kernel. "Inside" is below the kernel's working directory, where a folder watch (inotify) sees every process; "outside" is
everywhere else, where Python's own functions and the Python-level functions of native libraries are heard, and where the
folders that a cell names, in its text or in a variable it reads, are watched as well from before it runs.

## What is recorded of a run

- **Files** read, written and deleted, with digest and size, and whether a write kept earlier content; the user's own files apart
  from modules and noise. Folders are told by the files in them, links by both their ends.
- **Random numbers**: each generator the run drew from (`random`, numpy's, every `Generator`, `RandomState` and `Random` that a
  variable leads to within three steps: attributes, items, closures, defaults, classes, local modules; torch, torch.cuda and
  TensorFlow), from what state, and whether a reproducible seed led there. Seeding is heard wherever it happens, also in a local
  module or a library; what the seed was made of is followed through variables, arguments, defaults and return values.
- **The outside world**: clock, entropy (`uuid`, `secrets`, `os.urandom`, `hash` of a text, `id`), facts of the machine (working
  directory, host name, user, locale, processors), network (host and URL, status, length and digest of the body as it is read),
  child processes with exit status, threads and pools, prompts of `input()` with length and keyed digest of the answer.
- **Names of environment variables** that the user's code reads (`*` for all of them).
- **Settings** that changed, whoever changed them: folder, `sys.path`, environment, warnings, decimal, locale, logging, recursion
  limit, matplotlib, pandas, numpy, scikit-learn, xarray, torch, jax, TensorFlow, IPython's display; attributes set on modules.
- **The session**: interpreter, CPU and features, BLAS as it describes itself and its threads, GPU driver, commit and whether tracked
  files differ from it, distributions imported with the closure of their requirements (editable, VCS, local and conda told
  apart), shared libraries of the system. `jupyter repro log --json` adds the Debian packages that own these and the programs called.

## What is not seen

- **Files outside the project** in folders that neither the cell's text nor a variable it reads names, touched by another
  interpreter (spawned workers, loky, programs), by compiled classes that cannot be listened to (`io.FileIO`, `pyarrow.OSFile`
  and file systems, SQLite's `ATTACH`) or by libraries such as rasterio or GDAL: the run says so as a blind spot. Once one file
  of a folder was seen, that folder is watched. Below a folder that is named, the nearest 100 folders are.
- **A background program** that goes on after its cell: what it writes then belongs to nobody; the run says that it is running.
- **A file written and removed** in one run, outside the project, is not told, also where it was there before.
- **Secrets in the cell's own text** are in the journal as they are in the notebook; commands, URLs and error texts lose them.
- **Listing a folder**, `exists` and `stat` are not readings of a file and are not recorded.
- **Which process** touched a watched file. Notebooks (`*.ipynb`) are therefore reported only when the cell's own calls opened them.
- More than {limit} folders, or a system that grants fewer watches: the run says that the list is incomplete.
- Systems other than Linux have no folder watch: sizes and times are compared before and after a run, which shows what was written
  and removed but not what native libraries read. `jupyter repro doctor` says which layers are on.
- **A folder renamed by a program** (`!mv folder other`): the files are seen where they arrive, not where they left.
- torch 2.13 (CPU) and TensorFlow 2.21 (CPU) were tried by hand, GPUs were not to be had. An unseeded
  draw of TensorFlow is told by the text of the cell.
- **Generators** inside compiled libraries (polars, duckdb, LightGBM), in child processes, in containers of more than 20 items; draws of
  `jax`, whose keys are values like any other. A class that is given its seed inside a library is judged by the object it makes.
- **Clock and entropy** that a library asks on its own account, and calls that only a string or an operator names at run time
  (`operator.methodcaller("now")(datetime)`). Static resolution finds the other spellings, dispatch tables and `getattr` included, on
  every Python version, so that no call events are asked of `sys.monitoring`.
- **Network** of native libraries and child processes (a cell that names a remote address and uses such a library says so), bodies that
  `httpx` and `aiohttp` bring, sockets of other families than IP.
- **Children** started by `os.fork` or a library in C have no name; that one ended is seen.
- **Settings** kept inside compiled libraries, and changes undone within the same run.
- **Outputs** that forked children print, that a frontend routes into an Output widget, or of a plain IPython terminal.
- On Python 3.10 and 3.11 some functions are replaced while tracking (their `repr` shows it); numpy's `seed`, `default_rng` and `get_state`
  are on every version. Their frames are taken out of tracebacks that IPython or the `traceback` module show, a debugger still
  sees them.

"""

RANDOM = """
## Random numbers: {right} of {all} sessions

Each session is a few cells; what is told of its last one.

| session | recorded |
|---|---|
"""


def main() -> int:
    """Play, judge, write."""
    from jupyter_repro.capture.files.inotify import FOLDER_LIMIT

    with tempfile.TemporaryDirectory() as scratch:
        project, other = Path(scratch, "project"), Path(scratch, "other")
        project.mkdir()
        other.mkdir()
        inside, outside = _play(project, "data/"), _play(other, str(Path(scratch, "elsewhere")))
    played = [case for case in CASES if _possible(case)]
    rows = [f"| {case.name} | {_said(inside, case)} | {_said(outside, case)} |" for case in played]
    right = [sum(_said(where, case).startswith("seen") for case in played) for where in (inside, outside)]
    skipped = [case.name for case in CASES if not _possible(case)]
    text = HEAD.format(limit=FOLDER_LIMIT)
    text += f"## Files: {right[0]} of {len(played)} inside, {right[1]} of {len(played)} outside\n\n"
    text += "| way | inside the project | outside it |\n|---|---|---|\n" + "\n".join(rows) + "\n"
    if skipped:
        text += f"\nNot played here, because the library is not installed: {', '.join(skipped)}.\n"
    text += _random_numbers()
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(text)
    print(f"{PAGE.name}: {right[0]} and {right[1]} of {len(played)}")
    return 0


def _random_numbers() -> str:
    """The table of the sessions that draw."""
    rows, right = [], 0
    played_draws = [case for case in DRAWS if all(importlib.util.find_spec(name) for name in case.needs)]
    with tempfile.TemporaryDirectory() as folder:
        for case in played_draws:
            found = play_draws(case, Path(folder))
            right += found == case.drawn
            told = ", ".join(f"`{name}` {'seeded' if seeded else 'not seeded'}" for name, seeded in found.items())
            rows.append(f"| {case.name} | {told or 'nothing drawn'}{'' if found == case.drawn else ' **wrong**'} |")
    return RANDOM.format(right=right, all=len(played_draws)) + "\n".join(rows) + "\n"


def _said(played: Played, case: Case) -> str:
    problem = _judge(played, case)
    if not problem:
        return "seen" if case.touches else "seen (nothing reported)"
    return f"missed: {NOT_SEEN_OUTSIDE[case.name]}" if case.name in NOT_SEEN_OUTSIDE else f"**{problem}**"


if __name__ == "__main__":
    raise SystemExit(main())
