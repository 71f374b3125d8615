"""What recorded runs of a cell tell that its text does not: reads through functions, hidden changes, draws, files."""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.interpret import Hints
from jupyter_repro.analysis.seen import seen
from jupyter_repro.analysis.statements import statements
from jupyter_repro.analysis.timeline import Past
from jupyter_repro.analysis.versions import ABSENT


def hints_of(references: Iterable[Past]) -> Hints:
    """The hints of all these runs together."""
    reads: set[str] = set()
    mutates: set[str] = set()
    binds: set[str] = set()
    generators: set[str] = set()
    files: set[str] = set()
    untouched: set[str] = set()
    talks = False
    for past in references:
        body = statements(past.run.source)
        needed = frozenset().union(*(each.needs for each in body))
        bound = frozenset().union(*(each.binds for each in body))
        reads |= {name for name, saw in past.saw.items() if saw != ABSENT} - needed - bound
        mutates |= past.run.mutates.keys() - bound
        untouched |= {
            name
            for group in past.run.aliases
            if not past.run.mutates.keys().isdisjoint(group)
            for name in group
            if name not in past.left
        }
        binds |= past.run.writes.keys() - bound
        generators |= past.states.keys()
        files |= past.found.keys()
        talks = talks or (bool(seen(past.run.outputs)) and not any(each.shows for each in body))
    return Hints(
        reads=frozenset(reads),
        mutates=frozenset(mutates),
        binds=frozenset(binds),
        generators=frozenset(generators),
        files=frozenset(files),
        untouched=frozenset(untouched),
        talks=talks,
    )
