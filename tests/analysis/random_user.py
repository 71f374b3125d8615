"""A user at random in the kernel in miniature: writes a small program, then reruns, edits, renames, moves, deletes.

The programs are of what data flow has: names, shared lists, dicts, functions over globals, classes, branches, loops,
handlers, files that one cell writes and another reads, draws from a seeded generator.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from pathlib import Path

from jupyter_repro.model.document import DocumentCell
from tests.analysis.mini_kernel import Notebook

_DOING = (
    "rerun", "rerun", "edit", "edit+run", "rename", "delete", "move", "ghost", "scratch", "recompute", "restart",
    "file", "swap", "insert",
)  # fmt: skip


@dataclass
class Author:
    """Writes cells; knows which names there are."""

    chance: random.Random
    numbers: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    dicts: list[str] = field(default_factory=list)
    functions: list[str] = field(default_factory=list)
    draws: bool = False

    def cell(self) -> str:
        """The source of a new cell."""
        parts = [self.statement() for _ in range(self.chance.choice([1, 1, 2, 3]))]
        known = [*self.numbers, *self.lists, *self.dicts]
        if known and self.chance.random() < 0.6:
            shown = self.chance.choice(known)
            parts.append(self.chance.choice([shown, f"print({shown}, {self.chance.choice(known)})", self._value()]))
        return "\n".join(parts)

    def statement(self) -> str:
        """One statement, simple or compound."""
        pick, number, value = self.chance.choice, self.chance.choice("abc"), self._value()
        kinds = ["number", "number", "list", "dict", "function", "branch", "loop", "handler", "class", "write", "seed"]
        kinds += ["read", *["append", "alias", "slice"] * bool(self.lists), *["entry"] * bool(self.dicts)]
        kinds += [*["call"] * 2 * bool(self.functions), *["draw"] * 2 * self.draws]
        match pick(kinds) if self.numbers else "number":
            case "list":
                return f"{self._new(self.lists, 'uvw')} = [{value}, {self._value()}]"
            case "alias":
                return f"{pick('uvw')} = {pick(self.lists)}"
            case "slice":
                return f"{pick('uvw')} = {pick(self.lists)}[:1] or [0]"
            case "append":
                return f"{pick(self.lists)}.append({value})"
            case "dict":
                return f"{self._new(self.dicts, 'de')} = {{'k': {value}, 'm': {self._value()}}}"
            case "entry":
                return f"{pick(self.dicts)}['{pick('km')}'] = {value}"
            case "function":
                return f"def {self._new(self.functions, 'fg')}(q):\n    return q * {value}"
            case "call":
                return f"{number} = {pick(self.functions)}({value})"
            case "class":
                return f"class P:\n    t = {value}\n    def m(self):\n        return self.t + 1\n{number} = P().m()"
            case "branch":
                return f"if {value} > 2:\n    {number} = {self._value()}"
            case "loop":
                return f"for i in range(3):\n    {number} = i + {value}"
            case "handler":
                return f"try:\n    import not_there_at_all\nexcept ImportError:\n    {number} = {value}"
            case "write":
                return f"_ = open('{pick('xy')}.txt', 'w').write(str({value}))"
            case "read":
                return f"{number} = int(open('{pick('xy')}.txt').read()[:5])"
            case "seed":
                self.draws = True
                return f"import random\nrandom.seed({self.chance.randrange(3)})"
            case "draw":
                return f"{number} = random.randrange(50)"
            case _:
                return f"{self._new(self.numbers, 'abc')} = {value}"

    def _new(self, names: list[str], letters: str) -> str:
        names.append(self.chance.choice(letters))
        return names[-1]

    def _value(self) -> str:
        pick = self.chance.choice
        values = [str(self.chance.randrange(5))]
        if self.numbers:
            values += [f"{pick(self.numbers)} + {self.chance.randrange(1, 4)}", f"{pick(self.numbers)} * 3"] * 2
        if self.lists:
            values += [f"sum({pick(self.lists)})", f"{pick(self.lists)}[0]"]
        return pick(values)


def play(folder: Path, seed: int, steps: int = 5) -> Notebook:
    """A notebook as such a user leaves it."""
    chance = random.Random(seed)
    for name in "xy":
        (folder / f"{name}.txt").write_text("3")
    nb, author = Notebook(folder), Author(chance)
    nb.add(*(author.cell() for _ in range(chance.randrange(5, 14))))
    nb.run_all()
    for step in range(steps):
        _do(nb, author, chance, chance.choice(_DOING), f"new{step}")
    return nb


def _do(nb: Notebook, author: Author, chance: random.Random, what: str, new: str) -> None:
    place = chance.randrange(len(nb.cells))
    cell = nb.cells[place]
    match what:
        case "rerun":
            nb.run(cell.id)
        case "edit" | "edit+run" | "rename":
            pattern, change = (r"(?m)^[a-w](?= = )", "{}_v2") if what == "rename" else (r"\b\d\b", "1{}")
            found = list(re.finditer(pattern, cell.source))
            if found:
                at = chance.choice(found)
                nb.edit(cell.id, cell.source[: at.start()] + change.format(at[0]) + cell.source[at.end() :])
                nb.run(*[cell.id] * (what == "edit+run"))
        case "delete":
            nb.delete(cell.id)
            if not nb.cells:
                nb.add("1")
        case "move" | "swap":
            nb.move(cell.id, chance.randrange(len(nb.cells)) if what == "move" else place + 1)
        case "ghost":
            nb.scratch(author.statement())
        case "scratch" | "insert":
            place = 0 if what == "scratch" else place
            nb.cells.insert(place, DocumentCell(id=new, index=place, source=author.cell()))
            nb.run(new)
        case "recompute":
            nb.run(*(each.id for each in nb.cells[place : place + 3]))
        case "restart":
            nb.restart()
            nb.run(*(each.id for each in nb.cells[: place + 1]))
        case _:
            (nb.folder / "x.txt").write_text(str(chance.randrange(9)))
