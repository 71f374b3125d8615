"""Which names share mutable state: by the identities of the mutable parts that each name's value holds."""

from __future__ import annotations

from collections.abc import Iterable


class Owners:
    """Index from identity of a mutable part to the names that hold it. Keeps no object alive."""

    def __init__(self) -> None:
        self._names: dict[int, set[str]] = {}

    def replace(self, name: str, old: frozenset[int], new: frozenset[int]) -> None:
        """The name's value holds ``new`` now, and held ``old``."""
        if old is new:
            return
        for identity in old - new:
            holders = self._names.get(identity)
            if holders is not None:
                holders.discard(name)
                if not holders:
                    del self._names[identity]
        for identity in new - old:
            self._names.setdefault(identity, set()).add(name)

    def sharing(self, owned: Iterable[int]) -> set[str]:
        """Names that hold one of these parts."""
        found: set[str] = set()
        for identity in owned:
            holders = self._names.get(identity)
            if holders is not None and not holders <= found:
                found |= holders
        return found

    def groups(self, touched: dict[str, frozenset[int]]) -> list[tuple[str, ...]]:
        """Groups of at least two names that share state, of those groups that hold a touched name."""
        groups: list[set[str]] = []
        for owned in touched.values():
            together = self.sharing(owned)
            if len(together) < 2:
                continue
            apart = []
            for group in groups:
                if group.isdisjoint(together):
                    apart.append(group)
                else:
                    together |= group
            groups = [*apart, together]
        return sorted(tuple(sorted(group)) for group in groups)
