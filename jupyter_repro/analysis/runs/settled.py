"""Which process-wide settings a run gives their values itself, whatever they were: learned from all runs of a history.

A run records the settings that it changed, not those that it set to what they were. But the same call changed others
in another place: what ``sns.set_style`` ever changed, it sets each time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from jupyter_repro.analysis.code.statements import statements
from jupyter_repro.records import RunRecord

_CALL = re.compile(r"(?<![\w.])([\w.]*?)(\w+)\((?=\s*([\"'][^\"']*[\"'])?)([^()]*)")
_NONE: frozenset[str] = frozenset()
_UNSET = re.compile(r"(\w+)\s*=\s*None\b")
_SETS = ("set", "rc", "use", "reset", "option", "style")
_BY_ARGUMENT = frozenset(["use", "set_option", "reset_option", "option_context", "rc"])
"""Calls that set other settings for another first argument."""
_SETS_ALL = frozenset(["set_theme", "set", "rcdefaults"])
"""Calls that set all that a style is made of."""
_AREAS = {
    **dict.fromkeys(("np", "numpy"), "numpy"),
    **dict.fromkeys(("pd", "pandas"), "pandas"),
    **dict.fromkeys(("", "sns", "seaborn", "plt", "pyplot", "mpl", "matplotlib", "style"), "rcParams"),
}
"""What stands before the first dot of a call -> the area of settings that it may change."""


class Settled:
    """What the runs of a history set."""

    def __init__(self, runs: Iterable[RunRecord]) -> None:
        self._defaults: dict[str, str] = {}
        self._alone: dict[str, set[str]] = {}
        self._together: dict[str, set[str]] = {}
        for run in runs:
            for change in run.settings:
                self._defaults.setdefault(change.name, change.before)
            calls = _calls(run.source) if run.settings else ()
            for area, call in calls:
                changed = {change.name for change in run.settings if change.name.startswith(f"{area}:")}
                alone = sum(area == other for other, _ in calls) == 1
                (self._alone if alone else self._together).setdefault(call, set()).update(changed)

    def default(self, setting: str) -> str:
        """The value that a fresh kernel has; empty where no run ever changed it."""
        return self._defaults.get(setting, "")

    def by(self, run: RunRecord) -> frozenset[str]:
        """The settings that a run sets itself."""
        if not self._defaults:
            return _NONE
        found = {change.name for change in run.settings}
        if "rcParams" in run.source or "environ" in run.source:
            found.update(name for each in statements(run.source) for name in _named(each.key))
        for area, call in _calls(run.source):
            if area == "rcParams" and call in _SETS_ALL:
                found.update(name for name in self._defaults if name.startswith("rcParams:"))
            found |= self._alone.get(call) or self._together.get(call, set())
        return frozenset(found)

    def after(self, run: RunRecord, before: Mapping[str, str], source: str) -> dict[str, str]:
        """The values of the settings that a run sets, where it found those of ``before``.

        Where ``source`` is another text than the run's, those that it sets as well.
        """
        changed = {change.name: change.after for change in run.settings}
        names: Iterable[str] = self.by(run)
        if source != run.source:
            calls = {*_calls(run.source)} <= {*_calls(source)}
            names = [name for name in names if (_sets_too(run, name, source) if name in changed else calls)]
        return {name: changed.get(name) or before.get(name) or self.default(name) for name in names}

    def rewritten(self, runs: Sequence[RunRecord], source: str) -> frozenset[str]:
        """The settings to which a text gives another value than runs of earlier texts did, or may."""
        if not any(area in source for area in _AREA_OF) and not any(run.settings for run in runs):
            return _NONE
        old = {each.key for run in runs for each in statements(run.source)}
        new = {each.key for each in statements(source)} - old
        found = {name for key in new for name in _named(key)}
        for run in runs:
            found.update(change.name for change in run.settings for key in new if _may_set(key, change.name))
        return frozenset(found)


def _sets_too(run: RunRecord, setting: str, source: str) -> bool:
    """Whether a text has the statement by which a run changed a setting: the first that can have done it."""
    able = [each.key for each in statements(run.source) if _may_set(each.key, setting)]
    return not able or able[0] in {each.key for each in statements(source)}


_ASSIGNED = re.compile(r"Assign\(\[Subscript\((?:Attribute\(\$\w+,'|\$)(rcParams|environ)(?:'\))?,'([\w.]+)'\)")
"""A statement, given by its meaning, that sets one plot parameter or one variable of the environment."""
_AREA_OF = {"rcParams": "rcParams", "environ": "env"}
_WORD = re.compile(r"[\w.]+")


def _named(key: str) -> set[str]:
    """Plot parameters and environment variables that a statement, given by its meaning, gives a value."""
    return (
        {f"{_AREA_OF[where]}:{name}" for where, name in _ASSIGNED.findall(key)} if key.startswith("Assign") else set()
    )


def _may_set(key: str, setting: str) -> bool:
    """Whether a statement may give a setting its value: it names it, or calls what sets many."""
    words = set(_WORD.findall(key))
    name = setting.partition(":")[2]
    named = any(len(word) > 3 and word in name for word in words) or set(name.split(".")) <= words
    return named or any(word.startswith(("set_", "style")) for word in words)


@lru_cache(maxsize=4096)
def _calls(source: str) -> tuple[tuple[str, str], ...]:
    """Calls that may change settings: the area, and the call as settings are kept for it."""
    found: dict[tuple[str, str], None] = {}
    for path, name, argument, arguments in _CALL.findall(source) if any(word in source for word in _SETS) else ():
        area = _AREAS.get(path.partition(".")[0])
        if area is not None and name.startswith(_SETS):
            unset = "".join(f" without {each}" for each in _UNSET.findall(arguments))
            found[area, f"{name}({argument})" if name in _BY_ARGUMENT else name + unset] = None
    return tuple(found)
