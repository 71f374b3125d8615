"""Stand-ins for built-in functions that are built-in functions themselves: same type, ``repr``, signature and pickle.

CPython's ``PyObject_Call`` has the very signature of a C function that takes positional and keyword arguments. A
built-in function whose C code it is, and whose ``self`` is callable, hands every call on to that ``self`` without
anything in between. Name, documentation and signature are the original's own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import BuiltinFunctionType, ModuleType
from typing import Any

_VARARGS_AND_KEYWORDS = 0x0001 | 0x0002
_kept: list[Any] = []
"""Definitions that functions handed out point to: the user may keep one for as long as the process lives."""


def lookalike(original: Any, function: Callable[..., Any]) -> Any:
    """A built-in function like ``original`` that calls ``function``; None where this interpreter cannot make one."""
    home = getattr(original, "__self__", None)
    if sys.implementation.name != "cpython" or type(original) is not BuiltinFunctionType:
        return None
    if not isinstance(home, ModuleType):  # a method of an object, or of no module: it would show
        return None
    try:
        import ctypes

        class Definition(ctypes.Structure):
            """``PyMethodDef``."""

            _fields_ = [
                ("name", ctypes.c_void_p),
                ("code", ctypes.c_void_p),
                ("flags", ctypes.c_int),
                ("doc", ctypes.c_void_p),
            ]

        start = ctypes.c_void_p.from_address(id(original) + object.__basicsize__).value
        theirs = Definition.from_address(start or 0)
        code = ctypes.cast(ctypes.pythonapi.PyObject_Call, ctypes.c_void_p).value
        ours = Definition(theirs.name, code, _VARARGS_AND_KEYWORDS, theirs.doc)
        new = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p, ctypes.py_object, ctypes.py_object)(
            ("PyCFunction_NewEx", ctypes.pythonapi)
        )
        made = new(ctypes.addressof(ours), _callable_module(home, function), original.__module__)
    except (ImportError, AttributeError, ValueError, TypeError):
        return None
    _kept.append(ours)
    return made if repr(made) == repr(original) else None


def _callable_module(home: ModuleType, function: Callable[..., Any]) -> ModuleType:
    """A module that can be called: the ``self`` of a built-in function must be a module not to show in its repr."""
    kind = type("module", (ModuleType,), {"__call__": staticmethod(function)})
    made: ModuleType = kind(home.__name__, home.__doc__)
    made.__spec__, made.__loader__ = home.__spec__, home.__loader__
    return made
