"""What a comparison says: the same, the same within what is stated, or different; and what it passed over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

Likeness = Literal["identical", "equivalent", "different"]
_ORDER: dict[Likeness, int] = {"identical": 0, "equivalent": 1, "different": 2}
CONTROL = 1e-10
"""Relative tolerance between two runs on one machine: room for threads that add in another order, not for a clock."""
LONGEST_DETAIL = 4000
"""Characters of a detail: enough to see what differs, not a second copy of a large output."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tolerance:
    """What counts as equal. Two floats are when ``|a - b| <= absolute + relative * max(|a|, |b|)``, whole numbers only
    when they are the same, two pictures when no channel of any pixel differs by more than ``pixel`` of 255."""

    relative: float = 1e-6
    absolute: float = 1e-12
    pixel: int = 8

    def close(self, one: float, other: float) -> bool:
        """Whether two floats count as equal; not-a-number equals itself."""
        if one == other or (one != one and other != other):
            return True
        if one - one != 0 or other - other != 0:  # an infinity, or one not-a-number
            return False
        return abs(one - other) <= self.absolute + self.relative * max(abs(one), abs(other))

    def __str__(self) -> str:
        return f"relative {self.relative:g}, absolute {self.absolute:g}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """How alike a reference and what a rerun gave are. ``cause`` is short; ``detail`` shows the difference."""

    likeness: Likeness
    cause: str = ""
    detail: str = ""

    def __post_init__(self) -> None:
        if len(self.detail) > LONGEST_DETAIL:
            object.__setattr__(self, "detail", self.detail[:LONGEST_DETAIL] + "\n... (cut)")


IDENTICAL = Outcome(likeness="identical")


def equivalent(cause: str, detail: str = "") -> Outcome:
    """The same within a stated tolerance or normalisation."""
    return Outcome(likeness="equivalent", cause=cause, detail=detail)


def different(cause: str, detail: str = "") -> Outcome:
    """Not the same."""
    return Outcome(likeness="different", cause=cause, detail=detail)


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The least alike of several, with the causes of all that are as bad. Identical where there is none."""
    listed = list(outcomes)
    if not listed:
        return IDENTICAL
    likeness = max((each.likeness for each in listed), key=_ORDER.__getitem__)
    same = [each for each in listed if each.likeness == likeness]
    causes = dict.fromkeys(each.cause for each in same if each.cause)
    details = dict.fromkeys(each.detail for each in same if each.detail)
    return Outcome(likeness=likeness, cause="; ".join(causes), detail="\n".join(details))


@dataclass(kw_only=True, slots=True)
class Comparing:
    """The terms of a comparison, and its tally of what was normalised away or not compared (kind -> count)."""

    tolerance: Tolerance = field(default_factory=Tolerance)
    dates: bool = False
    """Whether dates and times of day may differ: only where it is known that the cell shows the clock."""
    places: tuple[tuple[str, str], ...] = ()
    """Pairs of (folder as an output shows it, word that stands for it): where the reference and the rerun lived."""
    ignored: Counter[str] = field(default_factory=Counter)

    def trial(self, *, dates: bool | None = None, control: bool = False) -> Comparing:
        """The same terms with a tally of its own, for a comparison whose tally does not count.

        ``control`` is for two runs in one room: what the tolerance forgives another machine, it does not forgive there.
        """
        return Comparing(
            tolerance=replace(self.tolerance, relative=min(self.tolerance.relative, CONTROL))
            if control
            else self.tolerance,
            dates=self.dates if dates is None else dates,
            places=self.places,
        )
