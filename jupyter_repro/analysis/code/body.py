"""A cell as a whole: what all of its statements together need, make and do. From the text alone, cached by it."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache

from jupyter_repro.analysis.code.statements import Statement, statements

_DEFINITION = re.compile(r"\b(?:def|class|lambda)\b")


class Body:
    """A cell's statements, and what all of them together need, make and do."""

    def __init__(self, source: str) -> None:
        self.statements = statements(source)

    @cached_property
    def needs(self) -> frozenset[str]:
        """All names whose value may matter to one of them."""
        return frozenset().union(*[each.needs for each in self.statements])

    @cached_property
    def binds(self) -> frozenset[str]:
        """Every name that is given a value."""
        return frozenset().union(*[each.binds for each in self.statements])

    @cached_property
    def built(self) -> frozenset[str]:
        """Of ``binds``, those that no import gives one."""
        return self.binds.difference(*[each.binds for each in self.statements if each.imports])

    @cached_property
    def loads(self) -> frozenset[str]:
        """Every name that is mentioned."""
        return frozenset().union(*[each.loads for each in self.statements])

    @cached_property
    def changes(self) -> frozenset[str]:
        """Changed in place, as far as the syntax shows."""
        return frozenset().union(*[each.changes for each in self.statements])

    @cached_property
    def augments(self) -> frozenset[str]:
        """Names that a statement binds anew and changes in place where their value allows it."""
        return frozenset().union(*[each.augments for each in self.statements])

    @cached_property
    def draws(self) -> bool:
        """Whether one of them draws by its text."""
        return any(each.draws for each in self.statements)

    @cached_property
    def shows(self) -> bool:
        """Whether one of them shows something by its text."""
        return any(each.shows for each in self.statements)

    @cached_property
    def sets(self) -> bool:
        """Whether one of them sets parts of a value."""
        return any(each.sets for each in self.statements)

    @cached_property
    def opens(self) -> tuple[Statement, ...]:
        """Those that may make names that the text does not show; where none may, the last."""
        return tuple(each for each in self.statements if each.opens) or self.statements[-1:]

    @cached_property
    def keys(self) -> frozenset[str]:
        """What they say, layout and comments left out."""
        return frozenset(each.key for each in self.statements)


def may_define(source: str) -> bool:
    """Whether the source may define functions or classes."""
    return _DEFINITION.search(source) is not None


@lru_cache(maxsize=16384)
def body_of(source: str) -> Body:
    """The cell's statements together."""
    return Body(source)


def place_of(source: str, line: int | None) -> int | None:
    """Which statement of the source, from 0, stands on a line; None where none does, or several."""
    places = [n for n, each in enumerate(statements(source)) if line is not None and each.holds(line)]
    return places[0] if len(places) == 1 else None


def binds_of(source: str) -> frozenset[str]:
    """Every name that the source binds."""
    return body_of(source).binds


def imports_of(source: str) -> frozenset[str]:
    """The names that the source's import statements bind."""
    return frozenset().union(*(each.binds for each in statements(source) if each.imports))
