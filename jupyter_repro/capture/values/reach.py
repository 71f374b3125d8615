"""Names that a value will load from the notebook's namespace when it is called: functions, classes, instances.

Follows code objects, closures, defaults, decorators' ``__wrapped__``, methods, and what is one level down in containers
and instances; then, for each name found, what lies behind it. Cannot see names that compiled code or strings look up.
"""

from __future__ import annotations

import dis
import functools
import types
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from typing import Any

from jupyter_repro.capture.values import fingerprint_instances as instances
from jupyter_repro.capture.values.fingerprint_code import library_name
from jupyter_repro.capture.values.kinds import ATOMS, COLLECTIONS, Kinds

_LOADS = frozenset({"LOAD_GLOBAL", "LOAD_NAME", "DELETE_GLOBAL", "LOAD_FROM_DICT_OR_GLOBALS"})
_STORES = frozenset({"STORE_SUBSCR", "STORE_ATTR", "DELETE_SUBSCR", "DELETE_ATTR", "STORE_SLICE"})
_LOOKED_INTO = 50
"""Items of a container, and members of an instance, that are looked at for functions."""
_OF_A_CLASS = 8
"""Of those, how many of one type, functions aside: a list of 50 alike took 1 ms a run."""
_PLAIN = Kinds(*ATOMS.types, types.ModuleType, types.BuiltinFunctionType, range, slice)
_known: dict[int, tuple[types.CodeType, frozenset[str], frozenset[str], bool]] = {}


def facts_of(code: types.CodeType) -> tuple[frozenset[str], frozenset[str], bool]:
    """Names the code loads from its globals, names it uses as attributes, and whether it stores into anything."""
    known = _known.get(id(code))
    if known is not None and known[0] is code:
        return known[1:]
    loads: set[str] = set()
    attributes: set[str] = set()
    stores = False
    for instruction in dis.get_instructions(code):
        if instruction.opname in _LOADS:
            loads.add(str(instruction.argval))
        elif instruction.opname in ("LOAD_ATTR", "LOAD_METHOD"):
            attributes.add(str(instruction.argval))
        elif instruction.opname in _STORES:
            stores = True
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            inner = facts_of(constant)
            loads |= inner[0]
            attributes |= inner[1]
            stores = stores or inner[2]
        elif isinstance(constant, tuple) and ("inplace" in constant or "out" in constant):
            stores = True
    if len(_known) > 4000:
        _known.clear()
    facts = (frozenset(loads), frozenset(attributes), stores)
    _known[id(code)] = (code, *facts)
    return facts


class Reach:
    """What a set of values reaches: ``names`` of the namespace, and the code that may run."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self.namespace = namespace
        self.names: set[str] = set()
        self.codes: list[types.CodeType] = []
        self._seen: set[int] = set()

    def follow(self, value: Any, depth: int = 0) -> None:
        """Add what this value reaches."""
        kind = type(value)
        if kind in _PLAIN or depth > 40 or id(value) in self._seen:
            return
        if kind is types.FunctionType:
            self._seen.add(id(value))
            self._function(value, depth)
        elif kind in COLLECTIONS:
            if depth < 3:
                items: Iterable[Any] = value.values() if kind is dict else value
                of_a_class: Counter[int] = Counter()
                for item in list(islice(items, _LOOKED_INTO)):
                    inside = type(item)
                    if inside in _PLAIN:
                        continue
                    self._seen.add(id(value))
                    of_a_class[id(inside)] += 1
                    if inside is types.FunctionType or of_a_class[id(inside)] <= _OF_A_CLASS:
                        self.follow(item, depth + 1)
        elif kind is types.MethodType:
            self.follow(value.__func__, depth + 1)
            self.follow(value.__self__, depth + 1)
        elif kind is functools.partial:
            for part in (value.func, value.args, value.keywords):
                self.follow(part, depth + 1)
        elif kind is staticmethod or kind is classmethod:
            self.follow(value.__func__, depth + 1)
        elif kind is property:
            for part in (value.fget, value.fset, value.fdel):
                self.follow(part, depth + 1)
        elif issubclass(kind, type):
            self._class(value, depth)
        else:
            self._instance(value, kind, depth)

    def _function(self, value: types.FunctionType, depth: int) -> None:
        if library_name(value) is not None:
            return
        wrapped = value.__dict__.get("__wrapped__")
        if wrapped is not None:
            self.follow(wrapped, depth + 1)
        for cell in value.__closure__ or ():
            try:
                content = cell.cell_contents
            except ValueError:
                continue
            self.follow(content, depth + 1)
        for default in value.__defaults__ or ():
            self.follow(default, depth + 1)
        if value.__globals__ is not self.namespace:
            return
        self.codes.append(value.__code__)
        for name in facts_of(value.__code__)[0]:
            if name not in self.names:
                self.names.add(name)
                if name in self.namespace:
                    self.follow(self.namespace[name], depth + 1)

    def _class(self, value: type, depth: int) -> None:
        if id(value) in self._seen:
            return
        self._seen.add(id(value))
        for base in instances.mro_of(value):
            if instances.module_of(base) != "__main__":
                continue
            for member in list(instances.dict_of_class(base).values()):
                self.follow(member, depth + 1)

    def _instance(self, value: Any, kind: type, depth: int) -> None:
        self._seen.add(id(value))
        if instances.module_of(kind) == "__main__" or any(
            instances.module_of(base) == "__main__" for base in instances.mro_of(kind)
        ):
            self._class(kind, depth + 1)
        if depth >= 3:
            return
        members = instances.instance_dict(value, kind)
        if members and len(members) <= _LOOKED_INTO:
            for member in list(members.values()):
                if type(member) not in _PLAIN:
                    self.follow(member, depth + 1)
