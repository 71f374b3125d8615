"""Follows values that differ from run to run through the notebook, from the call that brings them in to what is shown.

An abstract reading of the cells from the top, without running anything: each name carries the set of roots its value
rests on. Branches are joined, loop bodies read once, functions of the notebook are read at each call. It errs towards
silence: a value that passes through something not understood keeps its roots, one that is only counted or measured
(``len``, ``.shape``, ``sorted`` for an order) loses them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from jupyter_repro.analysis.code.cellcode import CellCode
from jupyter_repro.analysis.flow.statements import Reader
from jupyter_repro.analysis.flow.values import CellFlow, FlowCell, Observed, Root
from jupyter_repro.model.document import DocumentCell
from jupyter_repro.records import RunRecord, SessionRecord

__all__ = ["CellFlow", "FlowCell", "Observed", "Root", "flow_cell", "follow"]

_IMAGE = re.compile(r"^image/|plotly|bokeh|vega")


def flow_cell(
    cell: DocumentCell, code: CellCode, session: SessionRecord | None, run: RunRecord | None, *, stripped: bool
) -> FlowCell:
    """A cell of the document, with what a run of its present source drew. ``stripped``: no cell has outputs."""
    observed = None
    watched = session is not None and session.header.layers.get("randomness") == "on"
    if run is not None and watched and not any("random" in spot for spot in run.blind_spots):
        draws = {draw.generator: draw.seeded for draw in run.draws if not draw.by_import}
        observed = Observed(draws=draws, importing=bool(run.modules))
    return FlowCell(
        id=cell.id,
        code=code,
        shows=None if stripped else any(not _tells_nothing(output) for output in cell.outputs),
        figure=any(_IMAGE.search(mime) for output in cell.outputs for mime in output.get("data", {})),
        talks=any(output.get("name") == "stdout" for output in cell.outputs),
        observed=observed,
    )


_OPAQUE = re.compile(r"[\[(]?(?:<[^<>]*(?:<[^<>]*>[^<>]*)? at 0x[0-9a-f]+>(?:,\s*)?)+[\])]?")
"""Objects without a text form of their own, and lists of them."""


def _tells_nothing(output: Mapping[str, Any]) -> bool:
    """Whether nothing of any value can be seen in an output: messages on stderr, objects shown by their address."""
    if output.get("output_type") == "stream":
        return output.get("name") == "stderr"
    data = output.get("data") or {}
    return set(data) == {"text/plain"} and _OPAQUE.fullmatch("".join(data["text/plain"]).strip()) is not None


_KEPT: list[tuple[tuple[FlowCell, ...], dict[str, CellFlow]]] = []
"""The last few answers: the forecast and the findings ask the same, and one more run seldom changes it."""


def follow(cells: Sequence[FlowCell]) -> dict[str, CellFlow]:
    """What each cell brings in and shows, by cell id. ``cells`` in document order."""
    asked = tuple(cells)
    for known, flows in _KEPT:
        if known == asked:
            return flows
    reader = Reader()
    flows = _unrefuted(cells, {cell.id: reader.cell(cell) for cell in cells})
    _KEPT.insert(0, (asked, flows))
    del _KEPT[4:]
    return flows


def _unrefuted(cells: Sequence[FlowCell], flows: dict[str, CellFlow]) -> dict[str, CellFlow]:
    """Without roots that would have moved a global generator, where the tracker looked and none moved."""
    moved: dict[str, list[int]] = {}
    for number, cell in enumerate(cells):
        for generator in ("random", "numpy", "torch"):
            if cell.observed is None or not cell.observed.draws.get(generator, True):
                moved.setdefault(generator, []).append(number)
    place = {cell.id: number for number, cell in enumerate(cells)}

    def stands(root: Root, upto: int) -> bool:
        if not root.behind:
            return True
        return any(place.get(root.cell, 0) <= number <= upto for number in moved.get(root.behind, ()))

    kept = {}
    for cell_id, flow in flows.items():
        here = place[cell_id]
        shown, saved = (frozenset(root for root in roots if stands(root, here)) for roots in (flow.shown, flow.saved))
        kept[cell_id] = CellFlow(roots=flow.roots, shown=shown, saved=saved)
    return kept


def _drawn(observed: Observed | None) -> tuple[tuple[str, bool], ...] | None:
    return None if observed is None else tuple(sorted(observed.draws.items()))
