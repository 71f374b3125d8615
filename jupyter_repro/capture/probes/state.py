"""The variables: what a run read, bound, deleted and changed in place, with fingerprints before and after.

What can be compared in full is compared; what cannot gets a *lineage* fingerprint, made from the fingerprints of what
went into it and the source that made it: equal lineage means probably equal value, in every session.

Cannot see: changes in place to values that nothing in the cell's text or in the notebook's functions leads to, by
native code, by threads that outlive their cell, and outside the sample of a value too large to be read in full when a
library function does it. Names that exist only as strings are blind spots of their run.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from jupyter_repro.capture.code.names import CellNames, names_of
from jupyter_repro.capture.guard import tried
from jupyter_repro.capture.probe import Draft, Probe
from jupyter_repro.capture.values import bindings, fingerprint_alike, fingerprint_types
from jupyter_repro.capture.values.aliases import Owners
from jupyter_repro.capture.values.fingerprint import Seen, look
from jupyter_repro.capture.values.mutators import only_asked, perhaps_changed
from jupyter_repro.capture.values.reach import Reach
from jupyter_repro.records import UNKNOWN_FINGERPRINT, Fingerprint

_NOTHING: frozenset[int] = frozenset()
_UNSEEN = Seen("", False, True, False, True, _NOTHING)
"""A value that could not be looked at."""


@dataclass(slots=True)
class Known:
    """What is known of a name's value since it was last looked at."""

    identity: int
    fingerprint: Fingerprint
    seen: Seen
    tainted: bool
    """Whether the fingerprint is a lineage."""


class StateProbe(Probe):
    """Watches the user's namespace."""

    name = "state"
    sees_plain = True
    looks = (fingerprint_types, fingerprint_alike)
    """Imported with the probe, so that no import of ours falls into a run."""

    def __init__(self) -> None:
        self._known: dict[str, Known] = {}
        self._owners = Owners()
        self._before = bindings.Snapshot({})
        self._reads: dict[str, Fingerprint] = {}
        self._names = CellNames()
        self._reach = Reach({})

    def before(self, draft: Draft) -> None:
        """Note what every name is bound to, and the fingerprints of what the cell is going to read."""
        namespace = draft.namespace
        self._names = names_of(draft.python, draft.tree) if draft.tree is not None else CellNames()
        self._before = self._snapshot(draft)
        self._reach = reach = Reach(namespace)
        told = {name for name in self._names.interpolated if name in namespace}
        direct = self._names.reads | self._names.maybe | told
        for name in direct:
            if name in namespace and bindings.is_users(name):
                reach.follow(namespace[name])
        self._reads = {}
        for name in sorted(direct | reach.names):
            if name in namespace:
                if bindings.is_ipythons_open(name, namespace[name]):
                    continue
                if bindings.is_users(name):
                    self._reads[name] = self._current(name, namespace[name])
                elif name in draft.namespace and name.startswith(("_", "Out")) and not name.startswith("__"):
                    self._reads[name] = UNKNOWN_FINGERPRINT
            elif name not in bindings.BUILTINS:
                self._reads[name] = ""

    def after(self, draft: Draft) -> None:
        """Compare the namespace with what it was."""
        namespace, names = draft.namespace, self._names
        now = self._snapshot(draft)
        bound = self._before.rebound_in(now)
        if draft.error is None:
            bound.update(name for name, surely in names.binds.items() if surely and name in namespace)
        draft.deletes.extend(self._before.deleted_in(now))
        for name in draft.deletes:
            self._forget(name)
        draft.reads.update(self._needed(bound, namespace))
        draft.blind_spots.extend(
            f"state: {each} can read and bind names that the text does not show"
            for each in names.opaque
            if not each.startswith("from ")
        )
        lineage = _Lineage(draft)
        touched = self._touched(bound, namespace)
        for name in sorted(touched):
            value = namespace[name]
            old = self._known.get(name)
            kind = bindings.kind_of(value)
            if name in bound:
                known = self._written(name, value, old, lineage)
                draft.writes[name] = known.fingerprint
                draft.kinds[name] = kind
            elif old is None:
                known = self._settled(name, value)
            else:
                known = self._changed(name, value, old, lineage)
                if known is not old:
                    draft.mutates[name] = known.fingerprint
            if known is not old and (size := tried(bindings.size_of, value, kind)):
                draft.sizes[name] = size
            self._remember(name, known)
        draft.aliases.extend(self._shared(touched, namespace))
        self._reach = Reach({})

    def _snapshot(self, draft: Draft) -> bindings.Snapshot:
        """Of all names; of those alone that a plain cell binds or deletes (0.05 ms less for a thousand names)."""
        namespace = draft.namespace
        if draft.plain:
            own = (*self._names.binds, *self._names.deletes)
            return bindings.Snapshot({name: namespace[name] for name in own if name in namespace})
        return bindings.Snapshot(namespace)

    # reads

    def _needed(self, bound: set[str], namespace: dict[str, Any]) -> dict[str, Fingerprint]:
        """The reads, without those that the run turned out not to need from before."""
        names, reads = self._names, self._reads
        made_here = {
            name
            for name in names.maybe | names.interpolated
            if name in bound and name in namespace and id(namespace[name]) != self._before.identity(name)
        }
        if names.opaque:
            made_here |= {name for name, fingerprint in reads.items() if not fingerprint and name in namespace}
        return {name: fingerprint for name, fingerprint in reads.items() if name not in made_here}

    def _current(self, name: str, value: Any) -> Fingerprint:
        known = self._known.get(name)
        if known is None or known.identity != id(value):
            known = self._settled(name, value)
            self._remember(name, known)
        return known.fingerprint

    # values

    def _settled(self, name: str, value: Any) -> Known:
        """A value that nobody tracked so far."""
        seen = _look(value)
        return Known(id(value), seen.fingerprint if seen.digest else UNKNOWN_FINGERPRINT, seen, False)

    def _written(self, name: str, value: Any, old: Known | None, lineage: _Lineage) -> Known:
        seen = _look(value)
        whole = seen.full and not seen.opaque
        source = self._same_object(name, value, old)
        unchanged = source is not None and source.seen.digest == seen.digest
        if source is not None and unchanged and (whole or not self._perhaps_changed(name, value, seen)):
            return Known(id(value), source.fingerprint, seen, source.tainted)
        if whole:
            return Known(id(value), seen.fingerprint, seen, False)
        if source is not None:
            return Known(id(value), _derived(source.fingerprint, lineage.value, seen.digest), seen, True)
        if seen.opaque or self._inherits_lineage():
            return Known(id(value), _derived(lineage.value, seen.digest), seen, True)
        return Known(id(value), seen.fingerprint, seen, False)

    def _changed(self, name: str, value: Any, old: Known, lineage: _Lineage) -> Known:
        """``old`` itself where the value did not change."""
        seen = _look(value, old.seen)
        if seen.digest == old.seen.digest:
            if seen.full and not seen.opaque:
                return old
            if not self._perhaps_changed(name, value, seen):
                return old
        elif self._only_asked(name, value, seen):
            old.seen = seen
            return old
        if seen.full and not seen.opaque:
            return Known(id(value), seen.fingerprint, seen, False)
        return Known(id(value), _derived(old.fingerprint, lineage.value, seen.digest), seen, True)

    def _perhaps_changed(self, name: str, value: Any, seen: Seen) -> bool:
        if seen.stateful and name in self._reads:
            return True
        return perhaps_changed(name, value, self._names, self._reach) or any(
            perhaps_changed(other, value, self._names, self._reach)
            for other in self._owners.sharing(seen.owned)
            if other != name and other in self._reads
        )

    def _only_asked(self, name: str, value: Any, seen: Seen) -> bool:
        if seen.stateful or not only_asked(name, value, self._names, self._reach):
            return False
        sharing = self._owners.sharing(seen.owned)
        return all(
            only_asked(other, self._reach.namespace.get(other), self._names, self._reach)
            for other in sharing
            if other != name and other in self._reads
        )

    def _same_object(self, name: str, value: Any, old: Known | None) -> Known | None:
        """What is known of this very object under any name."""
        if old is not None and old.identity == id(value) and self._before.identity(name) == id(value):
            return old
        for other in self._owners.sharing((id(value),)):
            known = self._known.get(other)
            if known is not None and known.identity == id(value) and self._before.identity(other) == id(value):
                return known
        return None

    def _inherits_lineage(self) -> bool:
        """Whether a sample alone would hide that an input was changed outside its sample."""
        if self._names.stores:
            return True
        return any(self._known[name].tainted for name in self._reads if name in self._known)

    def _touched(self, bound: set[str], namespace: dict[str, Any]) -> set[str]:
        """Names whose values the run bound or may have changed."""
        touched = {name for name in bound if name in namespace}
        for name in self._reads:
            known = self._known.get(name)
            if known is None or name not in namespace or name in touched:
                continue
            if known.seen.mutable or name in self._names.stores:
                touched.add(name)
                touched |= {each for each in self._owners.sharing(known.seen.owned) if each in namespace}
        return touched

    def _remember(self, name: str, known: Known) -> None:
        old = self._known.get(name)
        self._owners.replace(name, old.seen.owned if old is not None else _NOTHING, known.seen.owned)
        self._known[name] = known

    def _forget(self, name: str) -> None:
        old = self._known.pop(name, None)
        if old is not None:
            self._owners.replace(name, old.seen.owned, _NOTHING)

    def _shared(self, touched: set[str], namespace: dict[str, Any]) -> list[tuple[str, ...]]:
        owned = {name: self._known[name].seen.owned for name in touched if self._known[name].seen.owned}
        return self._owners.groups(owned) if owned else []


def _look(value: Any, before: Seen | None = None) -> Seen:
    seen = tried(look, value, before)
    return seen if seen is not None else _UNSEEN


def _derived(*parts: str) -> Fingerprint:
    return "~" + hashlib.sha1("\0".join(parts).encode(), usedforsecurity=False).hexdigest()[:16]


class _Lineage:
    """What the run was made from: equal for two runs that had every reason to do the same. Made when first asked for:
    values that can be compared in full need none."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft

    @cached_property
    def value(self) -> str:
        draft = self._draft
        parts = [draft.source]
        parts += [f"{name}={fingerprint}" for name, fingerprint in sorted(draft.reads.items())]
        parts += [f"{draw.generator}:{draw.before}" for draw in draft.draws]
        parts += [f"{touch.path}:{touch.digest or touch.mtime_ns}" for touch in draft.files if touch.mode == "read"]
        return hashlib.sha1("\0".join(parts).encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()[:16]
