"""Libraries that had another version in an earlier session than the replay would have: an input of what used them.

The replay has the version of the newest session that used the library.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from jupyter_repro.analysis.code.cellcode import parse
from jupyter_repro.analysis.runs.past import Past
from jupyter_repro.model.history import History


@dataclass(frozen=True, kw_only=True, slots=True)
class Upgrade:
    """A distribution that a session had in another version than the newest has."""

    distribution: str
    then: str
    now: str


class Libraries:
    """The versions that the sessions of a history had."""

    def __init__(self, history: History) -> None:
        self._history = history
        now = {each.name: each.version for session in history.sessions for each in session.distributions}
        self.changed: dict[str, dict[str, Upgrade]] = {
            session.header.id: {
                module: Upgrade(distribution=each.name, then=each.version, now=now[each.name])
                for each in session.distributions
                if each.version != now[each.name]
                for module in each.modules
            }
            for session in history.sessions
        }
        """Session -> module -> what became of its distribution since."""

    def upgrades(self, past: Past, kinds: Iterable[str]) -> dict[str, Upgrade]:
        """Distributions that the run used and that changed since. ``kinds``: types of the values that it read."""
        changed = self.changed.get(past.header.id)
        if not changed:
            return {}
        modules = {self._modules.get(name, "") for name in past.saw} | {kind.partition(".")[0] for kind in kinds}
        modules |= {module.module.partition(".")[0] for module in parse(past.run.source).imports}
        return {changed[module].distribution: changed[module] for module in sorted(modules & changed.keys())}

    @cached_property
    def _modules(self) -> dict[str, str]:
        """Name -> the top-level module that some run imported it from."""
        sources = {run.source for session in self._history.sessions for run in session.runs}
        return {
            name: dotted.partition(".")[0]
            for source in sources
            if "import" in source
            for name, dotted in parse(source).aliases.items()
        }
