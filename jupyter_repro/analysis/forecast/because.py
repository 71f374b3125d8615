"""Why a cell would not do again what it did: causes with a path that a person can follow, down to where it starts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from jupyter_repro.analysis.code.cellcode import parse
from jupyter_repro.analysis.forecast.memo import Difference
from jupyter_repro.analysis.forecast.stage import Stage
from jupyter_repro.analysis.runs.remembered import is_memory
from jupyter_repro.analysis.runs.timeline import Past, Timeline
from jupyter_repro.analysis.versions import ABSENT, is_lineage
from jupyter_repro.model.document import Document, DocumentCell

CauseKind = Literal[
    "deleted-cell", "later-cell", "edited", "renamed", "del", "undefined", "tainted", "other-run", "moved", "rerun",
    "random", "file-changed", "file-missing", "setting", "library", "outside", "never-run", "unsteady", "error",
    "untracked",
]  # fmt: skip

_NUMBER = re.compile(r"\d+(\.\d+)?")

_SHOWN = re.compile(r"shows (`[^`]+`) (.*)", re.DOTALL)

_DEPTH = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Cause:
    """Why, in one step or as the end of a path. ``cell`` is where it starts, where the document still has that cell."""

    kind: CauseKind
    text: str
    resource: str = ""
    cell: str | None = None
    run: int | None = None
    """The recorded run that shows it (of the session of the run that made the shown output)."""
    source: str | None = None
    """Of a cell that is no longer there: its text, so that it can be put back."""
    path: tuple[str, ...] = ()
    """Cells on the way, from the judged cell's side to the root."""


def first_line(source: str, limit: int = 60) -> str:
    """The first telling line of a source, cut."""
    lines = [line.strip() for line in source.splitlines() if line.strip() and not line.strip().startswith("#")]
    line = (lines or source.strip().splitlines() or [""])[0]
    return line if len(line) <= limit else line[: limit - 1] + "…"


def naming(source: str, name: str) -> str:
    """The line of a source that mentions a name, else its first line."""
    for line in source.splitlines():
        if name in line and not line.strip().startswith("#"):
            return first_line(line)
    return first_line(source)


class Explainer:
    """Knows the document and the history by heart."""

    def __init__(self, document: Document, timeline: Timeline) -> None:
        self._document = document
        self._timeline = timeline
        self._cells = {cell.id: cell for cell in document.cells}
        self._order = {cell.id: number for number, cell in enumerate(document.cells)}

    @cached_property
    def _binders(self) -> dict[str, list[DocumentCell]]:
        found: dict[str, list[DocumentCell]] = {}
        for cell in self._document.cells:
            for name in parse(cell.source).names.binds:
                found.setdefault(name, []).append(cell)
        return found

    def label(self, cell_id: str | None) -> str:
        """How a message calls a cell, also one that is no more."""
        cell = self._cells.get(cell_id or "")
        return "a deleted cell" if cell is None else cell.name

    def bound_in_document(self) -> set[str]:
        """Every name that the text of a cell binds."""
        return set(self._binders)

    def edited_numbers_only(self, cause: Cause) -> bool:
        """Whether the cause is an edit that changed numbers and nothing else."""
        cell = self._cells.get(cause.cell or "")
        if cause.kind != "edited" or cause.source is None or cell is None:
            return False
        return _NUMBER.sub("0", cause.source) == _NUMBER.sub("0", cell.source)

    # a name that is not there
    def missing(self, name: str, cell: DocumentCell, stage: Stage) -> Cause:
        """Why a name that the cell needs does not exist at that point."""
        here = self._order[cell.id]
        if name in stage.deleted:
            at = stage.deleted[name]
            return Cause(
                kind="del", resource=name, cell=at, path=(at,), text=f"`{name}` was deleted by {self.label(at)}"
            )
        if name in stage.lost:
            at = stage.lost[name]
            text = f"`{name}` should come from {self.label(at)}, which fails first"
            return Cause(kind="tainted", resource=name, cell=at, path=(at,), text=text)
        later = [each for each in self._binders.get(name, ()) if self._order[each.id] > here]
        if later:
            text = f"`{name}` is defined only further down, in {self.label(later[0].id)}"
            return Cause(kind="later-cell", resource=name, cell=later[0].id, path=(later[0].id,), text=text)
        makers = self._timeline.writing(name)
        if not makers:
            return Cause(kind="undefined", resource=name, text=f"nothing defines `{name}`")
        maker = makers[-1]
        line = naming(maker.run.source, name)
        if maker.run.cell in self._cells:
            home = "this cell" if maker.run.cell == cell.id else self.label(maker.run.cell)
            text = f"`{name}` was defined in run {maker.run.n} by `{line}` in {home}, which was edited since"
            return Cause(
                kind="renamed", resource=name, cell=maker.run.cell, run=maker.run.n, source=maker.run.source,
                path=(str(maker.run.cell),), text=text,
            )  # fmt: skip
        text = f"`{name}` was defined in run {maker.run.n} by the deleted cell `{line}`"
        return Cause(kind="deleted-cell", resource=name, run=maker.run.n, source=maker.run.source, text=text)

    # a value that is another one
    def differs(self, difference: Difference, shown: Past, stage: Stage, cell: DocumentCell) -> Cause:
        """Why an input of the shown run is another one in the replay, followed to where it starts."""
        match difference.kind:
            case "name":
                return self._name(difference, shown, stage, cell, _DEPTH, ())
            case "generator" | "file":
                cause = self._act(difference, shown, stage)
                return replace(cause, text=f"it {cause.text}")
            case "presence":
                return self._presence(difference, shown, stage)
            case "library":
                name, saw, has = difference.resource, difference.saw, difference.has
                text = f"it ran with {name} {saw}; the replay has {has}"
                return Cause(kind="library", resource=name, text=text, run=shown.run.n)
            case "setting":
                return self.settings([difference], shown, stage)[0]

    def settings(self, found: Sequence[Difference], shown: Past, stage: Stage) -> list[Cause]:
        """Why settings were others than they would be: one cause for all that one run had set or one cell would set."""
        groups: dict[tuple[Past | None, str | None], list[Difference]] = {}
        for each in found:
            setter = self._timeline.set_before(shown, each.resource)
            groups.setdefault((setter, stage.setters.get(each.resource)), []).append(each)
        return [self._setting(each, setter, at, shown) for (setter, at), each in groups.items()]

    def _setting(self, found: Sequence[Difference], setter: Past | None, at: str | None, shown: Past) -> Cause:
        one = found[0]
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        set_by = f", set by run {setter.run.n} ({self._place_of(setter)})" if setter is not None else ""
        has = "another" if is_lineage(one.has) else one.has
        would = f", from {self.label(at)}" if at is not None else ""
        text = f"the setting `{one.resource}`{more} was {one.saw} when it ran{set_by}, and would be {has}{would}"
        home = setter.run.cell if setter is not None and setter.run.cell in self._cells else None
        return Cause(
            kind="setting",
            resource=one.resource,
            cell=home or at,
            run=setter.run.n if setter is not None else shown.run.n,
            source=setter.run.source if setter is not None and home is None else None,
            path=tuple(each for each in (home, at) if each is not None),
            text=text,
        )

    def _place_of(self, past: Past) -> str:
        """Where a run stands: its cell, or the text of a cell that is gone."""
        if past.run.cell in self._cells:
            return self.label(past.run.cell)
        return f"the deleted cell `{first_line(past.run.source)}`"

    def _act(self, difference: Difference, past: Past, stage: Stage) -> Cause:
        """What a run did that the replay does otherwise, as the end of a sentence about it."""
        return (
            self._generator(difference.resource, past)
            if difference.kind == "generator"
            else self._file(difference, past, stage)
        )

    def _name(
        self, difference: Difference, past: Past, stage: Stage, cell: DocumentCell, depth: int, path: tuple[str, ...]
    ) -> Cause:
        name = difference.resource
        number = past.makers.get(name)
        maker = self._timeline.numbered(past.header.id, number) if number is not None else None
        binding = stage.names.get(name)
        if maker is None:
            if is_memory(name) and binding is None:
                text = f"`{name}`, IPython's memory of what ran before; the replay has another"
                return Cause(kind="other-run", resource=name, run=past.run.n, text=text, path=path)
            if binding is None:
                return self.missing(name, cell, stage)
            label = self.label(binding.cell)
            text = f"`{name}` from before the tracking began; the replay has it from {label}"
            if difference.saw == ABSENT:
                text = f"the lack of `{name}`, which {label} would make"
            return Cause(kind="untracked", resource=name, cell=binding.cell, text=text, path=(*path, binding.cell))
        run = maker.run
        seen = f"`{name}` from run {run.n}"
        home = self._home(maker, name)
        if home is None:
            text = f"{seen}, the deleted cell `{naming(run.source, name)}`"
            return Cause(kind="deleted-cell", resource=name, run=run.n, source=run.source, text=text, path=path)
        if home.source.rstrip() != run.source.rstrip():
            again = self._timeline.ran_since(home, maker)
            text = f"{seen} of {self.label(home.id)}, which was edited since{' and run again' if again else ''}"
            return Cause(
                kind="edited",
                resource=name,
                cell=home.id,
                run=run.n,
                source=run.source,
                text=text,
                path=(*path, home.id),
            )
        if self._order[home.id] >= self._order[cell.id] and home.id != cell.id:
            text = f"{seen} of {self.label(home.id)}, which stands further down"
            return Cause(kind="moved", resource=name, cell=home.id, run=run.n, text=text, path=(*path, home.id))
        if binding is not None and binding.cell != home.id:
            text = f"{seen} of {self.label(home.id)}, where the replay has it from {self.label(binding.cell)}"
            return Cause(
                kind="other-run", resource=name, cell=home.id, run=run.n, text=text, path=(*path, home.id, binding.cell)
            )
        if name in maker.saw and maker.makers.get(name) is not None:
            before = self._timeline.numbered(maker.header.id, maker.makers[name])
            if before.run.cell == home.id or name in maker.left:
                again = before.run.cell == home.id
                if again:
                    once = f"the replay runs {self.label(home.id)} once"
                    text = f"{seen}, which changed it once more after run {before.run.n}; {once}"
                    return Cause(kind="rerun", resource=name, cell=home.id, run=run.n, text=text, path=(*path, home.id))
        if binding is None:
            gone = self.missing(name, cell, stage)
            return replace(gone, text=f"{seen}, which the replay does not have: {gone.text}", path=(*path, *gone.path))
        deeper = self._deeper(maker, binding.past, stage)
        if deeper is not None and depth:
            if deeper.kind == "name":
                cause = self._name(deeper, maker, stage, home, depth - 1, (*path, home.id))
                text = f"{seen}, which used {cause.text}"
            else:
                cause = self._act(deeper, maker, stage)
                text = f"{seen}, which {cause.text}"
            return Cause(
                kind=cause.kind, resource=cause.resource, cell=cause.cell, run=cause.run, source=cause.source,
                path=(*path, home.id, *(each for each in cause.path if each != home.id)), text=text,
            )  # fmt: skip
        at = binding.root or binding.cell
        text = f"{seen}; in the replay it is another one from {self.label(at)} on"
        return Cause(kind="other-run", resource=name, cell=at, run=run.n, text=text, path=(*path, at))

    def _home(self, maker: Past, name: str) -> DocumentCell | None:
        """The cell in which a run stands now: its own, one of its text, or one that it was merged into or split off."""
        own = self._cells.get(maker.run.cell or "")
        if own is not None:
            return own
        found = [
            cell
            for cell in self._binders.get(name, ())
            if cell.source.strip() in maker.text or maker.text in cell.source
        ]
        alike = [cell for cell in self._document.cells if cell.source.rstrip() == maker.text]
        return next(iter([*alike, *found]), None)

    def _deeper(self, maker: Past, replayed: Past | None, stage: Stage) -> Difference | None:
        """The first input in which the run that made a value differs from the one that the replay takes it from."""
        for name, saw in maker.saw.items():
            has = replayed.saw.get(name, ABSENT) if replayed is not None else stage.version(name)
            if saw != has and name not in maker.left:
                return Difference(kind="name", resource=name, saw=saw, has=has)
        if replayed is not None:
            for generator, before in maker.input_states.items():
                has = replayed.input_states.get(generator, "")
                if before != has:
                    return Difference(kind="generator", resource=generator, saw=before, has=has)
            for path, saw in maker.contents.items():
                has = replayed.contents.get(path, saw)
                if has != saw:
                    return Difference(kind="file", resource=path, saw=saw, has=has)
        return None

    def _generator(self, generator: str, past: Past) -> Cause:
        before = self._timeline.drew_before(past, generator)
        if before is None:
            text = f"drew from {generator} in a state that the replay does not have there"
            return Cause(kind="random", resource=generator, run=past.run.n, text=text)
        text = f"drew from {generator} after run {before.run.n} ({self._place_of(before)}), which the replay does not"
        cell = before.run.cell if before.run.cell in self._cells else None
        return Cause(
            kind="random",
            resource=generator,
            cell=cell,
            run=before.run.n,
            source=before.run.source if cell is None else None,
            text=text,
            path=(cell,) if cell else (),
        )

    def _presence(self, difference: Difference, past: Past, stage: Stage) -> Cause:
        path, at = difference.resource, stage.writers.get(difference.resource)
        if difference.saw:
            text = f"it found the file `{path}`, which is no longer there"
            return Cause(kind="file-missing", resource=path, run=past.run.n, text=text)
        made = f"{self.label(at)} would have made before" if at is not None else "is there by now"
        text = f"it did not find the file `{path}`, which {made}"
        return Cause(
            kind="file-changed", resource=path, cell=at, run=past.run.n, text=text, path=(at,) if at is not None else ()
        )

    def _file(self, difference: Difference, past: Past, stage: Stage) -> Cause:
        path, at = difference.resource, stage.writers.get(difference.resource)
        kind: CauseKind = "file-changed"
        if past.found[path].mode == "write":
            text = f"added to the file `{path}`, which by now holds more"
        elif not difference.has:
            kind = "file-missing"
            text = f"read the file `{path}`, which is no longer there"
        elif at is not None:
            text = f"read the file `{path}` with another content than {self.label(at)} would write"
        elif any(touch.mode == "write" and touch.path == path for touch in past.run.files):
            text = f"read the file `{path}` and then wrote it anew, so that the next run finds another content"
        else:
            text = f"read the file `{path}`, which was changed since"
        return Cause(kind=kind, resource=path, cell=at, run=past.run.n, text=text, path=(at,) if at else ())


def joined(texts: Iterable[str], limit: int = 3) -> str:
    """The first few reasons in one line; what is said of several names alike is said once."""
    groups: dict[str, list[str]] = {}
    for text in dict.fromkeys(texts):
        found = _SHOWN.match(text)
        name, rest = found.groups() if found else ("", text)
        groups.setdefault(rest, []).append(name)
    kept = [f"shows {_listed(names)} {rest}" if names[0] else rest for rest, names in groups.items()]
    more = f" (and {len(kept) - limit} more)" if len(kept) > limit else ""
    return "; ".join(kept[:limit]) + more


def _listed(names: list[str]) -> str:
    if len(names) > 4:
        return f"{', '.join(names[:3])} and {len(names) - 3} more names"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
