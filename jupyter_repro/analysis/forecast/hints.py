"""What recorded runs of a cell tell that its text does not: reads through functions, hidden changes, draws, files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from jupyter_repro.analysis.code.statements import statements
from jupyter_repro.analysis.forecast.interpret import Hints
from jupyter_repro.analysis.runs.seen import seen
from jupyter_repro.analysis.runs.timeline import Past
from jupyter_repro.analysis.versions import ABSENT


def definitions_of(sources: Iterable[str]) -> dict[str, frozenset[str]]:
    """Name of a function -> every name that its body needs, and those that it needs through other functions.

    Over all definitions of the name, since nothing tells which of them a value is.
    """
    direct: dict[str, set[str]] = {}
    for source in sources:
        for statement in statements(source):
            for name in statement.binds if statement.defines else ():
                direct.setdefault(name, set()).update(statement.deferred - statement.binds)
    found = {}
    for name in direct:
        needed, waiting = set[str](), [name]
        while waiting:
            for each in direct.get(waiting.pop(), set()) - needed:
                needed.add(each)
                waiting.append(each)
        found[name] = frozenset(needed)
    return found


def hints_of(references: Iterable[Past], definitions: Mapping[str, frozenset[str]]) -> Hints:
    """The hints of all these runs together; ``definitions`` as `definitions_of` gives them."""
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
        body = statements(past.run.source)
        needed = frozenset().union(*(each.needs for each in body))
        bound = frozenset().union(*(each.binds for each in body))
        mentioned = bound.union(*(each.loads for each in body))
        explained = frozenset().union(*(definitions.get(name, ()) for name in mentioned))
        otherwise = frozenset().union(*(names for name, names in definitions.items() if name not in mentioned))
        reads |= {name for name, saw in past.saw.items() if saw != ABSENT} - needed - bound - (explained - otherwise)
        for each in body[: past.stopped_at]:
            branched |= each.unsure
        if past.run.status == "ok":
            taken |= past.run.writes.keys() | {name for name in bound - past.run.writes.keys() if past.had(name)}
        mutates |= {name for name in past.run.mutates.keys() - bound if not past.only_asked(name)}
        changed = past.run.mutates.keys() | frozenset().union(*(each.changes for each in body))
        built |= bound - frozenset().union(*(each.binds for each in body if each.imports))
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
        talks = talks or (bool(seen(past.run.outputs)) and not any(each.shows for each in body))
    return Hints(
        reads=frozenset(reads),
        mutates=frozenset(mutates),
        binds=frozenset(binds),
        skipped=frozenset(branched - taken),
        generators=frozenset(generators),
        files=frozenset(files),
        kept=frozenset(kept),
        built=frozenset(built),
        untouched=frozenset(untouched),
        talks=talks,
    )
