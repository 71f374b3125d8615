"""How long the judgement takes on a large history: a notebook of 1,000 cells with 10,000 recorded runs.

    python benchmarks/judgement_speed.py [--cells 1000] [--runs 10000] [--profile]

Prints milliseconds of CPU time for reading the journals, the forecast and the findings: cold, after one more run, and
on bare text.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import json
import pstats
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat

from jupyter_repro import shown
from jupyter_repro.journal import schema
from jupyter_repro.journal.folder import journal_folder, journal_name
from jupyter_repro.journal.writer import JournalWriter
from jupyter_repro.model import document as documents
from jupyter_repro.model import history as histories
from jupyter_repro.records import RunRecord, SessionHeader


def source_of(number: int) -> str:
    """A cell of a plausible size; each rests on two above it."""
    if number % 10 == 0:
        return f"import numpy as np\nimport pandas as pd\nv{number} = {number}"
    near, far = number - 1, number - number % 10
    return (
        f"# step {number}\nv{number} = v{near} + v{far} * {number % 7}\n"
        f"if v{number} > 10:\n    w = [x * v{near} for x in range(3)]\nelse:\n    w = []\nprint(v{number}, sum(w))"
    )


def make(folder: Path, cells: int, runs: int) -> Path:
    """A notebook and its journal: everything run in order, then cells picked at random, a few edited in between."""
    chance = random.Random(7)
    sources = [source_of(number) for number in range(cells)]
    counts = [0] * cells
    notebook = folder / "large.ipynb"
    header = SessionHeader(
        id="0" * 32,
        started="2026-01-01T00:00:00+00:00",
        python="3.11.0",
        implementation="cpython",
        executable="python",
        platform="linux",
        cwd=str(folder),
        notebook=str(notebook),
    )
    writer = JournalWriter(journal_folder(notebook) / journal_name(header.started, header.id))
    writer.append(schema.header_line(header))
    for n in range(1, runs + 1):
        number = n - 1 if n <= cells else chance.randrange(cells)
        if n > cells and chance.random() < 0.02:
            sources[number] += "\n"
        counts[number] = n
        writer.append(schema.run_line(run_of(n, number, sources[number])))
    writer.close()
    book = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "p", "language": "python"}}
    )
    for number, source in enumerate(sources):
        cell = nbformat.v4.new_code_cell(source, id=f"c{number}", execution_count=counts[number])
        if number % 10:
            cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=f"{number}\n")]
        book.cells.append(cell)
    nbformat.write(book, notebook)
    return notebook


def run_of(n: int, number: int, source: str) -> RunRecord:
    """What the tracker would have recorded."""
    mark = "=" + shown.digest(str(number))
    if number % 10 == 0:
        reads, writes = {}, {"np": "=np", "pd": "=pd", f"v{number}": mark}
    else:
        near, far = number - 1, number - number % 10
        reads = {f"v{each}": "=" + shown.digest(str(each)) for each in {near, far}}
        writes = {f"v{number}": mark, "w": mark}
    return RunRecord(
        n=n,
        cell=f"c{number}",
        source=source,
        source_digest=shown.digest(source),
        started="2026-01-01T00:00:00+00:00",
        ended="2026-01-01T00:00:01+00:00",
        status="ok",
        execution_count=n,
        reads=reads,
        writes=writes,
        kinds=dict.fromkeys(writes, "int"),
        outputs=shown.outputs(
            [{"output_type": "stream", "name": "stdout", "text": f"{number}\n"}] if number % 10 else []
        ),
    )


def timed(name: str, act: Callable[[], Any]) -> Any:
    gc.collect()
    began = time.process_time()
    result = act()
    print(f"{name:<44}{(time.process_time() - began) * 1000:9.1f} ms")
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--profile", action="store_true", help="where the time of the cold forecast goes")
    args = parser.parse_args()
    from jupyter_repro.analysis.engine import analyse
    from jupyter_repro.analysis.forecast import forecast
    from jupyter_repro.analysis.selection import Config

    with tempfile.TemporaryDirectory() as place:
        notebook = make(Path(place), args.cells, args.runs)
        document = timed("read the notebook", lambda: documents.read(notebook))
        history = timed("read the journal, cold", lambda: histories.load(document))
        if args.profile:
            with cProfile.Profile() as profile:
                forecast(document, history)
            pstats.Stats(profile).sort_stats("cumulative").print_stats(35)
            return
        first = timed("forecast, cold", lambda: forecast(document, history))
        timed("forecast again", lambda: forecast(document, history))
        timed("forecast and findings, cold rules", lambda: analyse(document, history, Config()))
        append(notebook, args.runs + 1)
        again = timed("read the journal after one more run", lambda: histories.load(document))
        timed("forecast after one more run", lambda: forecast(document, again))
        timed("forecast and findings after one more run", lambda: analyse(document, again, Config()))
        print(json.dumps(dict(first.counts)))
        bare = documents.read(notebook)
        small = documents.Document(path=notebook, cells=bare.cells[:100], kernel=bare.kernel, notebook=bare.notebook)
        timed("static check of 100 cells, no journal", lambda: analyse(small, histories.History(), Config()))


def append(notebook: Path, n: int) -> None:
    """One more run in the same journal."""
    journal = next(journal_folder(notebook).glob("*.jsonl"))
    with journal.open("a") as stream:
        stream.write(json.dumps(schema.run_line(run_of(n, 5, source_of(5)))) + "\n")


if __name__ == "__main__":
    main()
