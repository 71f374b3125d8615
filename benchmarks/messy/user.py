"""A simulated user: runs everything, then reruns, edits, renames, deletes, moves, tries things out, restarts, saves."""

from __future__ import annotations

import ast
import json
import random
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from messy.kernel import LiveKernel

Cell = dict[str, Any]

MIXES: dict[str, tuple[str, ...]] = {
    "all": ("rerun", "rerun", "edit", "edit+run", "rename", "delete", "move", "ghost", "scratch", "recompute"),
    "state": ("rerun", "rerun", "edit", "edit+run", "edit+run", "ghost", "ghost", "recompute"),
    "wild": (
        "rename+run",
        "duplicate",
        "swap",
        "restart+part",
        "edit+run",
        "undo",
        "insert",
        "delete+recompute",
        "ghost",
        "file",
        "setting",
        "shift",
        "alias",
        "notes",
        "flag",
        "magic",
        "break",
        "del",
        "restart+most",
    ),
}
"""Kinds of sessions: what this user may do, by weight. ``wild`` holds what the other two never do."""

_TRY = {
    "int": "{n} = {n} + 1",
    "float": "{n} = {n} * 1.5",
    "list": "{n}.append({n}[0] if {n} else 0)",
    "dict": "{n}['_scratch'] = 1",
    "ndarray": "{n} = {n} * 2",
    "DataFrame": "{n}.drop({n}.index[:1], inplace=True)",
}
_SETTINGS = (
    "import numpy as np\nnp.set_printoptions(precision=3)",
    "import pandas as pd\npd.set_option('display.precision', 3)",
    "import matplotlib.pyplot as plt\nplt.rcParams['figure.figsize'] = (4, 3)",
    "from math import *",
    "import warnings\nwarnings.simplefilter('ignore')",
)
_MAGICS = (
    "%matplotlib inline\nhelped = 1\nprint(helped)",
    "%run helper.py\nprint(helped)",
    "%%capture said\nhelped = 2\nprint(helped)",
    "!echo there\nhelped = 4",
    "try:\n    import not_there_at_all as helper\nexcept ImportError:\n    helper = None\nprint(helper)",
)
_SHIFTS = (
    "import numpy as np\n_ = np.random.rand(3)",
    "import numpy as np\nnp.random.seed(7)",
    "import random\nrandom.random();",
)
_KINDS = (
    "import json as _j;print(_j.dumps({k:type(v).__name__ for k,v in list(globals().items()) "
    "if not k.startswith('_') and k not in ('In', 'Out') and type(v).__name__ in ('int','float','list','dict','ndarray','DataFrame')}))"
)


class User:
    """Works on one notebook. `play` gives the cells as left in the document and what was done."""

    def __init__(self, start: Callable[[], LiveKernel], folder: Path, cells: list[Cell], chance: random.Random) -> None:
        self._start = start
        self._folder = folder
        self._chance = chance
        self._kernel = start()
        self.cells = [dict(cell) for cell in cells]
        self.done: list[tuple[str, str]] = []
        self._earlier: dict[str, str] = {}

    def play(self, mix: str, steps: int) -> None:
        """Run all, then ``steps`` things of the mix."""
        try:
            for cell in self.cells:
                self._run(cell)
            for _ in range(steps):
                what = self._chance.choice(MIXES[mix])
                cell = self._chance.choice(self.cells)
                if self._do(what, cell) is not False:
                    self.done.append((what, cell["id"]))
        finally:
            self._kernel.stop()

    def _run(self, cell: Cell) -> None:
        cell["outputs"], cell["count"] = self._kernel.run(cell["source"], cell["id"])

    def _do(self, what: str, cell: Cell) -> bool | None:
        place = self.cells.index(cell)
        match what:
            case "rerun":
                self._run(cell)
            case "edit" | "edit+run" | "rename" | "rename+run":
                changed = (renamed if what.startswith("rename") else with_other_number)(cell["source"], self._chance)
                if changed is None:
                    return False
                self._earlier[cell["id"]] = cell["source"]
                cell["source"] = changed
                if what.endswith("+run"):
                    self._run(cell)
            case "undo":
                if cell["id"] not in self._earlier:
                    return False
                cell["source"] = self._earlier.pop(cell["id"])
            case "delete" | "delete+recompute":
                if len(self.cells) <= 3:
                    return False
                del self.cells[place]
                if what.endswith("recompute"):
                    for each in self.cells[place : place + 3]:
                        self._run(each)
            case "move":
                self.cells.insert(self._chance.randrange(len(self.cells)), self.cells.pop(place))
            case "swap":
                if place + 1 >= len(self.cells):
                    return False
                self.cells[place], self.cells[place + 1] = self.cells[place + 1], self.cells[place]
            case "duplicate":
                copy = {"id": self._new_id(), "source": cell["source"]}
                self.cells.insert(place + 1, copy)
                self._run(copy)
            case "insert":
                name = self._chance.choice(sorted(self._kinds()) or ["_"])
                new = {"id": self._new_id(), "source": f"print(repr({name})[:200])"}
                self.cells.insert(place, new)
                self._run(new)
            case "ghost" | "scratch":
                kinds = self._kinds()
                if not kinds:
                    return False
                name = self._chance.choice(sorted(kinds))
                new = {"id": self._new_id(), "source": _TRY[kinds[name]].format(n=name)}
                self._run(new)
                if what == "scratch":
                    self.cells.insert(0, new)
            case "recompute":
                for each in self.cells[place : place + 3]:
                    self._run(each)
            case "restart+part":
                self._kernel.stop()
                self._kernel = self._start()
                for each in self.cells[: max(place, 1)]:
                    self._run(each)
            case "restart+most":
                self._kernel.stop()
                self._kernel = self._start()
                for each in [*self.cells[:place], *self.cells[place + 1 :]]:
                    self._run(each)
            case "setting":
                self._aside(self._chance.choice(_SETTINGS), place if self._chance.random() < 0.5 else None)
            case "shift":
                self._aside(self._chance.choice(_SHIFTS), place if self._chance.random() < 0.3 else None)
            case "alias" | "del":
                names = sorted(name for name, kind in self._kinds().items() if kind not in ("int", "float"))
                if not names:
                    return False
                name = self._chance.choice(names)
                if what == "del":
                    self._aside(f"del {name}", None)
                else:
                    self._aside(f"also_{name} = {name}", place + 1)
                    self._aside(_TRY[self._kinds()[name]].format(n=f"also_{name}"), None)
            case "notes":
                name = self._chance.choice(sorted(self._kinds()) or ["_"])
                self._aside(f"with open('notes.txt', 'w') as out:\n    out.write(repr({name})[:40])", place)
                self._aside("print(open('notes.txt').read())", self._chance.randrange(len(self.cells) + 1))
                if self._chance.random() < 0.5:
                    self._aside("with open('notes.txt', 'a') as out:\n    out.write('.')", None)
            case "flag":
                new = self._aside("if 'times' not in globals():\n    times = 0\ntimes += 1\nprint(times)", place)
                if self._chance.random() < 0.5:
                    self._run(new)
            case "magic":
                (self._folder / "helper.py").write_text("helped = 3\n")
                self._aside(self._chance.choice(_MAGICS), place)
            case "break":
                broken = cell["source"]
                cell["source"] = f"{broken}\nnot_defined_anywhere"
                self._run(cell)
                if self._chance.random() < 0.5:
                    cell["source"] = broken
            case "file":
                files = sorted(path for path in self._folder.glob("*.[ct][sx][vt]") if path.stat().st_size < 1_000_000)
                if not files:
                    return False
                path = self._chance.choice(files)
                lines = path.read_text(errors="replace").splitlines(keepends=True)
                path.write_text("".join(lines[:-1] if len(lines) > 2 else [*lines, *lines[-1:]]))
        return None

    def _aside(self, source: str, place: int | None) -> Cell:
        """Run a new cell; it stays in the document at ``place``, None: it is deleted again."""
        new = {"id": self._new_id(), "source": source}
        self._run(new)
        if place is not None:
            self.cells.insert(place, new)
        return new

    def _kinds(self) -> dict[str, str]:
        outputs, _ = self._kernel.run(_KINDS, silent=True)
        try:
            found: dict[str, str] = json.loads("".join(output.get("text", "") for output in outputs))
        except ValueError:
            return {}
        return found

    def _new_id(self) -> str:
        return uuid.UUID(int=self._chance.getrandbits(128)).hex[:8]


def with_other_number(source: str, chance: random.Random) -> str | None:
    """The source with one number in it raised by one, None where it has none."""
    numbers = [
        node
        for node in _nodes(source)
        if isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.lineno == node.end_lineno
    ]
    if not numbers:
        return None
    node = chance.choice(numbers)
    return _replaced(source, node, repr(node.value + 1))  # type: ignore[operator]


def renamed(source: str, chance: random.Random) -> str | None:
    """The source with one name that it assigns renamed there, and only there; None where it assigns none."""
    targets = [
        target
        for node in _nodes(source)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]
    if not targets:
        return None
    target = chance.choice(targets)
    return _replaced(source, target, f"{target.id}_v2")


def _nodes(source: str) -> list[ast.AST]:
    try:
        return list(ast.walk(ast.parse(source)))
    except SyntaxError:
        return []


def _replaced(source: str, node: ast.expr, text: str) -> str:
    lines = source.split("\n")
    line = lines[node.lineno - 1].encode()
    lines[node.lineno - 1] = (line[: node.col_offset] + text.encode() + line[node.end_col_offset :]).decode()
    return "\n".join(lines)
