"""A kernel in miniature: really runs cells, records what it did, and tells the truth of a replay by replaying.

It records what the capture records (its contract is `RunRecord`), from full knowledge: every value is pickled before
and after each run. So these tests judge the forecast alone; the capture has its own.
"""

from __future__ import annotations

import ast
import contextlib
import decimal
import hashlib
import io
import os
import pickle
import random
import types
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest import mock

from jupyter_repro import shown
from jupyter_repro.analysis.code.cellcode import PREDEFINED, parse
from jupyter_repro.analysis.runs.remembered import remembered
from jupyter_repro.capture.failure import failure_of
from jupyter_repro.capture.values.bindings import kind_of, size_of
from jupyter_repro.model.document import Document, DocumentCell
from jupyter_repro.model.history import History
from jupyter_repro.records import (
    Distribution,
    Draw,
    FileTouch,
    RunRecord,
    Seed,
    SessionHeader,
    SessionRecord,
    SettingChange,
)

_really_open = open
Outputs = tuple[dict[str, Any], ...]


def fingerprint(value: object) -> str:
    if isinstance(value, types.ModuleType):
        return "=" + shown.digest(value.__name__)
    if isinstance(value, types.FunctionType):
        consts = [each for each in value.__code__.co_consts if not isinstance(each, types.CodeType)]
        return "=" + shown.digest(value.__code__.co_code + repr((consts, value.__defaults__)).encode())
    if isinstance(value, type):
        return "=" + shown.digest(repr(sorted(map(str, vars(value)))))
    try:
        return "=" + shown.digest(pickle.dumps(value))
    except (pickle.PicklingError, AttributeError, TypeError):
        return "?"


class Kernel:
    """Runs sources in a namespace. ``seed`` stands for the entropy of a fresh process."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.namespace: dict[str, Any] = {"__name__": "__main__"}
        self.opened: list[tuple[str, str]] = []
        """Files by name, and the modes in which they were opened, in order."""
        self.folder = folder
        self._result: object = None
        random.seed(seed)
        decimal.setcontext(decimal.Context())

    def execute(self, source: str) -> tuple[Outputs, BaseException | None]:
        stdout, here = io.StringIO(), Path.cwd()
        outputs: list[dict[str, Any]] = []
        error: BaseException | None = None
        os.chdir(self.folder)
        try:
            with contextlib.redirect_stdout(stdout), mock.patch("builtins.open", self._open):
                tree = ast.parse(source)
                last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
                exec(compile(tree, "<cell>", "exec"), self.namespace)
                if isinstance(last, ast.Expr):
                    value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), self.namespace)
                    if value is not None:
                        outputs.append({"output_type": "execute_result", "data": {"text/plain": repr(value)}})
                        self._remember(value)
        except (Exception, SystemExit, KeyboardInterrupt) as caught:
            error = caught
            outputs.append({"output_type": "error", "ename": type(caught).__name__, "evalue": str(caught)})
        finally:
            os.chdir(here)
        if stdout.getvalue():
            outputs.insert(0, {"output_type": "stream", "name": "stdout", "text": stdout.getvalue()})
        return tuple(outputs), error

    def _remember(self, value: object) -> None:
        """As IPython does: ``_`` is the last result, unless the user has given it another value."""
        if self.namespace.get("_") is self._result:
            self.namespace["_"] = self._result = value

    def _open(self, path: Any, mode: str = "r", *rest: Any, **words: Any) -> Any:
        self.opened.append((Path(path).name, mode))
        return _really_open(path, mode, *rest, **words)

    def names(self) -> dict[str, Any]:
        return {
            name: value
            for name, value in self.namespace.items()
            if not name.startswith("__") and not (name == "_" and value is self._result)
        }


@dataclass
class Notebook:
    """A user at work: cells that can be edited, moved and deleted, and kernel sessions in which they run."""

    folder: Path
    cells: list[DocumentCell] = field(default_factory=list)
    sessions: list[SessionRecord] = field(default_factory=list)
    kernel: Kernel | None = None
    runs: list[RunRecord] = field(default_factory=list)
    seeded: bool = False
    version: str = "1.0"
    """Of the library that brings the module ``math``."""

    # editing
    def add(self, *sources: str) -> None:
        for source in sources:
            self.cells.append(DocumentCell(id=f"c{len(self.cells)}", index=len(self.cells), source=source))

    def place(self, cell: str) -> int:
        return next(number for number, each in enumerate(self.cells) if each.id == cell)

    def edit(self, cell: str, source: str) -> None:
        self._replace(cell, source=source)

    def delete(self, cell: str) -> None:
        del self.cells[self.place(cell)]

    def move(self, cell: str, to: int) -> None:
        self.cells.insert(to, self.cells.pop(self.place(cell)))

    def split(self, cell: str, line: int) -> None:
        """Cut a cell before a line, counted from 0; the lower half, a new cell, keeps the outputs."""
        lines, place = self.cells[self.place(cell)].source.split("\n"), self.place(cell)
        self.cells.insert(place + 1, replace(self.cells[place], id=f"{cell}-lower", source="\n".join(lines[line:])))
        self._replace(cell, source="\n".join(lines[:line]), outputs=(), execution_count=None)

    def merge(self, cell: str) -> None:
        """Join a cell with the next one; the outputs of both are gone."""
        lower = self.cells.pop(self.place(cell) + 1)
        source = f"{self.cells[self.place(cell)].source}\n\n{lower.source}"
        self._replace(cell, source=source, outputs=(), execution_count=None)

    def _replace(self, cell: str, **changes: Any) -> None:
        place = self.place(cell)
        old = self.cells[place]
        fields = {name: getattr(old, name) for name in ("id", "index", "source", "execution_count", "outputs")}
        self.cells[place] = DocumentCell(**{**fields, **changes})

    # running
    def run(self, *cells: str) -> None:
        for cell in cells:
            source = self.cells[self.place(cell)].source
            outputs, count = self._record(cell, source)
            self._replace(cell, outputs=outputs, execution_count=count)

    def run_all(self) -> None:
        self.run(*(cell.id for cell in self.cells))

    def scratch(self, source: str) -> None:
        """A cell that is run once and removed."""
        self._record("scratch", source)

    def restart(self) -> None:
        self._close()
        self.kernel, self.runs, self.seeded = None, [], False

    def _record(self, cell: str, source: str) -> tuple[Outputs, int]:
        if self.kernel is None:
            self.kernel = Kernel(self.folder, seed=17 + len(self.sessions))
        names = self.kernel.names()
        marks = {name: fingerprint(value) for name, value in names.items()}
        files = self._files()
        self.kernel.opened.clear()
        state = shown.digest(repr(random.getstate()))
        precision = str(decimal.getcontext().prec)
        outputs, error = self.kernel.execute(source)
        after = self.kernel.names()
        needed = self._needed(source, after)
        static = parse(source).names
        moved = shown.digest(repr(random.getstate())) != state
        seeds = tuple([Seed(generator="random", value="0", origin="constant")] if "random.seed(" in source else [])
        self.seeded = self.seeded or bool(seeds)
        run = RunRecord(
            n=len(self.runs) + 1,
            cell=cell,
            source=source,
            source_digest=shown.digest(source),
            started="2026-01-01T00:00:00Z",
            ended="2026-01-01T00:00:00Z",
            status="error" if error else "ok",
            execution_count=len(self.runs) + 1,
            error=failure_of(error, self.kernel.namespace, source) if error else None,
            reads={
                **{name: marks.get(name, "") for name in sorted(needed)},
                **{name: "?" for name in remembered(source) if name == "_" and name not in marks},
            },
            writes={
                name: fingerprint(value)
                for name, value in after.items()
                if (name in static.binds.keys() - static.unsure and error is None)
                or name not in names
                or names[name] is not value
            },
            mutates={
                name: fingerprint(value)
                for name, value in after.items()
                if name in names
                and names[name] is value
                and fingerprint(value) != marks[name]
                and name not in static.binds
            },
            deletes=tuple(name for name in names if name not in after),
            kinds={name: kind_of(value) for name, value in after.items()},
            sizes={name: size for name, value in after.items() if (size := size_of(value, kind_of(value)))},
            aliases=tuple(self._aliases(after)),
            files=tuple(self._touched(files, self.kernel.opened)),
            seeds=seeds,
            draws=(
                Draw(
                    generator="random",
                    before="=" + state,
                    after="=" + shown.digest(repr(random.getstate())),
                    seeded=self.seeded,
                ),
            )
            if moved
            else (),
            settings=(SettingChange(name="decimal:precision", before=precision, after=str(decimal.getcontext().prec)),)
            if precision != str(decimal.getcontext().prec)
            else (),
            outputs=shown.outputs(outputs),
        )
        self.runs.append(run)
        return outputs, run.n

    def _needed(self, source: str, namespace: dict[str, Any]) -> set[str]:
        found, waiting = set(), {*parse(source).names.needed}
        while waiting:
            name = waiting.pop()
            if name in PREDEFINED or name in found:
                continue
            found.add(name)
            value = namespace.get(name)
            if isinstance(value, types.FunctionType):
                waiting |= {each for each in value.__code__.co_names if each in namespace}
        return found

    def _aliases(self, names: dict[str, Any]) -> list[tuple[str, ...]]:
        groups: dict[int, list[str]] = {}
        for name, value in names.items():
            inside = vars(value).values() if type(value).__module__ == "__main__" else []
            for each in (value, *inside):
                if isinstance(each, (list, dict, set)):
                    groups.setdefault(id(each), []).append(name)
        return [tuple(group) for group in groups.values() if len(group) > 1]

    def _files(self) -> dict[str, str]:
        return {
            path.name: "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
            for path in self.folder.iterdir()
            if path.is_file()
        }

    def _touched(self, before: dict[str, str], opened: list[tuple[str, str]]) -> list[FileTouch]:
        """As the capture tells them: a file that was read and then overwritten has no digest as it was read."""
        now = self._files()
        modes: dict[str, list[str]] = {}
        for name, mode in opened:
            modes.setdefault(name, []).append(mode)
        touched = []
        for name, used in modes.items():
            reads, writes = [mode[0] == "r" for mode in used], [mode[0] in "wa" for mode in used]
            if name not in now:
                continue
            if reads[0]:
                touched.append(FileTouch(path=name, mode="read", digest=None if any(writes) else now[name]))
            if any(writes):
                kept = name in before and "w" not in used
                touched.append(FileTouch(path=name, mode="write", digest=now[name], kept=kept))
        touched += [FileTouch(path=name, mode="delete") for name in before if name not in now]
        return touched

    def _close(self) -> None:
        if self.kernel is not None:
            self.sessions.append(self._session())

    def _session(self) -> SessionRecord:
        header = SessionHeader(
            id=f"session-{len(self.sessions)}", started="2026-01-01T00:00:00Z", python="3.11", implementation="cpython",
            executable="python", platform="linux", cwd=str(self.folder),
        )  # fmt: skip
        library = Distribution(name="mathlib", version=self.version, modules=("math",))
        return SessionRecord(header=header, runs=tuple(self.runs), distributions=(library,))

    # judging
    @property
    def document(self) -> Document:
        return Document(path=self.folder / "notebook.ipynb", cells=tuple(self.cells), kernel="python3", notebook=None)

    @property
    def history(self) -> History:
        open_session = [self._session()] if self.kernel is not None and self.runs else []
        return History(sessions=(*self.sessions, *open_session))

    def truth(self) -> dict[str, str]:
        """What Restart & Run All really does to each cell, by doing it."""
        kernel = Kernel(self.folder, seed=4711)
        verdicts = {}
        for cell in self.cells:
            outputs, error = kernel.execute(cell.source)
            showed_error = any(each["output_type"] == "error" for each in cell.outputs)
            if error is not None and not showed_error:
                verdicts[cell.id] = "fails"
            else:
                verdicts[cell.id] = "ok" if shown.outputs(outputs) == shown.outputs(cell.outputs) else "changes"
        return verdicts
