"""Which names share mutable state: by the identities of the mutable parts that each name's value holds."""

from __future__ import annotations

from collections.abc import Iterable


class Owners:
    """Index from identity of a mutable part to the names that hold it. Keeps no object alive."""

    def __init__(self) -> None:
        self._names: dict[int, frozenset[str]] = {}
        """Most parts have one holder, and then share its set: a set for each of thousands would take a megabyte."""

    def replace(self, name: str, old: frozenset[int], new: frozenset[int]) -> None:
        """The name's value holds ``new`` now, and held ``old``."""
        if old is new:
            return
        alone = frozenset((name,))
        for identity in old - new:
            left = self._names.pop(identity, alone) - alone
            if left:
                self._names[identity] = left
        for identity in new - old:
            held = self._names.get(identity)
            self._names[identity] = alone if held is None else held | alone

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
