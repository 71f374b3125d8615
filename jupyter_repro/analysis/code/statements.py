"""A cell as its top-level statements: what each needs, makes, changes and shows. From the text alone, cached by it."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Mapping
from functools import cached_property, lru_cache

from jupyter_repro.analysis.code.cellcode import NOT_REMEMBERED, parse
from jupyter_repro.analysis.code.names import CHANGING_METHODS, Names, names_of
from jupyter_repro.analysis.code.parts import Keys, parts_read, parts_set
from jupyter_repro.analysis.code.shows import has_talk, shows_little, shows_receiver, without_talk
from jupyter_repro.analysis.code.syntax import children, meaning, nodes_of

_SILENT_METHODS = CHANGING_METHODS | frozenset(
    ["write", "writelines", "close", "seed", "mkdir", "to_csv", "to_parquet", "to_pickle", "dump", "save"]
)
_GIVING_NONE = frozenset(["append", "extend", "insert", "clear", "sort", "reverse", "appendleft", "extendleft", "fill"])
_SHOWS = frozenset(
    ["print", "display", "show", "plot", "info", "summary", "head", "describe", "hist", "imshow", "scatter", "savefig"]
)
_HARMLESS = _SHOWS | frozenset(["len", "repr", "str", "help", "assert_frame_equal"])
_LOOKING = frozenset("listdir glob iglob rglob iterdir scandir walk exists isfile is_file".split())
_FEEDING = frozenset(["append", "appendleft", "extend", "insert", "add", "update"])
_WRITING = frozenset("to_csv to_json to_parquet to_excel to_pickle to_feather savefig savetxt save".split())
_SEEDING = frozenset(["seed", "manual_seed", "set_seed", "seed_everything"])
_TRYING = (ast.Try, ast.TryStar)
_DIRECT = re.compile(r"((np|numpy)\.)?random\.(?!seed)\w+$")
"""Functions that draw from a global generator, and from nothing else."""
_DRAWLESS = re.compile(r"(np|numpy|math|pd|pandas)\.(?!random)\w+$|(len|int|float|round|range|list|abs|sum|print)$")
"""Functions that draw nothing."""
_BINDS_NOTHING = re.compile(
    r"\(Call\(\$get_ipython,\[\],\[\]\),'(?:system'|run_line_magic'\),\["
    r"'(?:pinfo2?|psource|pdoc|matplotlib|config|load_ext|reload_ext|autoreload|precision|whos?|pwd|cd|ls|pip|conda|xmode)')"
)
"""A line magic or a shell escape, in a syntax tree, that makes no names."""
_REPEATING = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda, ast.IfExp, ast.BoolOp)
_DRAWS = ("random", "rand", "sample", "shuffle", "choice", "split", "permutation", "bootstrap", "normal", "uniform")


class Statement:
    """One top-level statement of a cell. What is asked of it is worked out then: most cells are never read closely."""

    def __init__(self, node: ast.stmt, *, is_last: bool, silenced: bool) -> None:
        self._node = node
        self._displayed = is_last and not silenced
        self.line = node.lineno

    def holds(self, line: int) -> bool:
        """Whether it stands on that line of the cell; its decorators are part of it."""
        decorators: list[ast.expr] = getattr(self._node, "decorator_list", [])
        return min([self.line, *(each.lineno for each in decorators)]) <= line <= (self._node.end_lineno or self.line)

    @cached_property
    def _nodes(self) -> list[ast.AST]:
        return nodes_of(self._node)

    @cached_property
    def _names(self) -> Names:
        return names_of(ast.Module(body=[self._node], type_ignores=[]), NOT_REMEMBERED)

    @cached_property
    def _called(self) -> list[str]:
        """Callees of its calls, as they are written."""
        return [_callee(part) for part in self._nodes if isinstance(part, ast.Call)]

    @cached_property
    def _is_definition(self) -> bool:
        return isinstance(self._node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))

    @cached_property
    def key(self) -> str:
        """Its meaning, without layout and comments."""
        return meaning(self._node)

    @cached_property
    def makes(self) -> str:
        """As ``key``, without what only says how much to tell: the same ``makes`` makes the same values."""
        return meaning(without_talk(self._node)) if self._talks else self.key

    @cached_property
    def _talks(self) -> bool:
        return has_talk(self._nodes)

    @cached_property
    def reads(self) -> frozenset[str]:
        """Needed for certain."""
        return frozenset(self._names.reads) - self._handled

    @cached_property
    def perhaps(self) -> frozenset[str]:
        """Needed in a branch or a lambda that may not run; a missing one fails only then."""
        names = self._names
        inside = frozenset(names.deferred) - self.binds if self.calls and not self._is_definition else frozenset()
        return ((frozenset(names.maybe) - names.rebound) | inside) - self._handled - frozenset(names.reads)

    @cached_property
    def guarded(self) -> frozenset[str]:
        """Needed where a handler catches the failure."""
        return self._handled | self._names.rebound

    @cached_property
    def _handled(self) -> frozenset[str]:
        return _guarded(self._node) if any(isinstance(part, _TRYING) for part in self._nodes) else frozenset()

    @cached_property
    def needs(self) -> frozenset[str]:
        """All names whose value may matter to it now."""
        return self.reads | self.perhaps | self.guarded

    @cached_property
    def deferred(self) -> frozenset[str]:
        """Needed when a function that it defines is called."""
        return frozenset(self._names.deferred)

    @cached_property
    def defines(self) -> bool:
        """Whether it defines a function or a class, or gives a lambda a name."""
        node = self._node
        return self._is_definition or (isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda))

    @cached_property
    def imports(self) -> bool:
        """Whether it imports."""
        return isinstance(self._node, (ast.Import, ast.ImportFrom))

    @cached_property
    def binds(self) -> frozenset[str]:
        """Names that it gives a value."""
        return frozenset(self._names.binds)

    @cached_property
    def unsure(self) -> frozenset[str]:
        """Of ``binds``, those that a branch may leave as they were."""
        return self._names.unsure

    @cached_property
    def changes(self) -> frozenset[str]:
        """Changed in place, as far as the syntax shows."""
        return frozenset(self._names.changes) - self.binds

    @cached_property
    def augments(self) -> frozenset[str]:
        """Of ``binds``, those that are changed in place where their value allows it: ``x += [1]``."""
        return frozenset(self._names.changes) & self.binds

    @cached_property
    def looks(self) -> bool:
        """Whether it lists a folder or asks whether a file is there."""
        return not _LOOKING.isdisjoint(word.rpartition(".")[2] for word in self._called)

    @cached_property
    def feeds(self) -> frozenset[str]:
        """Names of which it does nothing but put things into their values: ``log.append(x)``."""
        calls = (call.func for call in self._discarded if isinstance(call.func, ast.Attribute))
        fed = Counter(each.value.id for each in calls if each.attr in _FEEDING and isinstance(each.value, ast.Name))
        used = Counter(part.id for part in self._nodes if isinstance(part, ast.Name)) if fed else fed
        return frozenset(name for name, count in fed.items() if used[name] == count)

    @cached_property
    def writes(self) -> frozenset[str]:
        """Files that it writes by a call of a well-known name, where the text names them."""
        found: set[str] = set()
        for call in (part for part in self._nodes if isinstance(part, ast.Call)):
            named = _callee(call).rpartition(".")[2]
            texts = [each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            if named in ("write_text", "write_bytes") and isinstance(call.func, ast.Attribute):
                made = call.func.value
                inner = made.args if isinstance(made, ast.Call) else []
                texts = [each.value for each in inner if isinstance(each, ast.Constant) and isinstance(each.value, str)]
                found.update(texts if len(inner) == 1 else ())
            elif named in _WRITING or (named == "open" and len(texts) == 2 and texts[1][:1] in ("w", "x", "a")):
                found.update(texts[:1])
        return frozenset(found)

    @cached_property
    def sends(self) -> frozenset[str]:
        """Names used in calls whose results nobody takes: such a call is made for what it does to them."""
        return frozenset().union(
            *(_used_by(call) for call in self._discarded if _callee(call).rpartition(".")[2] not in _HARMLESS)
        )

    @cached_property
    def _discarded(self) -> list[ast.Call]:
        alone = [part.value for part in self._nodes if isinstance(part, ast.Expr)]
        calls = [each.value if isinstance(each, ast.Await) else each for each in alone]
        shown = self._node.value if self._displayed and isinstance(self._node, ast.Expr) else None
        return [each for each in calls if isinstance(each, ast.Call) and each is not shown]

    @cached_property
    def deletes(self) -> frozenset[str]:
        """Names that it removes."""
        return frozenset(self._names.deletes)

    @cached_property
    def loads(self) -> frozenset[str]:
        """Every name it mentions."""
        return frozenset(part.id for part in self._nodes if isinstance(part, ast.Name))

    @cached_property
    def attributes(self) -> Mapping[str, frozenset[str]]:
        """Name -> attributes that it takes of the name's value directly."""
        found: dict[str, set[str]] = {}
        for part in self._nodes:
            if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and isinstance(part.ctx, ast.Load):
                found.setdefault(part.value.id, set()).add(part.attr)
        return {name: frozenset(taken) for name, taken in found.items() if name in self._names.reads}

    @cached_property
    def calls(self) -> bool:
        """Whether it calls anything."""
        return bool(self._called)

    @cached_property
    def draws(self) -> bool:
        """Whether a call in it has the name of one that draws random numbers."""
        return not self._is_definition and any(mark in word.lower() for word in self._called for mark in _DRAWS)

    @cached_property
    def advances(self) -> tuple[str, frozenset[str]] | None:
        """What alone decides how far it moves the global generators, and the names in it: ``normal(size=n)`` of
        ``y = a * np.random.normal(size=n)``. None where more may: a loop, or calls that may draw unseen.
        """
        parts = [part for part in self._nodes if isinstance(part, ast.Call)]
        drawing = [part for part in parts if _DIRECT.match(_callee(part))]
        others = [part for part in parts if part not in drawing and not _DRAWLESS.match(_callee(part))]
        if not drawing or others or not isinstance(self._node, (ast.Assign, ast.Expr)):
            return None
        if any(isinstance(part, _REPEATING) for part in self._nodes):
            return None
        names = (part.id for each in drawing for part in nodes_of(each) if isinstance(part, ast.Name))
        return " ".join(map(meaning, drawing)), frozenset(names)

    @cached_property
    def seeds(self) -> frozenset[str]:
        """Global generators that it seeds."""
        return frozenset(_generator(word) for word in self._called if word.rpartition(".")[2] in _SEEDING)

    @cached_property
    def shows(self) -> bool:
        """Whether it may put something on the screen."""
        node = self._node
        if self._talks:
            return True
        if self._is_definition:
            return False
        if any(word.rpartition(".")[2] in _SHOWS for word in self._called):
            return True
        if isinstance(node, ast.Expr):
            if not isinstance(node.value, ast.Call):
                return self._displayed
            return not _is_silent(node.value) or (self._displayed and not _gives_none(node.value))
        return any(
            isinstance(part, ast.Expr) and isinstance(part.value, ast.Call) and not _is_silent(part.value)
            for part in self._nodes
        )

    @cached_property
    def little(self) -> bool:
        """Whether what it shows rests on sizes and types alone."""
        return shows_little(self._node)

    @cached_property
    def receiver(self) -> str | None:
        """The one name that what it shows rests on, where it returns the object whose method it calls."""
        return shows_receiver(self._node)

    @cached_property
    def opens(self) -> bool:
        """Whether names may come into being that the text does not show (star import, ``exec``)."""
        if self._names.open or "get_ipython" not in self.loads:
            return self._names.open
        return self.calls and len(_BINDS_NOTHING.findall(self.key)) < self.key.count("$get_ipython")

    @cached_property
    def parts(self) -> Mapping[str, Keys]:
        """Names of which it reads these parts alone."""
        return parts_read(self._node)

    @cached_property
    def sets(self) -> Mapping[str, Keys]:
        """Names of which it sets these parts and changes nothing else."""
        return parts_set(self._node)


class _Opaque(Statement):
    """A cell that is no Python: it may do anything, and names nothing."""

    def __init__(self, source: str) -> None:
        super().__init__(ast.Pass(lineno=1), is_last=True, silenced=False)
        self.key = self.makes = source
        self.calls = self.shows = self.opens = True

    def holds(self, line: int) -> bool:
        return False


@lru_cache(maxsize=16384)
def statements(source: str) -> tuple[Statement, ...]:
    """The cell's statements in order. A cell that is no Python (``%%bash``, a syntax error) is one opaque statement."""
    code = parse(source)
    if code.tree is None:
        return (_Opaque(source),) if source.strip() else ()
    silenced = source.rstrip().endswith(";")
    last = len(code.tree.body) - 1
    return tuple(
        Statement(node, is_last=number == last, silenced=silenced) for number, node in enumerate(code.tree.body)
    )


def _guarded(node: ast.stmt) -> frozenset[str]:
    """Names loaded only where a handler around them catches a NameError."""
    inside: set[str] = set()
    outside: set[str] = set()

    def walk(part: ast.AST, caught: bool) -> None:
        child: ast.AST
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
            (inside if caught else outside).add(part.id)
        if isinstance(part, (ast.Try, ast.TryStar)):
            handled = caught or any(_catches_name_error(handler) for handler in part.handlers)
            for child in part.body:
                walk(child, handled)
            for child in (*part.handlers, *part.orelse, *part.finalbody):
                walk(child, caught)
            return
        for child in children(part):
            walk(child, caught)

    walk(node, False)
    return frozenset(inside - outside)


def _catches_name_error(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    return any(
        isinstance(part, ast.Name) and part.id in ("NameError", "Exception", "BaseException")
        for part in nodes_of(handler.type)
    )


def _generator(callee: str) -> str:
    """The global generator that a seeding call is for."""
    if callee.startswith(("np.", "numpy.")):
        return "numpy"
    return next(
        (name for name in ("torch", "tensorflow") if name in callee),
        "tensorflow" if callee.startswith("tf.") else "random",
    )


def _used_by(call: ast.Call) -> set[str]:
    """The name whose method is called, and the names that are passed."""
    root: ast.expr = call.func
    while isinstance(root, (ast.Attribute, ast.Subscript)):
        root = root.value
    places = [root] if root is not call.func else []
    places += [*call.args, *(word.value for word in call.keywords)]
    return {each.id for each in places if isinstance(each, ast.Name)}


def _callee(node: ast.Call) -> str:
    parts: list[str] = []
    function: ast.expr = node.func
    while isinstance(function, ast.Attribute):
        parts.append(function.attr)
        function = function.value
    if isinstance(function, ast.Name):
        parts.append(function.id)
    return ".".join(reversed(parts))


def _gives_none(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr in _GIVING_NONE


def _is_silent(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr in _SILENT_METHODS
