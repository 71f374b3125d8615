"""What recorded runs of a cell tell that its text does not: reads through functions, hidden changes, draws, files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jupyter_repro.analysis.code.body import body_of
from jupyter_repro.analysis.code.statements import statements
from jupyter_repro.analysis.forecast.interpret import Hints
from jupyter_repro.analysis.runs.seen import seen
from jupyter_repro.analysis.runs.timeline import Past
from jupyter_repro.analysis.versions import ABSENT


@dataclass(frozen=True, slots=True, eq=False)
class Definitions:
    """The functions and classes of a notebook and its history, by name, and what their bodies need."""

    needs: Mapping[str, frozenset[str]]
    """Name of a function -> every name that its body needs, and those that it needs through other functions."""
    users: Mapping[str, frozenset[str]]
    """The other way round."""
    fed: frozenset[str]
    """Names into whose values bodies put things, and no body does anything else with them."""

    def of_none_but(self, mentioned: frozenset[str]) -> set[str]:
        """The names that some of these functions need, and no other function does."""
        found = (name for function in mentioned & self.needs.keys() for name in self.needs[function])
        return {name for name in found if self.users[name] <= mentioned}


def definitions_of(sources: Iterable[str]) -> Definitions:
    """Over all definitions of a name, since nothing tells which of them a value is."""
    direct: dict[str, set[str]] = {}
    fed: set[str] = set()
    used: set[str] = set()
    for source in sources:
        for statement in statements(source):
            if statement.defines:
                fed |= statement.feeds & statement.deferred
                used |= statement.deferred - statement.feeds
            for name in statement.binds if statement.defines else ():
                direct.setdefault(name, set()).update(statement.deferred - statement.binds)
    needs = {}
    users: dict[str, set[str]] = {}
    for name in direct:
        needed, waiting = set[str](), [name]
        while waiting:
            for each in direct.get(waiting.pop(), set()) - needed:
                needed.add(each)
                waiting.append(each)
        needs[name] = frozenset(needed)
        for each in needed:
            users.setdefault(each, set()).add(name)
    return Definitions(needs, {name: frozenset(functions) for name, functions in users.items()}, frozenset(fed - used))


def hints_of(references: Iterable[Past], definitions: Definitions) -> Hints:
    """The hints of all these runs together."""
    reads: set[str] = set()
    mutates: set[str] = set()
    binds: set[str] = set()
    branched: set[str] = set()
    taken: set[str] = set()
    generators: set[str] = set()
    files: set[str] = set()
    kept: set[str] = set()
    built: set[str] = set()
    untouched: set[str] = set()
    talks = False
    for past in references:
        body = body_of(past.run.source)
        bound = body.binds
        explained = definitions.of_none_but(bound | body.loads)
        reads |= {name for name, saw in past.saw.items() if saw != ABSENT} - body.needs - bound - explained
        branched |= {name for each in body.statements[: past.stopped_at] for name in each.unsure}
        if past.run.status == "ok":
            taken |= past.run.writes.keys() | {name for name in bound - past.run.writes.keys() if past.had(name)}
        told = body.changes | body.augments
        told |= frozenset().union(*[group for group in past.run.aliases if not told.isdisjoint(group)])
        mutates |= {name for name in past.run.mutates.keys() - bound - told if not past.only_asked(name)}
        changed = past.run.mutates.keys() | body.changes
        built |= body.built
        untouched |= {
            name
            for group in past.run.aliases
            if not changed.isdisjoint(group)
            for name in group
            if name not in past.left
        }
        binds |= past.run.writes.keys() - bound
        generators |= past.states.keys()
        files |= past.found.keys()
        kept |= {path for path, touch in past.found.items() if touch.mode == "write"}
        talks = talks or (bool(seen(past.run.outputs)) and not body.shows)
    return Hints(
        reads=frozenset(reads),
        mutates=frozenset(mutates),
        binds=frozenset(binds),
        skipped=frozenset(branched - taken),
        generators=frozenset(generators),
        files=frozenset(files),
        kept=frozenset(kept),
        built=frozenset(built),
        fed=definitions.fed,
        untouched=frozenset(untouched),
        talks=talks,
    )
