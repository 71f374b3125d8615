"""From the flow of differing values to findings: roots by the cell they come in at, with all that shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings.finding import Evidence
from jupyter_repro.analysis.flow import Root
from jupyter_repro.analysis.runs.seen import seen


@dataclass(frozen=True, kw_only=True, slots=True)
class Rooted:
    """One cell's roots of a kind, and the cells whose outputs or files rest on them, the cell itself left out."""

    cell: str
    roots: tuple[Root, ...]
    cells: tuple[str, ...]
    here: bool
    """Whether the cell itself shows or saves what came in."""

    @property
    def what(self) -> str:
        """The calls, in words."""
        names = list(dict.fromkeys(f"`{root.what}`" if " " not in root.what else root.what for root in self.roots))
        return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Each call with its line."""
        return tuple(Evidence(cell=self.cell, text=f"line {root.line}: {root.what}") for root in self.roots)


def rooted(ctx: Context, wanted: Callable[[Root], bool]) -> Iterator[Rooted]:
    """The roots that are wanted and reach something that is seen or saved, by cell, in document order."""
    for cell in ctx.noisy:
        roots = sorted(filter(wanted, ctx.flows[cell.id].roots), key=lambda root: (root.line, root.what))
        reach: dict[Root, list[str]] = {root: [] for root in roots}
        for other in ctx.noisy if roots else ():
            found = ctx.flows[other.id]
            for root in roots:
                if root in found.shown or root in found.saved:
                    reach[root].append(other.id)
        seen = [root for root in roots if reach[root]]
        if seen:
            cells = {each: None for other in ctx.noisy for root in seen for each in reach[root] if each == other.id}
            yield Rooted(
                cell=cell.id,
                roots=tuple(seen),
                cells=tuple(each for each in cells if each != cell.id),
                here=cell.id in cells,
            )


def seen_to_differ(ctx: Context, cells: Iterable[str]) -> bool:
    """Whether one of the cells, as it stands, was run twice and did not show the same."""
    for cell_id in cells:
        source = ctx.by_id[cell_id].source
        shown = {seen(run.outputs) for _, run in ctx.runs_of(cell_id) if run.source == source and run.status == "ok"}
        if len(shown) > 1:
            return True
    return False
