"""Write ``docs/reference/capture.md``: what the capture sees of every way to touch a file, from the cases of the test suite.

``python -m benchmarks.coverage``: plays all cases in a real kernel, inside the project folder and outside it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.capture.file_cases import CASES
from tests.capture.file_way import Case
from tests.capture.test_files import NOT_SEEN_OUTSIDE, Played, _judge, _play, _possible

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "capture.md"

HEAD = """\
# What the capture sees

The files part of this page is written by `python -m benchmarks.coverage` from the cases of `tests/capture/file_cases.py`, each
played in a real kernel. "Inside" is below the kernel's working directory, where a folder watch (inotify) sees every process;
"outside" is everywhere else, where Python's own functions and the Python-level functions of native libraries are heard.

## What is not seen

- **Files outside the project** that another interpreter touches (spawned workers, loky, programs), unless the cell's own text names
  their absolute path in a shell command. Every run with a child process says so as a blind spot.
- **Files outside the project** of native libraries whose Python functions we do not listen to, or of methods of compiled classes
  (`netCDF4.Dataset` used directly, a `duckdb` connection's `execute`). Once one file of a folder was seen, that folder is watched.
- **Which process** touched a watched file. Notebooks (`*.ipynb`) are therefore reported only when the cell's own calls opened them.
- More than {limit} folders, or a system that grants fewer watches: the run says that the list is incomplete.
- Systems other than Linux have no folder watch; patched calls remain. `jupyter repro doctor` says which layers are on.
- **Clock and entropy** that a library asks on its own account; values, answers and bodies of network traffic; network of native
  libraries and child processes.
- **Outputs** that forked children print, that a frontend routes into an Output widget, or of a plain IPython terminal.
- On Python 3.10 and 3.11 some functions are replaced while tracking (their `repr` shows it); their frames are taken out of
  tracebacks that IPython or the `traceback` module show, a debugger still sees them.

"""


def main() -> int:
    """Play, judge, write."""
    from jupyter_repro.capture.inotify import FOLDER_LIMIT

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
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(text)
    print(f"{PAGE.name}: {right[0]} and {right[1]} of {len(played)}")
    return 0


def _said(played: Played, case: Case) -> str:
    problem = _judge(played, case)
    if not problem:
        return "seen" if case.touches else "seen (nothing reported)"
    return f"missed: {NOT_SEEN_OUTSIDE[case.name]}" if case.name in NOT_SEEN_OUTSIDE else f"**{problem}**"


if __name__ == "__main__":
    raise SystemExit(main())
