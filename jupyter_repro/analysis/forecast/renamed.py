"""A cell whose variables were renamed is read as the text that was run, on a stage that goes by the old names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from jupyter_repro.analysis.forecast.interpret import Reading, Scene

T = TypeVar("T")


def seen_under(scene: Scene, names: Mapping[str, str]) -> Scene:
    """The scene as a text sees it in which the names -> now are called as they were."""
    if not names:
        return scene
    back = {now: old for old, now in names.items()}

    def by_old(values: Mapping[str, T]) -> dict[str, T]:
        kept = {name: value for name, value in values.items() if name not in names and name not in back}
        return kept | {old: values[now] for old, now in names.items() if now in values}

    groups = {name: frozenset(back.get(each, each) for each in group) for name, group in scene.groups.items()}
    return replace(
        scene,
        names=by_old(scene.names),
        kinds=by_old(scene.kinds),
        groups=by_old(groups),
        needs=by_old(scene.needs),
    )


def under_other_names(reading: Reading, names: Mapping[str, str]) -> Reading:
    """The reading with each old name replaced by what it is called now."""
    if not names:
        return reading

    def now(name: str) -> str:
        return names.get(name, name)

    return replace(
        reading,
        names={now(name): version for name, version in reading.names.items()},
        made=tuple(map(now, reading.made)),
        lineages={now(name): version for name, version in reading.lineages.items()},
        deleted=tuple(map(now, reading.deleted)),
        shows=tuple(replace(show, rests_on=frozenset(map(now, show.rests_on))) for show in reading.shows),
        missing=replace(reading.missing, name=now(reading.missing.name)) if reading.missing is not None else None,
        needs={now(name): frozenset(map(now, needed)) for name, needed in reading.needs.items()},
    )
