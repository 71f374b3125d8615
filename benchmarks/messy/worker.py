"""A user at a desk: works down a notebook, peeks, tries things, changes their mind, splits and merges, errs, comes back.

Where `user.User` does what a program can do to any notebook, this one does to `written` notebooks what their text says
that a person would.
"""

from __future__ import annotations

import ast
import random
import uuid
from collections.abc import Callable
from typing import Any

from messy.kernel import LiveKernel
from messy.written import Book

Cell = dict[str, Any]

DAYS: dict[str, tuple[str, ...]] = {
    "desk": ("rerun", "rerun", "peek", "peek", "other+run", "other+run", "other", "aside", "aside", "kept aside",
             "on from here", "number+run", "number", "back"),
    "layout": ("split", "split+run", "merge", "merge+run", "paste", "delete", "undelete", "move", "to markdown",
               "clear", "comment out", "swap lines", "rename all", "rename all+run", "rerun", "aside", "on from here"),
    "mishap": ("typo", "typo", "interrupted", "restart", "restart+part", "restart+all", "file", "file+run",
               "other+run", "aside", "aside", "rerun", "del", "on from here", "reopened"),
}  # fmt: skip
"""Kinds of days: what this user may do, by weight."""

LATE = ("no tracker at first", "tracker in between")
"""Ways to have begun before anything was recorded."""

_PEEKS = ("{n}", "print({n})", "type({n})", "{n}.__class__.__name__", "repr({n})[:60]", "len(dir({n}))", "_")


class Worker:
    """Works on one notebook. ``cells`` is what the document holds in the end, ``done`` what was done."""

    def __init__(
        self, start: Callable[[bool], LiveKernel], write: Callable[[str, str], None], book: Book, chance: random.Random
    ) -> None:
        self._start = start
        """Starts a kernel, with the tracker or without."""
        self._write = write
        """Changes a file."""
        self._book = book
        self._chance = chance
        self.cells = [dict(cell) for cell in book.cells]
        self.done: list[tuple[str, str]] = []
        self._earlier: dict[str, str] = {}
        self._removed: list[tuple[int, Cell]] = []

    def play(self, day: str, steps: int) -> None:
        """Work through the notebook, then ``steps`` things of such a day."""
        late = self._chance.choice(LATE) if day == "late" else None
        self._kernel = self._start(late is None)
        try:
            self._first(late)
            for _ in range(steps):
                what = self._chance.choice(DAYS["mishap" if day == "late" else day])
                cell = self._chance.choice(self.cells)
                if self._do(what, cell, self.cells.index(cell)) is not False:
                    self.done.append((what, cell["id"]))
        finally:
            self._kernel.stop()

    def _first(self, late: str | None) -> None:
        """Run everything: mostly in order, some cells twice, left out or too early."""
        order = list(self.cells)
        if self._chance.random() < 0.4:
            place = self._chance.randrange(len(order))
            order.insert(self._chance.randrange(len(order)), order.pop(place))
            self.done.append(("first out of order", self.cells[place]["id"]))
        turn = self._chance.randrange(len(order))
        for number, cell in enumerate(order):
            if late == "tracker in between" and number == turn:
                self._kernel.run("%load_ext jupyter_repro", silent=True)
            self._run(cell)
            if self._chance.random() < 0.04:
                self._run(cell)
                self.done.append(("twice at first", cell["id"]))
        if late is not None:
            self.done.append((late, order[turn]["id"]))
        if late == "no tracker at first":
            self._restart()
            for cell in self.cells[:turn]:
                self._run(cell)

    def _run(self, cell: Cell) -> None:
        cell["outputs"], cell["count"] = self._kernel.run(cell["source"], cell["id"])

    def _restart(self) -> None:
        self._kernel.stop()
        self._kernel = self._start(True)

    def _edit(self, cell: Cell, source: str | None, *, run: bool) -> bool:
        if source is None or source == cell["source"]:
            return False
        self._earlier[cell["id"]] = cell["source"]
        cell["source"] = source
        if run:
            self._run(cell)
        return True

    def _new(self, source: str) -> Cell:
        return {"id": uuid.UUID(int=self._chance.getrandbits(128)).hex[:8], "source": source}

    def _do(self, what: str, cell: Cell, place: int) -> bool | None:
        what, run = what.removesuffix("+run"), what.endswith("+run")
        source, chance = cell["source"], self._chance
        match what:
            case "rerun":
                self._run(cell)
            case "on from here":
                for each in self.cells[place : place + 4]:
                    self._run(each)
            case "peek":
                names = sorted({*bound(source)})
                if not names:
                    return False
                new = self._new(chance.choice(_PEEKS).format(n=chance.choice(names)))
                self._run(new)
                if chance.random() < 0.4:
                    self.cells.insert(place + 1, new)
            case "aside" | "kept aside":
                new = self._new(chance.choice(self._book.asides))
                self._run(new)
                if what == "kept aside":
                    self.cells.insert(place + 1, new)
            case "other":
                return self._edit(cell, chance.choice(self._book.others.get(cell["id"], [None])), run=run)
            case "number":
                return self._edit(cell, other_number(source, chance), run=run)
            case "back":
                return self._edit(cell, self._earlier.get(cell["id"]), run=chance.random() < 0.5)
            case "comment out" | "swap lines":
                change = without_a_line if what == "comment out" else with_lines_swapped
                return self._edit(cell, change(source, chance), run=chance.random() < 0.6)
            case "rename all":
                return self._rename(cell, run=run)
            case "split":
                return self._split(cell, place, run=run)
            case "merge":
                return self._merge(cell, place, run=run)
            case "paste":
                self.cells.insert(chance.randrange(len(self.cells)), {**cell, "id": self._new("")["id"]})
            case "delete" | "to markdown":
                if len(self.cells) < 4:
                    return False
                kept = {"outputs": [], "count": None} if what == "to markdown" else {}
                self._removed.append((place, {**cell, **kept}))
                del self.cells[place]
            case "undelete":
                if not self._removed:
                    return False
                self.cells.insert(*self._removed.pop())
            case "move":
                self.cells.insert(chance.randrange(len(self.cells)), self.cells.pop(place))
            case "clear":
                cell["outputs"], cell["count"] = [], None
            case "typo":
                broken = with_typo(source, chance)
                if broken is None:
                    return False
                cell["source"] = broken
                self._run(cell)
                if chance.random() < 0.8:
                    cell["source"] = source
                    if chance.random() < 0.8:
                        self._run(cell)
            case "interrupted":
                slow = with_wait(source, chance)
                if slow is None:
                    return False
                cell["outputs"], cell["count"] = self._kernel.run(slow, cell["id"], interrupt_after=1.0)
                if chance.random() < 0.5:
                    self._run(cell)
            case "restart" | "restart+part" | "restart+all":
                self._restart()
                some = {"restart": 0, "restart+part": place + 1, "restart+all": len(self.cells)}[what]
                for each in self.cells[:some]:
                    self._run(each)
            case "file":
                if not self._book.changes:
                    return False
                name = chance.choice(sorted(self._book.changes))
                self._write(name, chance.choice(self._book.changes[name]))
                if run:
                    for each in self.cells[place:]:
                        self._run(each)
            case "del":
                names = sorted({*bound(source)})
                if not names:
                    return False
                self._run(self._new(f"del {chance.choice(names)}"))
            case "reopened":
                self._kernel.stop()
                self._kernel = self._start(True)
        return None

    def _split(self, cell: Cell, place: int, *, run: bool) -> bool:
        parts = in_two(cell["source"], self._chance)
        if parts is None:
            return False
        new = self._new(parts[1])
        cell["source"] = parts[0]
        new["outputs"], new["count"] = cell.get("outputs"), cell.get("count")
        cell["outputs"], cell["count"] = [], None
        self.cells.insert(place + 1, new)
        if run:
            for each in self._chance.choice(([cell, new], [new], [cell])):
                self._run(each)
        return True

    def _merge(self, cell: Cell, place: int, *, run: bool) -> bool:
        if place + 1 == len(self.cells) or len(self.cells) < 4:
            return False
        if self.cells[place + 1]["source"].startswith("%%"):
            return False
        other = self.cells.pop(place + 1)
        cell["source"] = f"{cell['source']}\n\n{other['source']}"
        cell["outputs"], cell["count"] = [], None
        if run:
            self._run(cell)
        return True

    def _rename(self, cell: Cell, *, run: bool) -> bool:
        """Rename a variable in every cell, as an editor does; ``run`` also runs what was changed."""
        names = sorted({*bound(cell["source"])})
        if not names:
            return False
        name = self._chance.choice(names)
        for each in self.cells:
            changed = renamed(each["source"], name, f"{name}_new")
            if changed is not None:
                each["source"] = changed
                if run:
                    self._run(each)
        return True


# What a person does to a text; None where it cannot be done.


def bound(source: str) -> list[str]:
    """Names that top-level assignments bind."""
    targets = [target for node in _body(source) if isinstance(node, ast.Assign) for target in node.targets]
    names = [each for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)]
    return [name.id for name in names if isinstance(name.ctx, ast.Store)]


def other_number(source: str, chance: random.Random) -> str | None:
    """With one number raised."""
    numbers = [
        node
        for statement in _body(source)
        for node in ast.walk(statement)
        if isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.lineno == node.end_lineno
    ]
    if not numbers:
        return None
    node = chance.choice(numbers)
    return _with(source, node, repr(node.value + 1))  # type: ignore[operator]


def renamed(source: str, name: str, new: str) -> str | None:
    """With every use of a name replaced."""
    uses = [
        node
        for statement in _body(source)
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and node.id == name
    ]
    for node in sorted(uses, key=lambda node: (node.lineno, node.col_offset), reverse=True):
        source = _with(source, node, new)
    return source if uses else None


def in_two(source: str, chance: random.Random) -> tuple[str, str] | None:
    """Cut between two statements."""
    body = _body(source)
    if len(body) < 2:
        return None
    line = _first_line(chance.choice(body[1:]))
    lines = source.split("\n")
    return "\n".join(lines[: line - 1]).rstrip("\n"), "\n".join(lines[line - 1 :])


def without_a_line(source: str, chance: random.Random) -> str | None:
    """With one statement commented out."""
    body = _body(source)
    if len(body) < 2:
        return None
    node = chance.choice(body)
    lines = source.split("\n")
    for number in range(_first_line(node) - 1, node.end_lineno or 0):
        lines[number] = f"# {lines[number]}"
    return "\n".join(lines)


def with_lines_swapped(source: str, chance: random.Random) -> str | None:
    """With two statements in the other order."""
    body = _body(source)
    if len(body) < 2:
        return None
    place = chance.randrange(len(body) - 1)
    texts = [ast.unparse(node) for node in body]
    texts[place : place + 2] = reversed(texts[place : place + 2])
    return "\n".join(texts)


def with_typo(source: str, chance: random.Random) -> str | None:
    """With a name or an attribute mistyped."""
    nodes = [node for statement in _body(source) for node in ast.walk(statement)]
    names = [node for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
    if not names:
        return None
    node = chance.choice(names)
    return _with(source, node, f"{node.id}x")


def with_wait(source: str, chance: random.Random) -> str | None:
    """With a long wait between two statements."""
    parts = in_two(source, chance)
    return f"{parts[0]}\nimport time; time.sleep(30)\n{parts[1]}" if parts is not None else None


def _body(source: str) -> list[ast.stmt]:
    try:
        return ast.parse(source).body
    except SyntaxError:
        return []


def _first_line(node: ast.stmt) -> int:
    decorators = getattr(node, "decorator_list", [])
    return min([node.lineno, *(each.lineno for each in decorators)])


def _with(source: str, node: ast.expr, text: str) -> str:
    if node.lineno != node.end_lineno:
        return source
    lines = source.split("\n")
    line = lines[node.lineno - 1].encode()
    lines[node.lineno - 1] = (line[: node.col_offset] + text.encode() + line[node.end_col_offset :]).decode()
    return "\n".join(lines)
