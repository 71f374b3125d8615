"""Names of the user's namespace by identity of what they are bound to: what a run bound and deleted."""

from __future__ import annotations

import builtins
import re
import sys
from itertools import compress
from operator import ne
from typing import Any

from jupyter_repro.capture.values import fingerprint_instances as instances

_HISTORY = re.compile(r"_{1,3}|_i{1,3}|_i?\d+|_[iod]h|In|Out|get_ipython|exit|quit|__\w+__|_exit_code|__session__")
BUILTINS = frozenset(dir(builtins)) | {"__file__", "__name__", "__doc__", "__builtins__", "display", "get_ipython"}
_CHUNK = 64
"""Identities compared at once: few of them change in a run."""
_ours: dict[str, bool] = {}


def is_users(name: str) -> bool:
    """Whether a name is the user's: not one that IPython makes for its history."""
    known = _ours.get(name)
    if known is None:
        if len(_ours) > 20_000:
            _ours.clear()
        known = _ours[name] = _HISTORY.fullmatch(name) is None
    return known


def is_ipythons_open(name: str, value: Any) -> bool:
    """Whether it is the ``open`` that IPython puts into the namespace: a builtin to the user, no state of theirs."""
    if name != "open":
        return False
    return value is getattr(sys.modules.get("IPython.core.interactiveshell"), "_modified_open", name)


class Snapshot:
    """What every name of a namespace was bound to at one moment, by identity. Keeps no value alive."""

    __slots__ = ("_identities", "_index", "_names")

    def __init__(self, namespace: dict[str, Any]) -> None:
        names, identities = list(namespace), list(map(id, namespace.values()))
        if len(names) != len(identities):  # another thread came in between
            values = namespace.copy()
            names, identities = list(values), list(map(id, values.values()))
        self._names, self._identities = names, identities
        self._index: dict[str, int] | None = None

    def identity(self, name: str) -> int | None:
        """Identity of what a name was bound to, None where it was not bound."""
        if self._index is None:
            self._index = dict(zip(self._names, self._identities, strict=True))
        return self._index.get(name)

    def rebound_in(self, later: Snapshot) -> set[str]:
        """Names of the user that are new later, or bound to another object."""
        size = len(self._names)
        if later._names[:size] == self._names:
            changed = later._names[size:]
            for start in range(0, size, _CHUNK):
                old, new = self._identities[start : start + _CHUNK], later._identities[start : start + _CHUNK]
                if old != new:
                    changed += compress(later._names[start : start + _CHUNK], map(ne, old, new))
        else:
            before = dict(zip(self._names, self._identities, strict=True)).get
            changed = [
                name for name, identity in zip(later._names, later._identities, strict=True) if before(name) != identity
            ]
        return {name for name in changed if type(name) is str and is_users(name)}

    def deleted_in(self, later: Snapshot) -> list[str]:
        """Names of the user that are gone later."""
        if later._names[: len(self._names)] == self._names:
            return []
        there = set(later._names)
        return sorted(name for name in self._names if name not in there and type(name) is str and is_users(name))


def kind_of(value: Any) -> str:
    """Qualified type name: ``int``, ``module``, ``pandas.DataFrame``; the public place of a library's type."""
    kind = type(value)
    module, name = instances.module_of(kind), instances.qualname_of(kind)
    if module in ("builtins", "?"):
        return name
    package = module.partition(".")[0]
    return (
        f"{package}.{name}" if package in ("pandas", "numpy", "matplotlib", "torch", "polars") else f"{module}.{name}"
    )


def size_of(value: Any, kind: str) -> str:
    """Length of a list or tuple, shape of an array or table, ``200x3``; empty for anything else. ``kind`` as above."""
    if type(value) is list or type(value) is tuple:
        return str(len(value))
    return "x".join(map(str, value.shape)) if kind in _SHAPED else ""


_SHAPED = frozenset(("numpy.ndarray", "pandas.DataFrame", "pandas.Series"))
