"""The notebook's functions by what they do, its classes by their members; a library's by name; modules by version."""

from __future__ import annotations

import hashlib
import os
import sys
import types
from typing import Any

from jupyter_repro.capture.values import fingerprint_instances as instances
from jupyter_repro.capture.values.fingerprint import NODE, Walk
from jupyter_repro.capture.values.kinds import ATOMS

_CLASS_NOISE = frozenset(
    "__dict__ __weakref__ __doc__ __module__ __firstlineno__ __static_attributes__ _abc_impl __qualname__ "
    "__annotations_cache__ __annotate_func__".split()
)
_LIBRARY_MARKS = (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}", os.path.dirname(os.__file__))


def function(walk: Walk, value: types.FunctionType) -> None:
    """Bytecode, constants, names, defaults and what the closure holds; no file names, no line numbers."""
    name = library_name(value)
    if name is not None:
        walk.text(f"function {name}")
        return
    number = walk.seen.get(id(value))
    if number is not None:
        walk.put(b"again%d" % number)
        return
    walk.seen[id(value)] = len(walk.seen)
    walk.put(b"function")
    code(walk, value.__code__)
    if value.__defaults__:
        walk.visit(value.__defaults__)
    if value.__kwdefaults__:
        walk.visit(value.__kwdefaults__)
    for each in value.__closure__ or ():
        cell(walk, each)
    extra = value.__dict__
    if extra:
        walk.visit({name: item for name, item in extra.items() if name != "__wrapped__"})


def library_name(value: types.FunctionType) -> str | None:
    """Module, name and version of a function that a library keeps under this very name; None for any other.

    Its name says what it does, and its closure may lead anywhere: ``open`` in a cell is a function of IPython's that
    led through the files probe, at 30 ms a look.
    """
    members, name = value.__globals__, value.__code__.co_name
    if members.get(name) is not value:  # a decorated function goes by the name of the one inside
        home = sys.modules.get(value.__module__) if type(value.__module__) is str else None
        members, name = instances.instance_dict(home, type(home)) or {}, value.__qualname__
        if members.get(name) is not value:
            return None
    module = members.get("__name__")
    if type(module) is not str:
        return None
    package = module.partition(".")[0]
    if package not in sys.stdlib_module_names and not _of_library(members.get("__file__")):
        return None
    top = sys.modules.get(package)
    version = (instances.instance_dict(top, type(top)) or {}).get("__version__")
    return f"{module}.{name} {version if isinstance(version, str) else ''}"


def _of_library(path: Any) -> bool:
    return isinstance(path, str) and any(mark in path for mark in _LIBRARY_MARKS)


def code(walk: Walk, value: types.CodeType) -> None:
    """A code object without where it stands."""
    walk.charge(NODE * 2)
    walk.text(value.co_name)
    walk.put(value.co_code)
    walk.text(
        f"{value.co_argcount} {value.co_posonlyargcount} {value.co_kwonlyargcount} {value.co_flags} "
        f"{' '.join(value.co_names)} / {' '.join(value.co_varnames)} / {' '.join(value.co_freevars)}"
    )
    for constant in value.co_consts:
        if isinstance(constant, types.CodeType):
            code(walk, constant)
        else:
            walk.visit(constant)


def cell(walk: Walk, value: types.CellType) -> None:
    """What a closure's cell holds."""
    try:
        content = value.cell_contents
    except ValueError:
        walk.put(b"empty")
        return
    if ATOMS.all_of((content,)):
        walk.own(id(value))  # a number or a text changes by a ``nonlocal`` assignment alone
    walk.visit(content)


def method(walk: Walk, value: types.MethodType) -> None:
    """A bound method: its function and what it is bound to."""
    walk.put(b"method")
    walk.visit(value.__func__)
    walk.visit(value.__self__)


def builtin(walk: Walk, value: types.BuiltinFunctionType) -> None:
    """A C function by its name, and what it is bound to."""
    walk.text(f"builtin {value.__module__}.{value.__qualname__}")
    bound = value.__self__
    if bound is not None and not isinstance(bound, types.ModuleType):
        walk.visit(bound)


def named(walk: Walk, value: Any) -> None:
    """C-level descriptors by their name."""
    walk.text(f"{type(value).__name__} {value.__qualname__}")


def wrapped(walk: Walk, value: Any) -> None:
    """A staticmethod or classmethod: what it wraps."""
    walk.text(type(value).__name__)
    walk.visit(value.__func__)


def descriptor(walk: Walk, value: property) -> None:
    """A property's functions."""
    walk.put(b"property")
    for each in (value.fget, value.fset, value.fdel):
        walk.visit(each)


def klass(walk: Walk, value: type) -> None:
    """A class of the notebook by its members, a library's class by its name."""
    module = instances.module_of(value)
    walk.text(f"class {module}.{instances.qualname_of(value)}")
    if module != "__main__":
        return
    number = walk.seen.get(id(value))
    if number is not None:
        walk.put(b"again%d" % number)
        return
    walk.seen[id(value)] = len(walk.seen)
    for base in instances.mro_of(value)[1:]:
        walk.visit(base)
    members = instances.dict_of_class(value)
    for name in list(members):
        if name not in _CLASS_NOISE:
            walk.text(str(name))
            walk.visit(members[name])


def module(walk: Walk, value: types.ModuleType) -> None:
    """Name and version; a module that no distribution brought also by its source file's content."""
    members = instances.instance_dict(value, type(value)) or {}
    name, version, path = (members.get(each) for each in ("__name__", "__version__", "__file__"))
    walk.text(f"module {name if isinstance(name, str) else '?'}")
    if isinstance(version, str):
        walk.text(version)
    elif isinstance(path, str) and not _of_library(path):
        walk.text(_source_digest(path))


_sources: dict[tuple[str, int, int], str] = {}


def _source_digest(path: str) -> str:
    try:
        status = os.stat(path)
        key = (path, status.st_mtime_ns, status.st_size)
        if key not in _sources:
            if status.st_size > 2_000_000:
                return f"{status.st_size}"
            descriptor = os.open(path, os.O_RDONLY)
            try:
                data = os.read(descriptor, status.st_size)
            finally:
                os.close(descriptor)
            _sources[key] = hashlib.sha1(data, usedforsecurity=False).hexdigest()
        return _sources[key]
    except OSError:
        return "gone"
