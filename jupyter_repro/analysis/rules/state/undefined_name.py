"""Uses a name that no cell of the document defines.

It was made by a cell that is gone, renamed where it was made, or is simply missing.

## Why it hurts

After a restart the cell fails with NameError.

## Example

    # %% a
    total = 3
    # %% b
    print(totals)

## Instead

    # %% a
    totals = 3
    # %% b
    print(totals)

## Limits

Stays silent below star imports, ``%run``, ``exec`` and magics that may define names. A use inside a function counts
where the top level of a cell calls the function and nothing in it may return before: else it may never be reached.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from difflib import get_close_matches

from jupyter_repro.analysis.code.opening import made_in_passing, may_define_anything
from jupyter_repro.analysis.facts.calledneeds import called_needs
from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.lineage import maker_of
from jupyter_repro.analysis.findings import fixes
from jupyter_repro.analysis.findings.finding import Finding, Fix
from jupyter_repro.analysis.findings.rule import Rule


def _explained(ctx: Context, cell_id: str, name: str) -> bool:
    """Whether the journal knows who made it: other rules say so with more to go on."""
    shown = ctx.shown_runs.get(cell_id)
    return shown is not None and bool(shown[1].reads.get(name)) and maker_of(*shown, name) is not None


def _renamed(ctx: Context, cell_id: str, missing: list[str], near: list[str]) -> Fix | None:
    """A fix that uses the one name that differs by a letter or two."""
    if len(missing) != 1 or not near:
        return None
    code = ctx.code(ctx.by_id[cell_id])
    uses = [node for node in code.nodes if isinstance(node, ast.Name) and node.id == missing[0]]
    source = fixes.rewritten(code, uses, lambda _node, _text: near[0])
    return fixes.replace_cell(ctx, cell_id, source, f"Use {near[0]}")


class UndefinedName(Rule):
    """A needed name is defined nowhere."""

    code = "RPS109"
    name = "undefined-name"
    severity = "error"
    why = "After a restart the name does not exist, and the cell fails."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each name that nothing defines, at the first cell that needs it."""
        if ctx.nothing_fails:
            return
        known: set[str] = {name for cell in ctx.cells for name in ctx.code(cell).names.binds}
        known |= {name for cell in ctx.cells for name in made_in_passing(ctx.code(cell))}
        seen: set[str] = set()
        for cell in ctx.cells:
            if may_define_anything(ctx.code(cell)):
                return
            if "raises-exception" in cell.tags or ctx.replay(cell.id) in ("ok", "changes"):
                continue
            needed = [*ctx.code(cell).names.reads, *sorted(called_needs(ctx).get(cell.id, ()))]
            missing = [name for name in dict.fromkeys(needed) if name not in known and name not in seen]
            explained = [name for name in missing if _explained(ctx, cell.id, name)]
            missing = [name for name in missing if name not in explained]
            seen.update(missing, explained)
            if not missing:
                continue
            users = [each.id for each in ctx.below(cell.id) if set(missing) & ctx.code(each).names.reads.keys()]
            near = get_close_matches(missing[0], sorted(known), n=1, cutoff=0.75)
            yield self.found(
                cell.id,
                f"uses {', '.join(f'`{name}`' for name in missing)}, which no cell of the notebook defines",
                f"Did you mean `{near[0]}`?" if near else "Define it above, or delete what uses it.",
                cells=users,
                fix=_renamed(ctx, cell.id, missing, near),
            )
