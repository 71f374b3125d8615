"""Who made what a shown result rests on, and who would make it in document order: where the two part, a rule speaks.

For each cell whose outputs a recorded run made, and each name that run read, the *maker* is the run that last wrote or
changed the name before it; the *expected* cell is the last one above it in the document that does so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from heapq import heapify, heappop, heappush
from typing import Literal

from jupyter_repro.analysis.code.cellcode import parse
from jupyter_repro.analysis.code.syntax import meaning
from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.runs.timeline import line_of_session
from jupyter_repro.model.document import DocumentCell
from jupyter_repro.records import RunRecord, SessionRecord, is_full

Kind = Literal["deleted", "rerun", "below", "passed-over", "edited", "stale"]
"""How the maker differs from the expected: a cell that is gone; an earlier run of the same cell; a cell further down; a
cell above with another in between; the expected cell with another source; the expected cell, which ran again since."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mismatch:
    """A shown result rests on another version of a name than document order would give it."""

    kind: Kind
    name: str
    cell: str
    run: RunRecord
    """The run whose outputs are shown."""
    maker: RunRecord
    maker_cell: str | None
    """The maker's cell in the document, None where it is gone."""
    expected: str | None
    """The cell above that would make the name, None where there is none: the replay has no such name."""
    latest: RunRecord | None = None
    """For ``stale``: the run that has changed the name since."""
    session: SessionRecord
    """Of the shown run."""


def mismatches(ctx: Context) -> tuple[Mismatch, ...]:
    """All mismatches that can matter, in document order; cells whose replay is known to be the same left out."""
    if "mismatches" not in ctx.kept:
        ctx.kept["mismatches"] = tuple(_mismatches(ctx))
    found: tuple[Mismatch, ...] = ctx.kept["mismatches"]
    return found


def _mismatches(ctx: Context) -> Iterator[Mismatch]:
    if ctx.is_settled:
        return
    expected: dict[str, str] = {}
    for cell in ctx.cells:
        shown = ctx.shown_runs.get(cell.id)
        if shown is not None and ctx.replay(cell.id) != "ok" and same_code(shown[1].source, cell.source):
            for name, fingerprint in shown[1].reads.items():
                if fingerprint and (found := _compare(ctx, cell, shown, name, expected.get(name))) is not None:
                    yield found
        for name in made_by(ctx, cell):
            expected[name] = cell.id
        for name in ctx.code(cell).names.deletes:
            expected.pop(name, None)


def made_by(ctx: Context, cell: DocumentCell) -> set[str]:
    """Names that a cell binds or changes, by its text and by what its present source was seen to do."""
    names = ctx.code(cell).names
    made = {*names.binds, *names.changes}
    run = ctx.current_run(cell)
    if run is not None:
        made |= {*run.writes, *run.mutates}
    return made


def downstream(ctx: Context, cell_id: str) -> tuple[str, ...]:
    """Cells whose shown result rests, directly or not, on what the given cell's runs made.

    Left out are those known to stay the same, unless another one rests on them: a cell that shows nothing stays
    the same and hands on what is stale.
    """
    above, below = _ties(ctx)
    rests_on: dict[str, set[str]] = {cell_id: set()}
    waiting = [ctx.position[each] for each in below.get(cell_id, ())] if cell_id in ctx.position else []
    heapify(waiting)
    while waiting:
        cell = ctx.cells[heappop(waiting)].id
        if cell not in rests_on:
            rests_on[cell] = {each for each in above[cell] if each in rests_on}
            here = ctx.position[cell]
            for each in below.get(cell, ()):
                if ctx.position[each] > here:
                    heappush(waiting, ctx.position[each])
    wanted: set[str] = set()
    for cell in sorted(rests_on, key=ctx.position.__getitem__, reverse=True) if cell_id in ctx.position else ():
        if cell in wanted or ctx.replay(cell) != "ok":
            wanted |= {cell, *rests_on[cell]}
    return tuple(sorted(wanted - {cell_id}, key=ctx.position.__getitem__))


def _ties(ctx: Context) -> tuple[dict[str, set[str]], dict[str, list[str]]]:
    """Each cell whose outputs a run made -> the cells whose runs made what it read; and the other way round."""
    if "ties" not in ctx.kept:
        above: dict[str, set[str]] = {}
        below: dict[str, list[str]] = {}
        for cell in ctx.cells:
            if (shown := ctx.shown_runs.get(cell.id)) is not None:
                basis = (ctx.past_of(*shown),)
                above[cell.id] = ctx.recall.fact(("makers", cell.id), basis, partial(_maker_cells, *shown))
                for maker in above[cell.id]:
                    below.setdefault(maker, []).append(cell.id)
        ctx.kept["ties"] = (above, below)
    ties: tuple[dict[str, set[str]], dict[str, list[str]]] = ctx.kept["ties"]
    return ties


def _maker_cells(session: SessionRecord, run: RunRecord) -> set[str]:
    makers = (maker_of(session, run, name) for name, fingerprint in run.reads.items() if fingerprint)
    return {maker.cell for maker in makers if maker is not None and maker.cell is not None}


def maker_of(session: SessionRecord, run: RunRecord, name: str) -> RunRecord | None:
    """The run that last wrote or changed ``name`` before ``run`` began."""
    line = line_of_session(session)
    place = line.made_before(name, line.numbered(run.n))
    return None if place is None else line.runs[place]


def same_code(one: str, other: str) -> bool:
    """Whether two sources do the same: equal but for comments and spaces."""
    if one == other:
        return True
    a, b = parse(one), parse(other)
    if a.tree is None or b.tree is None or a.magics != b.magics:
        return one.strip() == other.strip()
    return _meaning(one) == _meaning(other)


@lru_cache(maxsize=4096)
def _meaning(source: str) -> str:
    tree = parse(source).tree
    return "" if tree is None else meaning(tree)


def _compare(
    ctx: Context, cell: DocumentCell, shown: tuple[SessionRecord, RunRecord], name: str, expected: str | None
) -> Mismatch | None:
    session, run = shown
    maker = maker_of(session, run, name)
    if maker is None:
        return None
    at = _cell_of(ctx, maker)
    kind: Kind
    latest = None
    if at is None:
        kind = "deleted"
    elif at == cell.id:
        kind = "rerun"
    elif ctx.position[at] > ctx.position[cell.id]:
        kind = "below"
    elif expected is not None and at != expected:
        kind = "passed-over"
    elif (latest := _made_since(ctx, session, maker, at, name)) is not None:
        kind = "stale"
    elif not same_code(maker.source, ctx.by_id[at].source):
        kind = "edited"
    else:
        return None
    if kind != "stale" and expected is not None and _same_value(ctx, expected, name, run.reads[name]):
        return None
    return Mismatch(
        kind=kind,
        name=name,
        cell=cell.id,
        run=run,
        maker=maker,
        maker_cell=at,
        expected=expected,
        latest=latest,
        session=session,
    )


def _cell_of(ctx: Context, maker: RunRecord) -> str | None:
    """The maker's cell in the document: by id, else a cell of the same source (cut and pasted, or no ids were sent)."""
    if maker.cell in ctx.by_id:
        return maker.cell
    found: dict[str, str | None] = ctx.kept.setdefault("cells by source", {})
    if maker.source not in found:
        same = (cell.id for cell in ctx.cells if not cell.is_blank and same_code(cell.source, maker.source))
        found[maker.source] = next(same, None)
    return found[maker.source]


def _made_since(ctx: Context, session: SessionRecord, maker: RunRecord, cell: str, name: str) -> RunRecord | None:
    """The last later run of the same cell, in this session or a later one, where it left another value; else None."""
    before = {**maker.writes, **maker.mutates}.get(name, "?")
    found, later = None, False
    for other, run in ctx.runs_of(cell):
        later = later or (other is not session and other.header.started > session.header.started)
        if later or (other is session and run.n > maker.n):
            after = {**run.writes, **run.mutates}.get(name)
            if after is not None:
                found = run if after != before or not is_full(after) else None
    return found


def _same_value(ctx: Context, expected: str, name: str, fingerprint: str) -> bool:
    """Whether the expected cell, as it stands, was seen to leave the very value that was read."""
    run = ctx.current_run(ctx.by_id[expected])
    return run is not None and is_full(fingerprint) and {**run.writes, **run.mutates}.get(name) == fingerprint
