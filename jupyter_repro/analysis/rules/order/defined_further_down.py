"""Uses a name that is defined only further down.

## Why it hurts

It worked because the lower cell had been run before. After a restart the cell fails with NameError.

## Example

    # %% a
    print(rate * 100)
    # %% b
    rate = 0.2

## Instead

    # %% b
    rate = 0.2
    # %% a
    print(rate * 100)

## Limits

Stays silent below star imports, ``%run``, ``exec`` and magics that may define names. A use inside a function counts
where the top level of a cell calls the function and nothing in it may return before; else only where the journal saw
it.
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.code.opening import made_in_passing, may_define_anything
from jupyter_repro.analysis.facts.calledneeds import called_needs
from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.lineage import mismatches
from jupyter_repro.analysis.findings.finding import Edit, Evidence, Finding, Fix
from jupyter_repro.analysis.findings.rule import Rule


def _first_below(ctx: Context, cell_id: str, name: str) -> str | None:
    return next((cell.id for cell in ctx.below(cell_id) if name in ctx.code(cell).names.binds), None)


def _moved(ctx: Context, cell_id: str, makers: list[str], above: set[str]) -> Fix | None:
    """A fix that moves the defining cells up, where all that they need is there already."""
    edits = []
    known = set(above)
    for offset, maker in enumerate(sorted(makers, key=ctx.position.__getitem__)):
        names = ctx.code(ctx.by_id[maker]).names
        if not set(names.reads) <= known:
            return None
        known.update(names.binds)
        edits.append(Edit(action="move", cell=maker, index=ctx.by_id[cell_id].index + offset))
    return Fix(title="Move the defining cell up", edits=tuple(edits))


class DefinedFurtherDown(Rule):
    """A needed name comes only later in the document."""

    code = "RPO202"
    name = "defined-further-down"
    severity = "error"
    why = "After a restart the name does not exist yet when this cell runs, and the cell fails."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell, with all names that come too late."""
        if ctx.nothing_fails:
            return
        above: set[str] = set()
        seen: set[str] = set()
        anything = False
        recorded: dict[str, set[str]] = {}
        for each in mismatches(ctx):
            if each.kind == "below" and each.expected is None:
                recorded.setdefault(each.cell, set()).add(each.name)
        for cell in ctx.cells:
            names = ctx.code(cell).names
            anything = anything or may_define_anything(ctx.code(cell))
            needed = {*names.reads, *called_needs(ctx).get(cell.id, ())}
            static = set() if anything or "raises-exception" in cell.tags else needed - above - seen
            wanted = static | (recorded.get(cell.id, set()) - seen)
            makers = {name: maker for name in sorted(wanted) if (maker := _first_below(ctx, cell.id, name)) is not None}
            if makers and ctx.replay(cell.id) not in ("ok", "changes"):
                seen.update(makers)
                users = [each.id for each in ctx.below(cell.id) if makers.keys() & ctx.code(each).names.reads.keys()]
                yield self.found(
                    cell.id,
                    f"uses {', '.join(f'`{name}`' for name in makers)}, defined only further down in "
                    + ", ".join(dict.fromkeys(ctx.label(maker) for maker in makers.values())),
                    "Move the cell that defines it above this one.",
                    cells=[each for each in users if each not in makers.values()],
                    fix=_moved(ctx, cell.id, list(dict.fromkeys(makers.values())), above),
                    evidence=[Evidence(cell=maker, text=f"defines {name}") for name, maker in makers.items()],
                )
            above.update(names.binds, made_in_passing(ctx.code(cell)))
