"""Which of a cell's names ask the outside world: resolved in the live namespace, followed into the user's functions.

Works on every Python version and costs microseconds. It tells what the cell's code *can* ask, also where a branch was
not taken; it does not see what libraries ask on their own account.
"""

from __future__ import annotations

import ast
import builtins
import os
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

from jupyter_repro.capture.values.fingerprint_instances import dict_of_class, instance_dict, module_of, mro_of
from jupyter_repro.capture.world.worldtable import NOW_STRINGS, Meaning, WorldTable

_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DEPTH = 8
"""How many calls deep user functions are followed."""
MODULE = "module "
"""Begins a chain that a function's own import statement roots."""
TABLE = 50
"""Items of a dictionary or list of functions that are looked at."""


_INSTALLED = tuple(
    dict.fromkeys(
        os.path.realpath(path).rstrip(os.sep) + os.sep
        for path in (*(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")), _OURS)
        if path
    )
)


def is_users_code(filename: str) -> bool:
    """Whether code is the user's own: a cell's, or that of a module that is neither installed nor Python's."""
    if "ipykernel_" in filename or filename.startswith("<ipython-input"):
        return True
    return filename.startswith(os.sep) and "-packages" + os.sep not in filename and not filename.startswith(_INSTALLED)


class WorldCalls:
    """Resolves names; remembers what each code object led to."""

    def __init__(self, is_local: Any) -> None:
        """``is_local(filename)`` says whether a function's file is the user's own."""
        self._table = WorldTable()
        self.is_local = is_local
        self._code: dict[CodeType, tuple[tuple[str, ...], ...]] = {}

    def of(self, tree: ast.Module, namespace: Mapping[str, Any]) -> dict[Meaning, None]:
        """The meanings found in a cell, in order, each once."""
        self._table.refresh()
        found: dict[Meaning, None] = {}
        followed: set[int] = set()
        for node in ast.walk(tree):
            if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load):
                chain = _chain(node)
                if chain:
                    self._resolve(chain, namespace, found, followed, 0)
            elif isinstance(node, ast.Call):
                self._call(node, namespace, found, followed)
        return found

    def _call(
        self, node: ast.Call, namespace: Mapping[str, Any], found: dict[Meaning, None], followed: set[int]
    ) -> None:
        """Calls whose meaning lies in their arguments: ``Timestamp("now")``, ``getattr(time, "time")``, ``exec``."""
        first = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
        if first in NOW_STRINGS:
            what = self._table.reads_now(self._value(_chain(node.func), namespace))
            if what is not None:
                found["clock", what] = None
        if not isinstance(node.func, ast.Name):
            return
        if node.func.id == "getattr" and len(node.args) > 1 and isinstance(node.args[1], ast.Constant):
            chain = _chain(node.args[0])
            if chain:
                self._resolve((*chain, str(node.args[1].value)), namespace, found, followed, 0)
        elif node.func.id in ("exec", "eval", "compile") and isinstance(first, str):
            try:
                inner = ast.parse(first)
            except (SyntaxError, ValueError):
                return
            imported = {**_Imports(inner).modules}
            found.update(self.of(inner, {**namespace, **imported} if imported else namespace))

    def meaning_of(self, chain: tuple[str, ...], namespace: Mapping[str, Any]) -> Meaning | None:
        """What this very function asks of the world; nothing is followed."""
        self._table.refresh()
        if len(chain) > 1:
            owner = self.value_of(chain[:-1], namespace)
            kind = owner if isinstance(owner, type) else type(owner)
            meaning = self._table.method(kind, chain[-1]) if owner is not None else None
            if meaning is not None:
                return meaning
        return self._table.function(self.value_of(chain, namespace))

    def reads_now(self, chain: tuple[str, ...], namespace: Mapping[str, Any]) -> bool:
        """Whether this function reads the clock when it is given "now" or "today"."""
        self._table.refresh()
        return self._table.reads_now(self._value(chain, namespace)) is not None

    def value_of(self, chain: tuple[str, ...], namespace: Mapping[str, Any]) -> Any:
        """What a dotted name stands for, as far as it can be told without running anybody's code; else None."""
        return self._value(chain, namespace)

    def _resolve(
        self,
        chain: tuple[str, ...],
        namespace: Mapping[str, Any],
        found: dict[Meaning, None],
        followed: set[int],
        depth: int,
    ) -> None:
        value = self._value(chain[:1], namespace)
        for name in chain[1:]:
            meaning = self._table.method(value, name)
            if meaning is None and not issubclass(type(value), (ModuleType, type)):
                meaning = self._table.method(type(value), name)
                member = dict_of_class(type(value)).get(name)
                value = member if type(member) is FunctionType else None
            else:
                value = _member(value, name)
            if meaning is not None:
                found[meaning] = None
                return
        meaning = self._table.function(value)
        if meaning is not None:
            found[meaning] = None
        else:
            self._follow(value, found, followed, depth)

    def _follow(self, value: Any, found: dict[Meaning, None], followed: set[int], depth: int) -> None:
        """Look into a function or class of the user's own."""
        if type(value) is staticmethod or type(value) is classmethod or type(value) is MethodType:
            value = value.__func__
        if depth > DEPTH or id(value) in followed:
            return
        if type(value) is FunctionType:
            followed.add(id(value))
            if not self.is_local(value.__code__.co_filename):
                wrapped = value.__dict__.get("__wrapped__")
                if wrapped is not None:
                    self._follow(wrapped, found, followed, depth + 1)
                return
            scope = _Scope(value)
            for chain in self._chains(value.__code__):
                self._resolve(chain, scope, found, followed, depth + 1)
        elif type(value) is dict or type(value) is list or type(value) is tuple:
            followed.add(id(value))
            for each in list(islice(value.values() if type(value) is dict else value, TABLE)):
                meaning = self._table.function(each)
                if meaning is not None:
                    found[meaning] = None
                elif type(each) is FunctionType:
                    self._follow(each, found, followed, depth + 1)
        elif type(value) is partial:
            meaning = self._table.function(value.func)
            if meaning is not None:
                found[meaning] = None
            else:
                self._follow(value.func, found, followed, depth + 1)
        elif issubclass(type(value), type) and module_of(value) == "__main__":
            followed.add(id(value))
            for name in ("__init__", "__new__", "__post_init__", "__call__"):
                self._follow(dict_of_class(value).get(name), found, followed, depth + 1)

    def _chains(self, code: CodeType) -> tuple[tuple[str, ...], ...]:
        chains = self._code.get(code)
        if chains is None:
            chains = self._code[code] = tuple(dict.fromkeys(_chains_of(code)))
        return chains

    def _value(self, chain: tuple[str, ...] | None, namespace: Mapping[str, Any]) -> Any:
        if not chain:
            return None
        first = chain[0]
        if first.startswith(MODULE):
            value = sys.modules.get(first[len(MODULE) :])
        else:
            value = namespace[first] if first in namespace else vars(builtins).get(first)
        for name in chain[1:]:
            value = _member(value, name)
        return value


class _Scope(Mapping[str, Any]):
    """What a function's free and global names mean."""

    def __init__(self, function: FunctionType) -> None:
        self._globals = function.__globals__
        self._cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=False))

    def __getitem__(self, name: str) -> Any:
        if name in self._cells:
            try:
                return self._cells[name].cell_contents
            except ValueError:
                raise KeyError(name) from None
        return self._globals[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._globals, **self._cells})

    def __len__(self) -> int:
        return len(self._globals)


def _chain(node: ast.expr) -> tuple[str, ...] | None:
    """``a.b.c`` as ("a", "b", "c"); None for anything else."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return (node.id, *reversed(names))


def _member(value: Any, name: str) -> Any:
    """An attribute of a module or class as it lies there; nothing of the user's is called."""
    if type(value) is ModuleType:
        return vars(value).get(name)
    if issubclass(type(value), ModuleType):
        return (instance_dict(value, type(value)) or {}).get(name)
    if issubclass(type(value), type):
        for base in mro_of(value):
            members = dict_of_class(base)
            if name in members:
                return members[name]
        return None
    if type(value) is dict:
        return value.get(name)
    members = instance_dict(value, type(value)) or {}
    return members[name] if name in members else _of_class(type(value), name)


def _of_class(kind: type, name: str) -> Any:
    """A function of the user's own class; slots, properties and the like stay untouched."""
    for base in mro_of(kind):
        members = dict_of_class(base)
        if name in members:
            return members[name] if type(members[name]) is FunctionType else None
    return None


class _Imports(ast.NodeVisitor):
    """Modules that a text imports by ``import``, as far as they are there."""

    def __init__(self, tree: ast.AST) -> None:
        self.modules: dict[str, ModuleType] = {}
        self.visit(tree)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            name = alias.name if alias.asname else alias.name.partition(".")[0]
            if name in sys.modules:
                self.modules[alias.asname or name] = sys.modules[name]


def _chains_of(code: CodeType) -> Iterator[tuple[str, ...]]:
    """The dotted names that a code object loads from outside itself, nested functions included."""
    import dis

    current: list[str] = []
    imported: tuple[str, ...] = ()
    own: dict[str, tuple[str, ...]] = {}
    for instruction in dis.get_instructions(code):
        operation = instruction.opname
        if operation == "IMPORT_NAME":
            imported = (f"{MODULE}{instruction.argval}",)
        elif operation == "IMPORT_FROM":
            imported = (imported[0], str(instruction.argval)) if imported else ()
        elif operation == "STORE_FAST" and imported:
            own[str(instruction.argval)] = imported
            imported = imported[:1]
        if operation.startswith("LOAD_FAST") and instruction.argval in own:
            if current:
                yield tuple(current)
            current = list(own[instruction.argval])
        elif operation in ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_DEREF", "LOAD_CLASSDEREF"):
            if current:
                yield tuple(current)
            current = [str(instruction.argval)]
        elif operation in ("LOAD_ATTR", "LOAD_METHOD") and current:
            current.append(str(instruction.argval))
        elif operation not in ("PUSH_NULL", "CACHE", "EXTENDED_ARG"):
            if current:
                yield tuple(current)
            current = []
    if current:
        yield tuple(current)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _chains_of(constant)
