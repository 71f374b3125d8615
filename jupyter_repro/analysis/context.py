"""What every rule sees: the document, the history and the forecast, joined and parsed once."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_repro.analysis import flow
from jupyter_repro.analysis.cellcode import CellCode, parse
from jupyter_repro.analysis.seen import seen, seen_in
from jupyter_repro.model.document import Document, DocumentCell
from jupyter_repro.model.history import History
from jupyter_repro.records import RunRecord, SessionRecord

if TYPE_CHECKING:
    from jupyter_repro.analysis.forecast import Forecast


@dataclass(frozen=True)
class Context:
    """The immutable input of all rules; what is derived from it is computed on first use and kept."""

    document: Document
    history: History
    forecast: Forecast | None = None
    """None only in tests of single rules."""
    folder: Path = field(default_factory=Path)
    """The notebook's folder: where relative paths start."""

    @property
    def cells(self) -> tuple[DocumentCell, ...]:
        """The code cells, in document order."""
        return self.document.cells

    @cached_property
    def by_id(self) -> dict[str, DocumentCell]:
        """Code cells by id."""
        return {cell.id: cell for cell in self.cells}

    @cached_property
    def position(self) -> dict[str, int]:
        """Place of each code cell among the code cells, from 0."""
        return {cell.id: number for number, cell in enumerate(self.cells)}

    def code(self, cell: DocumentCell) -> CellCode:
        """The parsed source of a cell."""
        return parse(cell.source)

    def label(self, cell_id: str | None) -> str:
        """How a message calls a cell: by its execution count where it has one, else by its place."""
        cell = self.by_id.get(cell_id or "")
        if cell is None:
            return "a deleted cell"
        return f"cell [{cell.execution_count}]" if cell.execution_count else f"cell {self.position[cell.id] + 1}"

    @cached_property
    def has_outputs(self) -> bool:
        """Whether any cell has outputs: where none has, they may have been stripped, and nothing is known of them."""
        return any(cell.outputs for cell in self.cells)

    # history
    @cached_property
    def _runs(self) -> dict[str, list[tuple[SessionRecord, RunRecord]]]:
        by_source: dict[str, list[str]] = {}
        for cell in self.cells:
            by_source.setdefault(cell.source, []).append(cell.id)
        found: dict[str, list[tuple[SessionRecord, RunRecord]]] = {cell.id: [] for cell in self.cells}
        for session in self.history.sessions:
            for run in session.runs:
                for cell_id in [run.cell] if run.cell is not None else by_source.get(run.source, []):
                    if cell_id in found:
                        found[cell_id].append((session, run))
        return found

    def runs_of(self, cell_id: str) -> list[tuple[SessionRecord, RunRecord]]:
        """All recorded runs of a cell of the document, oldest first."""
        return self._runs.get(cell_id, [])

    @cached_property
    def shown_runs(self) -> dict[str, tuple[SessionRecord, RunRecord]]:
        """For each cell whose outputs a recorded run made: that run; of several with its count, one with them."""
        found = {}
        for cell in self.cells:
            fitting = [
                pair
                for pair in reversed(self.runs_of(cell.id))
                if cell.execution_count is not None and pair[1].execution_count == cell.execution_count
            ]
            if len(fitting) > 1:
                wanted = seen_in(cell)
                fitting.sort(key=lambda pair: seen(pair[1].outputs) != wanted)
            if fitting:
                found[cell.id] = fitting[0]
        return found

    def current_run(self, cell: DocumentCell) -> RunRecord | None:
        """The newest finished run of this very source, None where there is none."""
        return next((run for _, run in reversed(self.runs_of(cell.id)) if run.source == cell.source), None)

    def replay(self, cell_id: str) -> str | None:
        """What the forecast says of a cell: ``ok``, ``changes``, ``fails``, ``unknown``; None without a forecast."""
        return self._replays.get(cell_id)

    @cached_property
    def _replays(self) -> dict[str, str]:
        return {each.id: each.replay for each in self.forecast.cells} if self.forecast is not None else {}

    @cached_property
    def kept(self) -> dict[str, Any]:
        """What several rules need and one has worked out, by name."""
        return {}

    # text and names
    @cached_property
    def aliases(self) -> dict[str, str]:
        """Names that imports anywhere in the notebook bind -> the dotted name they stand for."""
        found: dict[str, str] = {}
        for cell in self.cells:
            found.update(self.code(cell).aliases)
        return found

    def dotted(self, node: ast.expr) -> str | None:
        """The full dotted name of an expression, imports resolved; builtins and unknown names as they are written."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        return ".".join([self.aliases.get(node.id, node.id), *reversed(parts)])

    def calls(self, cell: DocumentCell) -> Iterator[tuple[str, ast.Call]]:
        """Every call in a cell whose callee has a dotted name, with that name."""
        for first, rest, node in self.code(cell).calls:
            base = self.aliases.get(first, first)
            yield (f"{base}.{rest}" if rest else base), node

    @cached_property
    def flows(self) -> dict[str, flow.CellFlow]:
        """What differs from run to run, from where it comes in to where it is shown."""
        return flow.follow([self._flow_cell(cell) for cell in self.cells])

    def _flow_cell(self, cell: DocumentCell) -> flow.FlowCell:
        run = self.current_run(cell)
        session = next((session for session, each in reversed(self.runs_of(cell.id)) if each is run), None)
        return flow.flow_cell(cell, self.code(cell), session, run, stripped=not self.has_outputs)

    # order
    def below(self, cell_id: str) -> Sequence[DocumentCell]:
        """The cells after one."""
        return self.cells[self.position[cell_id] + 1 :]
