"""Names of the user's namespace by identity of what they are bound to: what a run bound and deleted."""

from __future__ import annotations

import builtins
import re
from typing import Any

from jupyter_repro.capture.probes import fingerprint_instances as instances

_HISTORY = re.compile(r"_{1,3}|_i{1,3}|_i?\d+|_[iod]h|In|Out|get_ipython|exit|quit|__\w+__|_exit_code|__session__")
BUILTINS = frozenset(dir(builtins)) | {"__file__", "__name__", "__doc__", "__builtins__", "display", "get_ipython"}
_ours: dict[str, bool] = {}


def is_users(name: str) -> bool:
    """Whether a name is the user's: not one that IPython makes for its history."""
    known = _ours.get(name)
    if known is None:
        if len(_ours) > 20_000:
            _ours.clear()
        known = _ours[name] = _HISTORY.fullmatch(name) is None
    return known


def snapshot(namespace: dict[str, Any]) -> dict[str, int]:
    """Name -> identity of its value."""
    values = namespace.copy()
    return dict(zip(values, map(id, values.values()), strict=True))


def rebound(before: dict[str, int], after: dict[str, int]) -> set[str]:
    """Names of the user that are new, or bound to another object."""
    get = before.get
    return {name for name, identity in after.items() if get(name) != identity and type(name) is str and is_users(name)}


def deleted(before: dict[str, int], after: dict[str, int]) -> list[str]:
    """Names of the user that are gone."""
    return sorted(name for name in before if name not in after and type(name) is str and is_users(name))


def kind_of(value: Any) -> str:
    """Qualified type name: ``int``, ``module``, ``pandas.DataFrame``; the public place of a library's type."""
    kind = type(value)
    module, name = instances.module_of(kind), instances.qualname_of(kind)
    if module in ("builtins", "?"):
        return name
    package = module.partition(".")[0]
    return f"{package}.{name}" if package in ("pandas", "numpy", "matplotlib", "torch", "polars") else f"{module}.{name}"
