"""What a variable leads to within a few steps: attributes, items, closures, defaults; where generators may be kept.

Paths are written with dots: ``model.rng``, ``box.key``, ``rows.0``, ``function.free_variable``.
"""

from __future__ import annotations

import random
import types
from collections.abc import Iterator
from typing import Any

from jupyter_repro.capture.values import fingerprint_instances as instances
from jupyter_repro.capture.values.kinds import ATOMS, SEQUENCES, Kinds
from jupyter_repro.capture.world.worldcalls import is_users_code

DEPTH = 3
"""Steps from the variable."""
BREADTH = 20
"""Items of a container that are looked at; a longer one is passed over."""
MEMBERS = 50
"""Attributes of an object that are looked at."""
LOOKED_AT = 400
"""Values that are looked at for one variable."""
_NO_HOLDERS = Kinds(*ATOMS.types, types.BuiltinFunctionType, range, slice, set, frozenset)


def parts_of(name: str, value: Any) -> list[tuple[str, Any]]:
    """(path, value) of the variable and of what it leads to, the nearest first."""
    if type(value) in _NO_HOLDERS:
        return []
    found = [(name, value)]
    seen = {id(value)}
    level = found
    for _ in range(DEPTH):
        below: list[tuple[str, Any]] = []
        for path, holder in level:
            for key, item in _inside(holder):
                if type(item) in _NO_HOLDERS or id(item) in seen or item is random._inst:
                    continue
                seen.add(id(item))
                below.append((f"{path}.{key}", item))
        found += below
        level = below
        if not below or len(found) > LOOKED_AT:
            break
    return found[:LOOKED_AT]


def value_at(path: str, namespace: dict[str, Any]) -> Any:
    """What a path leads to, None where it leads nowhere any more."""
    name, *keys = path.split(".")
    value = namespace.get(name)
    for key in keys:
        for each, item in _inside(value):
            if str(each) == key:
                value = item
                break
        else:
            return None
    return value


def _inside(value: Any) -> Iterator[tuple[str, Any]]:
    kind = type(value)
    if kind in _NO_HOLDERS:
        return
    if kind is dict:
        if len(value) <= BREADTH:
            yield from ((key, item) for key, item in list(value.items()) if type(key) is str)
    elif kind in SEQUENCES:
        if len(value) <= BREADTH:
            yield from ((str(number), item) for number, item in enumerate(list(value)))
    elif kind is types.FunctionType:
        yield from _inside_function(value)
    elif kind is types.MethodType:
        yield "__self__", value.__self__
    elif kind is types.ModuleType:
        if is_users_code(str(vars(value).get("__file__", ""))):
            yield from ((key, item) for key, item in list(vars(value).items())[:MEMBERS] if not key.startswith("__"))
    elif issubclass(kind, type):
        if is_users_class(value):
            members = instances.dict_of_class(value).items()
            yield from ((key, item) for key, item in list(members)[:MEMBERS] if not key.startswith("__"))
    else:
        members = instances.instance_dict(value, kind)
        if members and len(members) <= MEMBERS:
            yield from ((key, item) for key, item in list(members.items()) if type(key) is str)


def is_users_class(value: type) -> bool:
    """Whether a class was defined in the notebook."""
    return instances.module_of(value) == "__main__"


def _inside_function(value: types.FunctionType) -> Iterator[tuple[str, Any]]:
    code = value.__code__
    for name, cell in zip(code.co_freevars, value.__closure__ or (), strict=False):
        try:
            yield name, cell.cell_contents
        except ValueError:
            continue
    defaults = value.__defaults__ or ()
    yield from zip(code.co_varnames[code.co_argcount - len(defaults) : code.co_argcount], defaults, strict=False)
    yield from (value.__kwdefaults__ or {}).items()
