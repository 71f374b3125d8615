"""What a seed was made of: a constant, a computation on constants, the clock, a hash, entropy.

Asked at the moment of seeding, with the stack at hand: the seed's expression is followed through variables, function
arguments, defaults and return values, dictionaries and attributes, over the notebook's cells and the user's own
modules. What cannot be followed counts as computed: to call a seeded draw unseeded would be the worse mistake.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import FrameType, FunctionType, ModuleType
from typing import Any, Literal

from jupyter_repro.capture.code.scopes import dotted
from jupyter_repro.capture.draws.arguments import (
    DEFINITIONS,
    default_of,
    imported_here,
    is_method,
    may_enter,
    parameters_of,
    parts_given,
)
from jupyter_repro.capture.draws.callsites import (
    Names,
    call_at,
    function_of,
    names_in,
    path_of,
    tree_of,
    users_frames,
)
from jupyter_repro.capture.values import fingerprint_instances as instances
from jupyter_repro.capture.values.kinds import Kinds
from jupyter_repro.capture.world.worldcalls import WorldCalls
from jupyter_repro.capture.world.worldtable import NOW_STRINGS, hashes_vary

Origin = Literal["constant", "clock", "hash", "entropy", "computed"]
RANK: tuple[Origin, ...] = ("constant", "computed", "hash", "clock", "entropy")
UNSTEADY: frozenset[str] = frozenset(("hash", "clock", "entropy"))
DEPTH = 24
"""Steps that one seed is followed."""
STEPS = 2000
"""Expressions that one question may lead to: about 10 ms."""
MAKERS = frozenset("default_rng RandomState Random PCG64 PCG64DXSM MT19937 Philox SFC64 SeedSequence".split())
"""Constructors that draw fresh entropy when they are given no seed."""
_NUMBERS = Kinds(int, float, bool, complex)
_PLAIN = frozenset("int abs str float round".split())
_ORDERLESS = frozenset("len sorted min max sum any all set frozenset".split())
"""Functions whose answer does not depend on the order of what they are given."""
_SEED_WORDS = ("seed", "a", "x", "entropy", "random_state", "rng", "s")


def worst(*origins: Origin) -> Origin:
    """The one that a replay would suffer from most."""
    return max(origins, key=RANK.index, default="constant")


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression stands: a module's or a function's body, and how it was entered."""

    node: ast.AST
    space: Mapping[str, Any]
    outer: Scope | None = None
    call: ast.Call | None = None
    """The call in ``outer`` that entered this function."""
    bound: bool = False
    """Whether the first parameter was given by the dot (``self``)."""


class Provenance:
    """Follows expressions. ``taints`` tells what earlier cells made unsteady: path -> origin."""

    def __init__(self, world: WorldCalls, is_seeded: Callable[[Any], bool | None]) -> None:
        """``is_seeded(value)``: whether the generator that a value is (or is a method of) is; None for no generator."""
        self._world = world
        self._is_seeded = is_seeded
        self.taints: dict[tuple[str, ...], Origin] = {}
        self.notebook: dict[str, Any] = {}
        """The user's namespace."""
        self.cell: ast.Module | None = None
        """The cell that is running."""
        self._names: dict[int, tuple[ast.AST, Names]] = {}
        self._followed: dict[tuple[int, int, int, tuple[str, ...]], tuple[Origin, ast.AST, Scope]] = {}
        """What the expressions of the question at hand are made of; with the nodes, whose ids must stay theirs."""

    def of_running_call(self, frame: FrameType | None, value: Any) -> tuple[Origin, str]:
        """What the seed of the call in progress was made of, and its text. ``frame`` is the innermost one."""
        if value is None:
            return "entropy", ""
        scope = self._scope(list(users_frames(frame))[:DEPTH])
        if scope is None or scope.call is None or scope.outer is None:
            return self._likely(), ""
        given = self.seed_of(scope.call)
        if given is None:
            return self.origin(scope.call, scope.outer), ""
        return self.origin(given, scope.outer), ast.unparse(given)[:80]

    def _likely(self) -> Origin:
        """Of a seed whose call has no source (``exec``, ``%time``): what the seeding calls in the cell are given."""
        cell = self.cell or ast.Module([], [])
        nodes = list(ast.walk(cell))
        texts = [each.value for each in nodes if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        inner = [parsed for text in texts if "seed" in text and (parsed := _parsed(text)) is not None]
        found: list[Origin] = ["computed"]
        for tree in (cell, *inner):
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and "seed" in dotted(node.func).rpartition(".")[2]:
                    given = self.seed_of(node)
                    found.append(self.origin(given, Scope(cell, self.notebook)) if given is not None else "entropy")
        return worst(*found)

    def seed_of(self, call: ast.Call) -> ast.expr | None:
        """The argument by which a call is given its seed, None where there is none."""
        if call.args:
            return call.args[0]
        return next((word.value for word in call.keywords if word.arg in _SEED_WORDS or word.arg is None), None)

    def note_cell(self, tree: ast.Module, unsteady: bool) -> None:
        """Remember what a cell that has run made of clocks, hashes or entropy; ``unsteady`` says that it asked any."""
        if not unsteady and not self.taints:
            return
        definitions = self._names_of(tree).definitions
        found: dict[tuple[str, ...], Origin] = {}
        if unsteady or any(self._tainted(node) for each in definitions.values() for node in each):
            scope = Scope(tree, self.notebook)
            for name, each in definitions.items():
                for definition in each:
                    self._taint((name, *definition.part), definition.node, scope, found)
        for path in [path for path in self.taints if path[0] in definitions]:
            del self.taints[path]
        self.taints.update(found)

    def origin(self, node: ast.AST, scope: Scope, keys: tuple[str, ...] = (), depth: int = 0) -> Origin:
        """What an expression is made of; ``keys`` picks a part of its value. ``depth`` is 0 in a question of its own.

        Each expression is followed once in a question: a name that is made of itself again and again would otherwise
        be followed along every one of its ways, which are exponentially many.
        """
        if depth == 0:
            try:
                return self.origin(node, scope, keys, 1)
            finally:
                self._followed.clear()  # the user's objects live no longer because of us
        step = (id(node), id(scope.node), id(scope.call), keys)
        if step in self._followed:
            return self._followed[step][0]
        if depth > DEPTH or len(self._followed) >= STEPS:
            return "computed"
        self._followed[step] = ("constant", node, scope)  # while it is being followed: it adds nothing to itself
        found = self._made_of(node, scope, keys, depth)
        self._followed[step] = (found, node, scope)
        return found

    def _made_of(self, node: ast.AST, scope: Scope, keys: tuple[str, ...], depth: int) -> Origin:
        if isinstance(node, (ast.Constant, ast.Lambda, *DEFINITIONS)):
            return "constant"
        if isinstance(node, ast.Name):
            return self._name(node.id, scope, keys, depth + 1)
        if isinstance(node, ast.Attribute):
            return self._attribute(node, scope, keys, depth + 1)
        if isinstance(node, ast.Subscript):
            if isinstance(node.slice, ast.Constant):
                return self.origin(node.value, scope, (str(node.slice.value), *keys), depth + 1)
            return worst(self.origin(node.value, scope, (), depth + 1), self.origin(node.slice, scope, (), depth + 1))
        if isinstance(node, ast.Call):
            return self._call(node, scope, keys, depth + 1)
        if isinstance(node, ast.ClassDef):
            return self._part_of_class(node, scope, keys, depth + 1) if keys else "constant"
        if isinstance(node, ast.Dict) and keys:
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and str(key.value) == keys[0]:
                    return self.origin(value, scope, keys[1:], depth + 1)
            return "constant" if None not in node.keys else "computed"
        if isinstance(node, ast.Set) and hashes_vary() and not self._are_numbers(node.elts, scope):
            return "hash"  # in what order its items come
        if isinstance(node, (ast.List, ast.Tuple)) and keys and keys[0].isdigit() and int(keys[0]) < len(node.elts):
            return self.origin(node.elts[int(keys[0])], scope, keys[1:], depth + 1)
        return worst(*(self.origin(each, scope, (), depth + 1) for each in ast.iter_child_nodes(node)))

    # names and their parts

    def _name(self, name: str, scope: Scope, keys: tuple[str, ...], depth: int) -> Origin:
        known = self._names_of(scope.node).definitions.get(name)
        if known:
            return self._defined(known, scope, keys, depth)
        if isinstance(scope.node, DEFINITIONS):
            parameters = parameters_of(scope.node)
            if name in parameters:
                return self._parameter(name, scope, keys, depth)
            return self._name(name, self._module_of(scope), keys, depth)
        if scope.space is self.notebook:
            for length in range(len(keys), -1, -1):
                taint = self.taints.get((name, *keys[:length]))
                if taint is not None:
                    return taint
            value = self.notebook.get(name)
            seeded = self._is_seeded(value) if value is not None else None
            if seeded is False:
                return "entropy"
        return "constant"

    def _defined(self, known: list[Any], scope: Scope, keys: tuple[str, ...], depth: int) -> Origin:
        exact = [each for each in known if each.part and each.part == keys[: len(each.part)]]
        chosen = exact or [each for each in known if not each.part]
        return worst(*(self.origin(each.node, scope, keys[len(each.part) :], depth) for each in chosen))

    def _parameter(self, name: str, scope: Scope, keys: tuple[str, ...], depth: int) -> Origin:
        function = scope.node
        assert isinstance(function, DEFINITIONS)
        names = parameters_of(function)
        if scope.call is None or scope.outer is None:
            return "computed"
        position = names.index(name)
        if scope.bound:
            if position == 0:
                owner = scope.call.func
                inner = owner.value if isinstance(owner, ast.Attribute) else scope.call
                return self.origin(inner, scope.outer, keys, depth)
            position -= 1
        for word in scope.call.keywords:
            if word.arg == name:
                return self.origin(word.value, scope.outer, keys, depth)
        arguments = scope.call.args
        if any(isinstance(each, ast.Starred) for each in arguments):
            return self.origin(arguments[0], scope.outer, (), depth)
        if position < len(arguments) and may_enter(scope.call, function):
            return self.origin(arguments[position], scope.outer, keys, depth)
        default = default_of(function, name)
        if default is not None:
            return self.origin(default, self._module_of(scope), keys, depth)
        return "computed"

    def _attribute(self, node: ast.Attribute, scope: Scope, keys: tuple[str, ...], depth: int) -> Origin:
        if isinstance(node.value, ast.Name):
            value = self._value((node.value.id,), scope)
            if type(value) is ModuleType:
                tree = self._tree_of_module(value)
                return self._name(node.attr, Scope(tree, vars(value)), keys, depth) if tree is not None else "constant"
        return self.origin(node.value, scope, (node.attr, *keys), depth)

    def _part_of_class(self, node: ast.ClassDef, scope: Scope, keys: tuple[str, ...], depth: int) -> Origin:
        known = self._names_of(node).definitions.get(keys[0])
        return self._defined(known, scope, keys[1:], depth) if known else "computed"

    # calls

    def _call(self, node: ast.Call, scope: Scope, keys: tuple[str, ...], depth: int) -> Origin:
        path = path_of(node.func)
        tail = path[-1] if path else node.func.attr if isinstance(node.func, ast.Attribute) else ""
        value = self._value(path, scope) if path else None
        if value is vars(builtins).get("getattr") and len(node.args) > 1 and isinstance(node.args[1], ast.Constant):
            named = ast.Attribute(value=node.args[0], attr=str(node.args[1].value), ctx=ast.Load())
            return self.origin(named, scope, keys, depth)
        imported = imported_here(node.func)
        if imported is not None:
            meaning = self._world.meaning_of(imported, {})
            if meaning is not None and meaning[0] in ("clock", "entropy"):
                return "clock" if meaning[0] == "clock" else "entropy"
        first = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
        if path and type(first) is str and first in NOW_STRINGS and self._world.reads_now(path, _Space(self, scope)):
            return "clock"
        meaning = self._world.meaning_of(path, _Space(self, scope)) if path and value is not builtins.hash else None
        if meaning is not None and meaning[0] in ("clock", "entropy"):
            return "clock" if meaning[0] == "clock" else "entropy"
        arguments = worst(
            *(self.origin(each, scope, (), depth) for each in node.args),
            *(self.origin(word.value, scope, (), depth) for word in node.keywords),
        )
        if arguments == "hash" and len(path) == 1 and tail in _ORDERLESS:
            arguments = "computed"
        if value is builtins.hash:
            return worst(arguments, "hash" if hashes_vary() and not self._are_numbers(node.args, scope) else "constant")
        if tail in MAKERS and (value is None or instances.module_of(type(value)) != "__main__"):
            given = self.seed_of(node)
            if given is None or (isinstance(given, ast.Constant) and given.value is None):
                return "entropy"
            return worst("computed", self.origin(given, scope, (), depth))
        owner = self._value(path[:-1], scope) if len(path) > 1 else None
        for each in (owner, value):
            seeded = self._is_seeded(each) if each is not None else None
            if seeded is not None:
                return worst(arguments, "computed" if seeded else "entropy")
        inner = self._entered(node, value, scope, keys, depth)
        if inner is not None:
            return inner
        if keys:
            parts = parts_given(node, value)
            if keys[0] in parts:
                return self.origin(parts[keys[0]], scope, keys[1:], depth)
            if parts:
                return "computed"
        base = self.origin(node.func.value, scope, (), depth) if isinstance(node.func, ast.Attribute) else "constant"
        return worst(arguments, base, "constant" if tail in _PLAIN else "computed")

    def _entered(self, node: ast.Call, value: Any, scope: Scope, keys: tuple[str, ...], depth: int) -> Origin | None:
        """What a call of a function of the user's own returns, or one of its own classes holds under a key."""
        function = value.__func__ if type(value).__name__ == "method" else value
        if type(function) is FunctionType and self._world.is_local(function.__code__.co_filename):
            definition = function_of(function.__code__)
            if definition is None:
                return None
            inner = Scope(definition, function.__globals__, scope, node, function is not value)
            if isinstance(definition, ast.Lambda):
                return self.origin(definition.body, inner, keys, depth)
            returns = [each.value for each in ast.walk(definition) if isinstance(each, ast.Return) and each.value]
            yields = [
                each.value
                for each in ast.walk(definition)
                if isinstance(each, (ast.Yield, ast.YieldFrom)) and each.value
            ]
            return worst("computed", *(self.origin(each, inner, keys, depth) for each in (*returns, *yields)[:8]))
        if keys and isinstance(value, type):
            init = instances.dict_of_class(value).get("__init__")
            if type(init) is FunctionType:
                definition = function_of(init.__code__)
                if definition is not None and (parameters := parameters_of(definition)):
                    inner = Scope(definition, init.__globals__, scope, node, True)
                    known = self._names_of(definition).definitions.get(parameters[0])
                    if known:
                        return self._defined(known, inner, keys, depth)
        return None

    def _are_numbers(self, nodes: list[ast.expr], scope: Scope) -> bool:
        """Whether each is a number, or a tuple of numbers, by its text or its value: then its hash is its own."""
        for node in nodes:
            path = path_of(node)
            value = node.value if isinstance(node, ast.Constant) else self._value(path, scope) if path else None
            tuple_of_numbers = isinstance(node, ast.Tuple) and self._are_numbers(node.elts, scope)
            if type(value) not in _NUMBERS and not tuple_of_numbers:
                return False
        return True

    # where things are

    def _scope(self, frames: list[FrameType]) -> Scope | None:
        """The innermost scope that has source, with the calls that led there. Its ``call`` is the one in progress."""
        scope: Scope | None = None
        began = False
        for frame in reversed(frames):
            code = frame.f_code
            if not began and frame.f_globals is not self.notebook:
                continue  # what runs the kernel
            local = self._world.is_local(code.co_filename) or frame.f_globals is self.notebook
            call = call_at(frame) if local else None
            if call is None:
                if began and not local and not _is_ipythons(frame):  # which goes on to a script that is run
                    break  # in a library: what the user's own call was given decides
                continue
            began = True
            node = function_of(code) or self.cell if frame.f_globals is self.notebook else function_of(code)
            node = node or tree_of(code.co_filename)
            if node is None:
                continue
            entered = scope.call if scope is not None else None
            bound = bool(entered is not None and isinstance(entered.func, ast.Attribute) and is_method(node))
            here = Scope(node, frame.f_globals, scope.outer if scope is not None else None, entered, bound)
            scope = Scope(node, frame.f_globals, here, call)
        return scope

    def _module_of(self, scope: Scope) -> Scope:
        if scope.space is self.notebook:
            return Scope(self.cell or ast.Module([], []), self.notebook)
        filename = scope.space.get("__file__")
        tree = tree_of(filename) if isinstance(filename, str) and self._world.is_local(filename) else None
        return Scope(tree or ast.Module([], []), scope.space)

    def _tree_of_module(self, module: ModuleType) -> ast.Module | None:
        filename = vars(module).get("__file__")
        return tree_of(filename) if isinstance(filename, str) and self._world.is_local(filename) else None

    def _value(self, path: tuple[str, ...], scope: Scope) -> Any:
        return self._world.value_of(path, _Space(self, scope)) if path else None

    def imported(self, name: str, scope: Scope) -> Any:
        """What a name imported in the body of the scope's function stands for, None for others."""
        module, attribute = self._names_of(scope.node).imports.get(name, ("", ""))
        found = sys.modules.get(module)
        return vars(found).get(attribute) if found is not None and attribute else found

    def _names_of(self, node: ast.AST) -> Names:
        known = self._names.get(id(node))
        if known is None or known[0] is not node:
            if len(self._names) > 256:
                self._names.clear()
            known = self._names[id(node)] = (node, names_in(node))
        return known[1]

    # taints

    def _tainted(self, definition: Any) -> bool:
        return bool(self.taints) and any(
            isinstance(each, ast.Name) and any(path[0] == each.id for path in self.taints)
            for each in ast.walk(definition.node)
        )

    def _taint(self, path: tuple[str, ...], node: ast.AST, scope: Scope, found: dict[tuple[str, ...], Origin]) -> None:
        parts: list[tuple[str, ast.AST]] = []
        if isinstance(node, ast.Dict):
            parts = [
                (str(key.value), value)
                for key, value in zip(node.keys, node.values, strict=True)
                if isinstance(key, ast.Constant)
            ]
        elif isinstance(node, ast.ClassDef):
            parts = [(name, each[-1].node) for name, each in self._names_of(node).definitions.items()]
        elif isinstance(node, ast.Call):
            value = self._value(path_of(node.func), scope)
            parts = list(parts_given(node, value).items())
            if not parts and self._taint_attributes(path, node, value, scope, found):
                return
        for key, value in parts:
            self._taint((*path, key), value, scope, found)
        if not parts:
            origin = self.origin(node, scope)
            if origin in UNSTEADY:
                found[path] = origin

    def _taint_attributes(
        self, path: tuple[str, ...], node: ast.Call, kind: Any, scope: Scope, found: dict[tuple[str, ...], Origin]
    ) -> bool:
        """Attributes that an object of a class of the user's own gives itself; whether there are any."""
        init = instances.dict_of_class(kind).get("__init__") if isinstance(kind, type) else None
        definition = function_of(init.__code__) if type(init) is FunctionType else None
        if definition is None or not (parameters := parameters_of(definition)):
            return False
        known = self._names_of(definition).definitions.get(parameters[0], ())
        for part in dict.fromkeys(each.part for each in known if each.part):
            origin = self.origin(node, scope, part)
            if origin in UNSTEADY:
                found[(*path, *part)] = origin
        return bool(known)


class _Space(Mapping[str, Any]):
    """Names of a scope as far as they are imports of its body or names of its module."""

    def __init__(self, provenance: Provenance, scope: Scope) -> None:
        self._provenance, self._scope = provenance, scope

    def __getitem__(self, name: str) -> Any:
        found = self._provenance.imported(name, self._scope)
        if found is not None:
            return found
        node = self._scope.node
        if isinstance(node, DEFINITIONS) and (
            name in parameters_of(node) or self._provenance._names_of(node).definitions.get(name)
        ):
            raise KeyError(name)
        return self._scope.space[name]

    def __iter__(self) -> Any:
        return iter(self._scope.space)

    def __len__(self) -> int:
        return len(self._scope.space)


def _is_ipythons(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).startswith("IPython.")


def _parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError):
        return None
