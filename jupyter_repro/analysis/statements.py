"""A cell as its top-level statements: what each needs, makes, changes and shows. From the text alone, cached by it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from jupyter_repro.analysis.cellcode import PREDEFINED, parse
from jupyter_repro.analysis.names import CHANGING_METHODS, names_of
from jupyter_repro.analysis.parts import Keys, parts_read, parts_set
from jupyter_repro.analysis.shows import has_talk, shows_little, shows_receiver, without_talk

_SILENT_METHODS = CHANGING_METHODS | frozenset(
    ["write", "writelines", "close", "seed", "mkdir", "to_csv", "to_parquet", "to_pickle", "dump", "save"]
)
_SHOWS = frozenset(
    ["print", "display", "show", "plot", "info", "summary", "head", "describe", "hist", "imshow", "scatter", "savefig"]
)
_DRAWS = ("random", "rand", "sample", "shuffle", "choice", "split", "permutation", "bootstrap", "normal", "uniform")


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """One top-level statement of a cell."""

    key: str
    """Its meaning, without layout and comments."""
    makes: str
    """As ``key``, without what only says how much to tell: the same ``makes`` makes the same values."""
    line: int
    reads: frozenset[str]
    """Needed for certain."""
    perhaps: frozenset[str]
    """Needed in a branch or a lambda that may not run; a missing one fails only then."""
    guarded: frozenset[str]
    """Needed where a handler catches the failure."""
    deferred: frozenset[str]
    """Needed when a function that it defines is called."""
    defines: bool
    """Whether it defines a function or a class, or gives a lambda a name."""
    binds: frozenset[str]
    unsure: frozenset[str]
    """Of ``binds``, those that a branch may leave as they were."""
    changes: frozenset[str]
    """Changed in place, as far as the syntax shows."""
    deletes: frozenset[str]
    loads: frozenset[str]
    """Every name it mentions."""
    attributes: Mapping[str, frozenset[str]]
    """Name -> attributes that it takes of the name's value directly."""
    calls: bool
    draws: bool
    """Whether a call in it has the name of one that draws random numbers."""
    seeds: frozenset[str]
    """Global generators that it seeds."""
    shows: bool
    """Whether it may put something on the screen."""
    little: bool
    """Whether what it shows rests on sizes and types alone."""
    receiver: str | None
    """The one name that what it shows rests on, where it returns the object whose method it calls."""
    opens: bool
    """Whether names may come into being that the text does not show (star import, ``exec``)."""

    parts: Mapping[str, Keys] = field(default_factory=dict)
    """Names of which it reads these parts alone."""
    sets: Mapping[str, Keys] = field(default_factory=dict)
    """Names of which it sets these parts and changes nothing else."""

    @property
    def needs(self) -> frozenset[str]:
        """All names whose value may matter to it now."""
        return self.reads | self.perhaps | self.guarded


@lru_cache(maxsize=16384)
def statements(source: str) -> tuple[Statement, ...]:
    """The cell's statements in order. A cell that is no Python (``%%bash``, a syntax error) is one opaque statement."""
    code = parse(source)
    if code.tree is None:
        return (_opaque(source),) if source.strip() else ()
    silenced = source.rstrip().endswith(";")
    last = len(code.tree.body) - 1
    return tuple(
        _statement(node, is_last=number == last, silenced=silenced) for number, node in enumerate(code.tree.body)
    )


def binds_of(source: str) -> frozenset[str]:
    """Every name that the source binds."""
    return frozenset().union(*(each.binds for each in statements(source)))


def _opaque(source: str) -> Statement:
    none: frozenset[str] = frozenset()
    return Statement(
        key=source, makes=source, line=1, reads=none, perhaps=none, guarded=none, deferred=none, defines=False,
        binds=none, unsure=none, changes=none, deletes=none, loads=none, attributes={},
        calls=True, draws=False, seeds=none, shows=True, little=False,
        receiver=None, opens=True,
    )  # fmt: skip


def _statement(node: ast.stmt, *, is_last: bool, silenced: bool) -> Statement:
    names = names_of(ast.Module(body=[node], type_ignores=[]), PREDEFINED)
    guarded = _guarded(node)
    loads, called = set(), False
    draws = shows = False
    seeds: set[str] = set()
    attributes: dict[str, set[str]] = {}
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            loads.add(part.id)
        elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and isinstance(part.ctx, ast.Load):
            attributes.setdefault(part.value.id, set()).add(part.attr)
        elif isinstance(part, ast.Call):
            called = True
            word = _callee(part)
            draws = draws or any(mark in word.lower() for mark in _DRAWS)
            if word.rpartition(".")[2] in ("seed", "manual_seed", "set_seed", "seed_everything"):
                seeds.add(_generator(word))
            shows = shows or word.rpartition(".")[2] in _SHOWS
    if isinstance(node, ast.Expr):
        method = node.value.func.attr if _is_method(node.value) else ""  # type: ignore[attr-defined]
        shows = (
            shows or (is_last and not silenced) or (isinstance(node.value, ast.Call) and method not in _SILENT_METHODS)
        )
    elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        shows = shows or any(
            isinstance(part, ast.Expr) and isinstance(part.value, ast.Call) and not _is_silent(part.value)
            for part in ast.walk(node)
        )
    else:
        shows = draws = False
    binds = frozenset(names.binds)
    defines = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    key = ast.dump(node)
    talks = has_talk(node)
    return Statement(
        key=key,
        makes=ast.dump(without_talk(node)) if talks else key,
        line=node.lineno,
        reads=frozenset(names.reads) - guarded,
        perhaps=(
            (frozenset(names.maybe) - names.rebound)
            | (frozenset(names.deferred) - binds if called and not defines else frozenset())
        )
        - guarded
        - frozenset(names.reads),
        guarded=guarded | names.rebound,
        deferred=frozenset(names.deferred),
        defines=defines or (isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda)),
        binds=binds,
        unsure=names.unsure,
        changes=frozenset(names.changes) - binds,
        deletes=frozenset(names.deletes),
        loads=frozenset(loads),
        attributes={name: frozenset(taken) for name, taken in attributes.items() if name in names.reads},
        calls=called,
        draws=draws,
        seeds=frozenset(seeds),
        shows=shows or talks,
        little=shows_little(node),
        receiver=shows_receiver(node),
        parts=parts_read(node),
        sets=parts_set(node),
        opens=names.open or ("get_ipython" in loads and called),
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
        for child in ast.iter_child_nodes(part):
            walk(child, caught)

    walk(node, False)
    return frozenset(inside - outside)


def _catches_name_error(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    return any(
        isinstance(part, ast.Name) and part.id in ("NameError", "Exception", "BaseException")
        for part in ast.walk(handler.type)
    )


def _generator(callee: str) -> str:
    """The global generator that a seeding call is for."""
    if callee.startswith(("np.", "numpy.")):
        return "numpy"
    return next(
        (name for name in ("torch", "tensorflow") if name in callee),
        "tensorflow" if callee.startswith("tf.") else "random",
    )


def _callee(node: ast.Call) -> str:
    parts: list[str] = []
    function: ast.expr = node.func
    while isinstance(function, ast.Attribute):
        parts.append(function.attr)
        function = function.value
    if isinstance(function, ast.Name):
        parts.append(function.id)
    return ".".join(reversed(parts))


def _is_method(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)


def _is_silent(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr in _SILENT_METHODS
