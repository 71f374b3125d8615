"""Instances read through their dictionary and slots, past every attribute hook of their class."""

from __future__ import annotations

import types
from functools import lru_cache
from typing import Any

from jupyter_repro.capture.values.fingerprint import NODE, Handler, Walk
from jupyter_repro.capture.values.kinds import Kinds

_mro = type.__dict__["__mro__"].__get__
_class_dict = type.__dict__["__dict__"].__get__
_qualname = type.__dict__["__qualname__"].__get__
_name = type.__dict__["__name__"].__get__
_module = type.__dict__["__module__"].__get__


def mro_of(kind: type) -> tuple[type, ...]:
    """``kind.__mro__`` past any metaclass."""
    return _mro(kind)  # type: ignore[no-any-return]


def dict_of_class(kind: type) -> Any:
    """``kind.__dict__`` (a read-only view) past any metaclass."""
    return _class_dict(kind)


def qualname_of(kind: type) -> str:
    """``kind.__qualname__`` past any metaclass."""
    return _qualname(kind)  # type: ignore[no-any-return]


def name_of(kind: type) -> str:
    """``kind.__name__`` past any metaclass."""
    return _name(kind)  # type: ignore[no-any-return]


def module_of(kind: type) -> str:
    """``kind.__module__`` past any metaclass, ``?`` where it is no text."""
    try:
        found = _module(kind)
    except AttributeError:
        return "?"
    return found if type(found) is str else "?"


def instance_dict(value: Any, kind: type) -> dict[str, Any] | None:
    """The instance's own dictionary, None where it has none or hides it."""
    for base in mro_of(kind):
        found = _class_dict(base).get("__dict__")
        if found is not None:
            if type(found) not in (types.GetSetDescriptorType, types.MemberDescriptorType):  # the latter: modules
                return None
            members = found.__get__(value)
            return members if type(members) is dict else None
    return None


def slots_of(kind: type) -> list[tuple[str, types.MemberDescriptorType]]:
    """Member descriptors of a class and its bases: ``__slots__``, and members that C types show."""
    return [
        (name, member)
        for base in mro_of(kind)
        if base is not object
        for name, member in list(_class_dict(base).items())
        if type(member) is types.MemberDescriptorType and name != "__weakref__"
    ]


def handler_of(kind: type) -> Handler:
    """How instances of a class are looked at; for a class itself (an instance of a metaclass), as a class."""
    from jupyter_repro.capture.values import fingerprint_code, fingerprint_types

    bases = mro_of(kind)
    if issubclass(kind, type):
        return fingerprint_code.klass
    if issubclass(kind, types.ModuleType):
        return fingerprint_code.module
    content: Handler | None = None
    for base, handler in (
        (dict, fingerprint_types.dict_items),
        (list, _list_items),
        (tuple, _tuple_items),
        (set, _set_items),
        (frozenset, _frozenset_items),
        (str, _text),
        (int, _number),
        (float, _float),
        (bytes, _bytes),
    ):
        if issubclass(kind, base):
            content = handler
            break
    title = f"{module_of(kind)}.{qualname_of(kind)}"
    slots = slots_of(kind)
    own_class = module_of(kind) == "__main__"
    raised = issubclass(kind, BaseException)
    extension = is_extension(kind)
    moves = extension and any("__next__" in dict_of_class(base) for base in bases)

    if _is_of_the_kernel(kind):
        return lambda walk, value: walk.text(title)
    remembered = remembered_by(kind)

    def instance(walk: Walk, value: Any) -> None:
        if not walk.enter(value, b"instance"):
            return
        walk.charge(NODE * 3)
        walk.text(title)
        if own_class:
            fingerprint_code.klass(walk, kind)
        if content is not None:
            content(walk, value)
        members = instance_dict(value, kind)
        if members is not None:
            for name in list(members):
                if type(name) is str and name in members:
                    part = members[name]
                    if name in remembered or (not own_class and _is_memory(name, part)):
                        continue
                    walk.text(name)
                    walk.visit(part)
        for name, slot in slots:
            try:
                part = slot.__get__(value)
            except AttributeError:
                continue
            walk.text(name)
            walk.visit(part)
        if raised:
            walk.visit(_arguments(value))
        if extension:
            walk.opaque = True
            walk.stateful = walk.stateful or moves

    return instance


def remembered_by(kind: type) -> set[str]:
    """Names under which instances keep what was computed from the rest."""
    return {
        name
        for base in mro_of(kind)
        for name, member in list(dict_of_class(base).items())
        if name_of(type(member)) in _REMEMBERING
    }


def _is_memory(name: str, part: Any) -> bool:
    """Whether a library's attribute only remembers: what was computed from the rest, or another object by ``id()``."""
    return _names_a_cache(name) or (type(part) is int and part > _LIKE_AN_ADDRESS and name.endswith("_id"))


@lru_cache(maxsize=2048)
def _names_a_cache(name: str) -> bool:
    return "cache" in name.lower()


def _is_of_the_kernel(kind: type) -> bool:
    """Whether instances are part of the machinery that runs cells: its state is no part of any value that leads to it.

    A thread does, by the hook that will show its error: a list of threads took 25 ms at every look.
    """
    return any(module_of(base).startswith(_KERNEL) or name_of(base) == "InteractiveShell" for base in mro_of(kind))


def is_extension(kind: type) -> bool:
    """Whether a base in C (other than the builtin containers) may keep more than the dictionary shows."""
    for base in mro_of(kind):
        if base is object or base in _TRANSPARENT or issubclass(base, BaseException):
            continue
        if (
            not _flags(base) & _HEAP_TYPE
            or "__pyx_vtable__" in _class_dict(base)
            or "__reduce_cython__" in _class_dict(base)
        ):
            return True
    return False


_flags = type.__dict__["__flags__"].__get__
_HEAP_TYPE = 1 << 9
_TRANSPARENT = Kinds(dict, list, tuple, set, frozenset, str, int, float, bytes)
_REMEMBERING = frozenset({"cached_property", "under_cached_property", "lazyproperty", "reify"})
"""Descriptors that keep what they computed in the instance's dictionary."""
_LIKE_AN_ADDRESS = 1 << 32
_KERNEL = ("ipykernel.", "zmq.", "tornado.")
_arguments = BaseException.__dict__["args"].__get__


def _list_items(walk: Walk, value: Any) -> None:
    walk.items(list.__iter__(value), list.__len__(value))


def _tuple_items(walk: Walk, value: Any) -> None:
    walk.items(tuple.__iter__(value), tuple.__len__(value))


def _set_items(walk: Walk, value: Any) -> None:
    from jupyter_repro.capture.values import fingerprint_types

    fingerprint_types.set_items(walk, list(set.__iter__(value)))


def _frozenset_items(walk: Walk, value: Any) -> None:
    from jupyter_repro.capture.values import fingerprint_types

    fingerprint_types.set_items(walk, list(frozenset.__iter__(value)))


def _text(walk: Walk, value: Any) -> None:
    walk.visit(str.__str__(value)[:])


def _number(walk: Walk, value: Any) -> None:
    walk.visit(int.__add__(value, 0))


def _float(walk: Walk, value: Any) -> None:
    walk.visit(float.__add__(value, 0.0))


def _bytes(walk: Walk, value: Any) -> None:
    walk.visit(bytes.__getitem__(value, slice(None)))
