"""What the rules on state share: mismatches by where they start, rerun fixes, and how sure one may be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.lineage import Kind, Mismatch
from jupyter_repro.analysis.findings.finding import Edit, Fix, Severity


def by_place(
    found: Iterable[Mismatch], kind: Kind, place: Callable[[Mismatch], str | None]
) -> Iterator[tuple[str | None, list[Mismatch]]]:
    """The mismatches of a kind, grouped by where they start, in document order of the first cell that shows each."""
    groups: dict[str | None, list[Mismatch]] = {}
    for each in found:
        if each.kind == kind:
            groups.setdefault(place(each), []).append(each)
    yield from groups.items()


def names_in(group: Iterable[Mismatch]) -> str:
    """The names of a group, in words."""
    return ", ".join(f"`{name}`" for name in dict.fromkeys(each.name for each in group))


def reruns(ctx: Context, cells: Sequence[str]) -> Fix | None:
    """A fix that runs cells again in document order."""
    wanted = set(cells)
    edits = tuple(Edit(action="rerun", cell=cell.id) for cell in ctx.cells if cell.id in wanted)
    if not edits:
        return None
    title = "Run it again" if len(edits) == 1 else f"Run {len(edits)} cells again in document order"
    return Fix(title=title, edits=edits)


def weight(ctx: Context, *cells: str) -> Severity:
    """``error`` where the forecast is sure that one of these cells changes or fails, else ``warning``."""
    replays = {ctx.replay(cell) for cell in cells}
    return "error" if replays & {"changes", "fails", None} else "warning"
