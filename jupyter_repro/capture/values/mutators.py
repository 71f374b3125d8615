"""Which calls may change a value in place that cannot be compared in full: by method name and type of value."""

from __future__ import annotations

import types
from typing import Any

from jupyter_repro.asking import ASKING
from jupyter_repro.capture.code.names import CellNames
from jupyter_repro.capture.values import fingerprint_instances as instances
from jupyter_repro.capture.values import fingerprint_types
from jupyter_repro.capture.values.reach import Reach, facts_of

METHODS = frozenset(
    "append extend insert remove pop popitem clear sort reverse update setdefault add discard appendleft extendleft "
    "rotate popleft difference_update intersection_update symmetric_difference_update fill put itemset resize "
    "partition setflags setfield byteswap shuffle fit partial_fit fit_transform fit_predict set_params add_ sub_ mul_ "
    "div_ copy_ zero_ fill_ backward step zero_grad load_state_dict train eval write writelines seek truncate close "
    "move_to_end subtract put_nowait push register set_index_inplace __setitem__ __setattr__ __delitem__".split()
)
"""Methods that change what they are called on, whatever its type."""
FETCHING = frozenset("fetchone fetchmany fetchall".split())
"""Methods that move a cursor among its rows."""
FUNCTIONS = frozenset(
    "shuffle copyto fill_diagonal put place putmask put_along_axis heappush heappop heapify heapreplace heappushpop "
    "insort insort_left insort_right setattr delattr next clip_grad_norm_".split()
)
"""Functions that change an argument."""
_HARMLESS_ON_ARTISTS = frozenset({"savefig", "show", "canvas", "print", "len", "id", "type", "display", "repr", "str"})


def perhaps_changed(name: str, value: Any, names: CellNames, reach: Reach) -> bool:
    """Whether the cell's text, or a function of the notebook that it calls, may have changed this value in place."""
    if name in names.stores or _fetches(name, value, names):
        return True
    drawn = _is_artist(value)
    methods = _methods_of(value) if not drawn else None
    for call in names.calls:
        root, _, rest = call.path.partition(".")
        tail = call.path.rpartition(".")[2]
        if root == name and rest:
            if call.inplace or tail in METHODS or (drawn and _changes_artist(tail)):
                return True
            if methods is not None and tail in methods:
                return True
        if name in call.arguments and (
            tail in FUNCTIONS
            or (call.inplace and "out" in call.keywords)
            or (drawn and tail not in _HARMLESS_ON_ARTISTS)
            or _function_stores(root, rest, names, reach)
        ):
            return True
    return False


def only_asked(name: str, value: Any, names: CellNames, reach: Reach) -> bool:
    """Whether a library's object was only asked for things: what changed in it is then what it remembers of them."""
    kind = type(value)
    if instances.module_of(kind) in ("__main__", "builtins") or fingerprint_types.is_special(kind):
        return False
    if perhaps_changed(name, value, names, reach):
        return False
    for call in names.calls:
        root, _, rest = call.path.partition(".")
        tail = call.path.rpartition(".")[2]
        if ((root == name and rest) or name in call.arguments) and not tail.lstrip("_").startswith(ASKING):
            return False
    return True


def _fetches(name: str, value: Any, names: CellNames) -> bool:
    """Whether the cell takes rows from a cursor that an earlier cell had put at their beginning."""
    if instances.name_of(type(value)) != "Cursor":
        return False
    paths = {call.path for call in names.calls}
    return any(f"{name}.{each}" in paths for each in FETCHING) and f"{name}.execute" not in paths


def _changes_artist(method: str) -> bool:
    return method not in _HARMLESS_ON_ARTISTS and not method.startswith("get_")


def _methods_of(value: Any) -> frozenset[str] | None:
    """Methods of a notebook's own class that store into anything."""
    found = set()
    for base in instances.mro_of(type(value)):
        if instances.module_of(base) != "__main__":
            continue
        for name, member in list(instances.dict_of_class(base).items()):
            if type(member) is types.FunctionType and _stores(member.__code__):
                found.add(name)
    return frozenset(found) or None


def _stores(code: types.CodeType) -> bool:
    _, attributes, stores = facts_of(code)
    return stores or not attributes.isdisjoint(METHODS)


def _function_stores(root: str, rest: str, names: CellNames, reach: Reach) -> bool:
    """Whether what is called is the notebook's own and, or anything it calls in turn, stores into something."""
    if rest or root not in reach.namespace:
        return False
    called = Reach(reach.namespace)
    called.follow(reach.namespace[root])
    return any(_stores(code) for code in called.codes)


def _is_artist(value: Any) -> bool:
    kind = type(value)
    if instances.module_of(kind) == "numpy" and instances.name_of(kind) == "ndarray" and value.dtype.hasobject:
        return value.size > 0 and _is_artist(value.flat[0])
    return any(
        instances.name_of(base) == "Artist" and instances.module_of(base).startswith("matplotlib")
        for base in instances.mro_of(kind)
    )
