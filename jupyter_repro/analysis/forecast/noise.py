"""Cells whose output may come out otherwise each time: unseeded draws, clocks, the network, seen or read in it."""

from __future__ import annotations

from functools import cached_property, partial

from jupyter_repro.analysis.code.cellcode import parse
from jupyter_repro.analysis.flow import CellFlow, FlowCell, Root, flow_cell, follow
from jupyter_repro.analysis.forecast.because import Cause, Explainer
from jupyter_repro.analysis.forecast.memo import Memo
from jupyter_repro.analysis.recall import Recall
from jupyter_repro.analysis.runs.timeline import Past
from jupyter_repro.model.document import Document, DocumentCell
from jupyter_repro.records import SessionRecord

_WORDS = {
    "random": ("an unseeded draw", "seed it"),
    "entropy": ("fresh entropy", "draw from a seeded generator"),
    "clock": ("the clock", "fix the time"),
    "timing": ("a timing", "leave it out of what is shown"),
    "network": ("the network", "keep what it fetches in a file"),
    "threads": ("the order of threads", "sort the results"),
    "uninitialised": ("uninitialised memory", "fill it"),
}
"""Kind of root -> what a cell rests on, and what would settle it."""

_WATCHED = frozenset(["numpy", "random", "torch"])
"""Generators whose state the capture compares before and after each run."""


_QUIET: frozenset[Root] = frozenset()


class Noise:
    """Follows values that differ from run to run to the cells that show them."""

    def __init__(self, document: Document, memo: Memo, why: Explainer, recall: Recall) -> None:
        self._document = document
        self._memo = memo
        self._why = why
        self._recall = recall

    @cached_property
    def _flows(self) -> dict[str, CellFlow]:
        return follow([self._flow_cell(cell) for cell in self._document.cells])

    def flow(self, cell: DocumentCell) -> frozenset[Root]:
        """What differs from run to run and is shown in the cell, by its text and by what was seen of it."""
        flow = self._flows.get(cell.id)
        return frozenset(root for root in flow.shown if root.kind in _WORDS) if flow and flow.shown else _QUIET

    def of(self, cell: DocumentCell) -> Cause | None:
        """Why the cell's output may be another one each time, None when nothing suggests it."""
        roots = sorted((root for root in self.flow(cell) if not self._was_still(root)), key=_place)
        if not roots:
            return None
        root = roots[0]
        word, settle = _WORDS[root.kind]
        where = "" if root.cell == cell.id else f" in {self._why.label(root.cell)}"
        text = f"rests on {word} ({root.what}){where}; {settle} and run it again to settle it"
        resource = root.behind or (root.generator if root.generator in _WATCHED else root.kind)
        return Cause(kind="outside", resource=resource, cell=root.cell, path=(root.cell,), text=text)

    def _was_still(self, root: Root) -> bool:
        """Whether the generator that the text seems to draw from was watched while the cell ran, and did not move."""
        generator = root.behind or root.generator
        past = self._newest.get(root.cell)
        if root.kind != "random" or past is None or generator not in _WATCHED:
            return False
        return past.header.layers.get("randomness") == "on" and all(
            draw.generator != generator for draw in past.run.draws
        )

    @cached_property
    def _newest(self) -> dict[str, Past]:
        """Cell -> the newest run of its present text."""
        found = {}
        for cell in self._document.cells:
            first, _ = self._memo.first_of(cell.source)
            if first is not None:
                found[cell.id] = first
        return found

    def _flow_cell(self, cell: DocumentCell) -> FlowCell:
        newest = self._newest.get(cell.id)
        basis = (cell, newest, self._stripped)
        return self._recall.fact(("flow", cell.id), basis, partial(_flow_cell, cell, newest, stripped=self._stripped))

    @cached_property
    def _stripped(self) -> bool:
        return not any(each.outputs for each in self._document.cells)


def _place(root: Root) -> tuple[str, int]:
    return root.cell, root.line


def _flow_cell(cell: DocumentCell, newest: Past | None, *, stripped: bool) -> FlowCell:
    session, run = (SessionRecord(header=newest.header), newest.run) if newest else (None, None)
    return flow_cell(cell, parse(cell.source), session, run, stripped=stripped)
