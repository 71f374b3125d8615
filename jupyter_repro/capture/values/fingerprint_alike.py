"""Many instances of one class of the notebook: by their dictionaries alone, and those as trees, by C code.

A tenth of what a visit to each instance costs, so ten times as many are looked at in full.
"""

from __future__ import annotations

import types
from itertools import count
from typing import Any

from jupyter_repro.capture.values import fingerprint_code, fingerprint_trees
from jupyter_repro.capture.values import fingerprint_instances as instances
from jupyter_repro.capture.values.fingerprint import MAX_OWNED, NODE, Walk
from jupyter_repro.capture.values.kinds import Kinds

_MORE = (type, types.ModuleType, BaseException, dict, list, tuple, set, frozenset, str, int, float, bytes)
"""Bases whose instances are more than their dictionary."""


def put(walk: Walk, items: Any) -> bool:
    """Put the instances of one class in; False where they are anything else, or hold more than such trees."""
    items = items if type(items) is list else list(items)
    kind = type(items[0])
    if instances.module_of(kind) != "__main__" or not Kinds(kind).all_of(items):
        return False
    dictionary = _dictionary_of(kind)
    walk.afford((NODE // 2 + fingerprint_trees.BRANCH) * len(items))
    identities = list(map(id, items))
    if dictionary is None or len(set(identities)) != len(identities) or not walk.seen.keys().isdisjoint(identities):
        return False
    walk.charge(NODE * len(items) // 2)
    members = list(map(dictionary.__get__, items))
    if not Kinds(dict).all_of(members) or not fingerprint_trees.put_all(walk, members):
        return False
    walk.text(f"{len(items)} instances")
    walk.seen.update(zip(identities, count(len(walk.seen)), strict=False))
    walk.owned.update(identities[: MAX_OWNED - len(walk.owned)])
    fingerprint_code.klass(walk, kind)
    return True


def _dictionary_of(kind: type) -> types.GetSetDescriptorType | None:
    """What gives the dictionary of a class's instances; None where not all of it, or more than it, counts."""
    if any(issubclass(kind, base) for base in _MORE) or instances.slots_of(kind) or instances.is_extension(kind):
        return None
    if instances.remembered_by(kind):
        return None
    for base in instances.mro_of(kind):
        found = instances.dict_of_class(base).get("__dict__")
        if found is not None:
            return found if type(found) is types.GetSetDescriptorType else None
    return None
