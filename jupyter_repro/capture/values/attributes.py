"""Attributes of modules and library classes that a cell sets: ``module.LIMIT = 3``, ``np.foo = 1``, a patched function.

Found by the text of the cell and of the notebook's functions that it calls; nothing is looked at where no such store
stands. Not seen: stores that a library makes, or that a string names at run time.
"""

from __future__ import annotations

import ast
import dis
import types
from collections.abc import Iterator
from typing import Any

from jupyter_repro.capture.code.names import CellNames, names_of
from jupyter_repro.capture.probe import Draft
from jupyter_repro.capture.values import fingerprint_instances as instances

DEPTH = 3
"""Calls that are followed from the cell."""
_MISSING = object()


class AttributeStores:
    """Notes values before a run and says afterwards which are others."""

    def __init__(self) -> None:
        self._before: list[tuple[str, Any, str, Any]] = []
        self._stores: dict[types.CodeType, tuple[tuple[str, ...], ...]] = {}

    def begin(self, draft: Draft) -> None:
        """Look at what the cell may set."""
        self._before = []
        if draft.tree is None:
            return
        names = names_of(draft.python, draft.tree)
        if not names.module_stores and not names.calls:
            return
        for path in dict.fromkeys(self._paths(draft, names)):
            owner = _owner(path, draft.namespace)
            if owner is not None:
                label = f"attribute:{_name_of(owner)}.{path[-1]}"
                self._before.append((label, owner, path[-1], _members(owner).get(path[-1], _MISSING)))

    def changed(self) -> Iterator[tuple[str, Any, Any]]:
        """(label, before, after) of what the run set; None for an attribute that is not there."""
        for label, owner, name, before in self._before:
            after = _members(owner).get(name, _MISSING)
            if after is not before:
                yield label, None if before is _MISSING else before, None if after is _MISSING else after
        self._before = []

    def _paths(self, draft: Draft, names: CellNames) -> Iterator[tuple[str, ...]]:
        for dotted in names.module_stores:
            yield tuple(dotted.split("."))
        for call in names.calls:
            if call.path in ("setattr", "delattr"):
                yield from _named_by_text(draft.tree)
            root = draft.namespace.get(call.path.partition(".")[0])
            if type(root) is types.FunctionType and root.__globals__ is draft.namespace:
                yield from self._of_function(root.__code__, draft.namespace, DEPTH)

    def _of_function(self, code: types.CodeType, namespace: dict[str, Any], depth: int) -> Iterator[tuple[str, ...]]:
        if code not in self._stores:
            self._stores[code] = tuple(_stores_in(code))
        yield from self._stores[code]
        if depth:
            for name in code.co_names:
                inner = namespace.get(name)
                if type(inner) is types.FunctionType and inner.__globals__ is namespace and inner.__code__ is not code:
                    yield from self._of_function(inner.__code__, namespace, depth - 1)


def _owner(path: tuple[str, ...], namespace: dict[str, Any]) -> Any:
    """The module, or the class of a library, whose attribute is meant; None for the user's own objects."""
    value = namespace.get(path[0])
    for name in path[1:-1]:
        value = _members(value).get(name)
    if type(value) is types.ModuleType:
        return value
    if isinstance(value, type) and instances.module_of(value) not in ("__main__", "builtins"):
        return value
    return None


def _members(owner: Any) -> dict[str, Any]:
    if type(owner) is types.ModuleType:
        return vars(owner)
    return dict(instances.dict_of_class(owner)) if isinstance(owner, type) else {}


def _name_of(owner: Any) -> str:
    if type(owner) is types.ModuleType:
        return str(vars(owner).get("__name__", "?"))
    return f"{instances.module_of(owner)}.{instances.name_of(owner)}"


def _named_by_text(tree: ast.Module | None) -> Iterator[tuple[str, ...]]:
    for node in ast.walk(tree or ast.Module([], [])):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("setattr", "delattr")
            and len(node.args) > 1
            and isinstance(node.args[0], ast.Name)
            and isinstance(node.args[1], ast.Constant)
        ):
            yield node.args[0].id, str(node.args[1].value)


def _stores_in(code: types.CodeType) -> Iterator[tuple[str, ...]]:
    """Dotted names, rooted in a global, that the code stores to."""
    chain: list[str] = []
    for instruction in dis.get_instructions(code):
        if instruction.opname == "LOAD_GLOBAL":
            chain = [str(instruction.argval)]
        elif instruction.opname in ("LOAD_ATTR", "LOAD_METHOD") and chain:
            chain.append(str(instruction.argval))
        elif instruction.opname in ("STORE_ATTR", "DELETE_ATTR") and chain:
            yield (*chain, str(instruction.argval))
            chain = []
        elif instruction.opname not in ("CACHE", "PUSH_NULL", "EXTENDED_ARG"):
            chain = []
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _stores_in(constant)
