"""Cells whose output may come out otherwise each time: unseeded draws, clocks, the network, seen or read in it."""

from __future__ import annotations

from functools import cached_property

from jupyter_repro.analysis.because import Cause
from jupyter_repro.analysis.cellcode import parse
from jupyter_repro.analysis.flow import CellFlow, FlowCell, Root, flow_cell, follow
from jupyter_repro.analysis.memo import Memo
from jupyter_repro.model.document import Document, DocumentCell
from jupyter_repro.records import SessionRecord

_WORDS = {
    "random": "an unseeded draw",
    "entropy": "fresh entropy",
    "clock": "the clock",
    "timing": "a timing",
    "network": "the network",
    "threads": "the order of threads",
    "uninitialised": "uninitialised memory",
}


class Noise:
    """Follows values that differ from run to run to the cells that show them."""

    def __init__(self, document: Document, memo: Memo) -> None:
        self._document = document
        self._memo = memo

    @cached_property
    def _flows(self) -> dict[str, CellFlow]:
        return follow([self._flow_cell(cell) for cell in self._document.cells])

    def of(self, cell: DocumentCell) -> Cause | None:
        """Why the cell's output may be another one each time, None when nothing suggests it."""
        flow = self._flows.get(cell.id)
        roots = sorted((root for root in flow.shown if root.kind in _WORDS), key=_place) if flow else []
        if not roots:
            return None
        root = roots[0]
        where = "" if root.cell == cell.id else " in a cell above"
        settle = "fix the seed or the input, then run it again to settle it"
        text = f"rests on {_WORDS[root.kind]} ({root.what}){where}; {settle}"
        return Cause(kind="outside", resource=root.generator or root.kind, cell=root.cell, path=(root.cell,), text=text)

    def _flow_cell(self, cell: DocumentCell) -> FlowCell:
        newest = next(iter(self._memo.of_source(cell.source)), None)
        session, run = (SessionRecord(header=newest.header), newest.run) if newest else (None, None)
        return flow_cell(cell, parse(cell.source), session, run, stripped=self._stripped)

    @cached_property
    def _stripped(self) -> bool:
        return not any(each.outputs for each in self._document.cells)


def _place(root: Root) -> tuple[str, int]:
    return root.cell, root.line
