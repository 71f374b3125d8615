"""What every rule sees: the document, the history and the forecast, joined and parsed once."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_repro.analysis import flow
from jupyter_repro.analysis.code.cellcode import CellCode, parse
from jupyter_repro.analysis.code.syntax import chain_of
from jupyter_repro.analysis.facts.looks import has_imports, has_outputs, naming
from jupyter_repro.analysis.recall import Look, Recall
from jupyter_repro.analysis.runs.seen import seen, seen_in
from jupyter_repro.analysis.runs.timeline import Past, SessionLine, line_of_session
from jupyter_repro.journal.recorded import line_of
from jupyter_repro.model.document import Document, DocumentCell
from jupyter_repro.model.history import History
from jupyter_repro.records import RunRecord, SessionRecord

if TYPE_CHECKING:
    from jupyter_repro.analysis.forecast.walk import Forecast


@dataclass(frozen=True)
class Context:
    """The immutable input of all rules; what is derived from it is computed on first use and kept."""

    document: Document
    history: History
    forecast: Forecast | None = None
    """None only in tests of single rules."""
    folder: Path = field(default_factory=Path)
    """The notebook's folder: where relative paths start."""
    recall: Recall = field(default_factory=Recall, repr=False)
    """What earlier judgements of this notebook found in cells and runs that are still the same."""

    @property
    def cells(self) -> tuple[DocumentCell, ...]:
        """The code cells, in document order."""
        return self.document.cells

    def where(self, look: Look) -> Sequence[DocumentCell]:
        """The cells in which a look (a pure function of a cell) finds something, in document order."""
        return self.recall.where(look, self.document.cells)

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
        """How a message calls a cell, also one that is no more."""
        cell = self.by_id.get(cell_id or "")
        return "a deleted cell" if cell is None else cell.name

    @cached_property
    def has_outputs(self) -> bool:
        """Whether any cell has outputs: where none has, they may have been stripped, and nothing is known of them."""
        return bool(self.where(has_outputs))

    # history
    @cached_property
    def _lines(self) -> list[tuple[SessionRecord, SessionLine]]:
        return [(session, line_of_session(session)) for session in self.history.sessions]

    @cached_property
    def _by_session(self) -> dict[str, SessionLine]:
        return {session.header.id: line for session, line in self._lines}

    def runs_of(self, cell_id: str) -> list[tuple[SessionRecord, RunRecord]]:
        """All recorded runs of a cell of the document, oldest first, by id, or by source where no ids were sent."""
        cell = self.by_id.get(cell_id)
        if cell is None:
            return []
        return [(session, line.runs[place]) for session, line in self._lines for place in line.places_of(cell)]

    @cached_property
    def shown_runs(self) -> dict[str, tuple[SessionRecord, RunRecord]]:
        """For each cell whose outputs a recorded run made: that run; of several with its count, one with them."""
        found = {}
        for cell in self.cells:
            fitting = [
                (session, line.runs[place])
                for session, line in (reversed(self._lines) if cell.execution_count is not None else ())
                for place in reversed(line.counts[cell.execution_count])
                if line.is_of(place, cell)
            ]
            if len(fitting) > 1:
                wanted = seen_in(cell)
                fitting.sort(key=lambda pair: seen(pair[1].outputs) != wanted)
            if fitting:
                found[cell.id] = fitting[0]
        return found

    def current_run(self, cell: DocumentCell) -> RunRecord | None:
        """The newest finished run of this very source, None where there is none."""
        found = self._current.get(cell.id)
        return found[1] if found is not None else None

    @cached_property
    def _current(self) -> dict[str, tuple[SessionRecord, RunRecord]]:
        """For each cell with a run of its very source: the newest of these."""
        found = {}
        for cell in self.cells:
            for session, line in reversed(self._lines):
                place = line.newest_of(cell)
                if place is not None:
                    found[cell.id] = (session, line.runs[place])
                    break
        return found

    def current_past(self, cell: DocumentCell) -> Past | None:
        """As `current_run`, in its place."""
        found = self._current.get(cell.id)
        return self.past_of(*found) if found is not None else None

    @cached_property
    def runs_with(self) -> Mapping[str, Sequence[DocumentCell]]:
        """Field of a run -> cells whose newest run of their source recorded something in it, in document order."""
        found: dict[str, list[DocumentCell]] = {name: [] for name in ("files", "outside", "modules")}
        for cell in self.cells:
            pair = self._current.get(cell.id)
            for name in found.keys() & line_of(pair[1]).keys() if pair is not None else ():
                found[name].append(cell)
        return found

    def was_imported(self, top: str) -> bool:
        """Whether a recorded run imported the top-level module or one in it."""
        return any(line.modules[top] for _, line in self._lines)

    def in_order(self, *groups: Iterable[DocumentCell]) -> list[DocumentCell]:
        """The cells of all groups, each once, in document order."""
        return [self.cells[place] for place in sorted({self.position[cell.id] for group in groups for cell in group})]

    def past_of(self, session: SessionRecord, run: RunRecord) -> Past:
        """A run in its place: another object than before, if it or any run before it has become another."""
        line = self._by_session[session.header.id]
        return line.past(line.numbered(run.n))

    def replay(self, cell_id: str) -> str | None:
        """What the forecast says of a cell: ``ok``, ``changes``, ``fails``, ``unknown``; None without a forecast."""
        return self._replays.get(cell_id)

    @cached_property
    def is_settled(self) -> bool:
        """Whether the forecast is ``ok`` for every cell."""
        return self.forecast is not None and all(each.replay == "ok" for each in self.forecast.cells)

    @cached_property
    def nothing_fails(self) -> bool:
        """Whether the forecast knows that every cell runs to its end, or as far as it shows."""
        return self.forecast is not None and all(each.replay in ("ok", "changes") for each in self.forecast.cells)

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
        for cell in self.where(has_imports):
            found.update(self.code(cell).aliases)
        return found

    def naming(self, *words: str) -> Sequence[DocumentCell]:
        """The cells whose text has one of these words anywhere, or a name that an import gave to what has one."""
        renamed = (name for name, meant in self.aliases.items() if meant.rpartition(".")[2] in words)
        return self.where(naming(*sorted({*words, *renamed})))

    def dotted(self, node: ast.expr) -> str | None:
        """The full dotted name of an expression, imports resolved; builtins and unknown names as they are written."""
        names = chain_of(node)
        return ".".join([self.aliases.get(names[0], names[0]), *names[1:]]) if names else None

    def calls(self, cell: DocumentCell) -> Iterator[tuple[str, ast.Call]]:
        """Every call in a cell whose callee has a dotted name, with that name."""
        for first, rest, node in self.code(cell).calls:
            base = self.aliases.get(first, first)
            yield (f"{base}.{rest}" if rest else base), node

    @cached_property
    def flows(self) -> dict[str, flow.CellFlow]:
        """What differs from run to run, from where it comes in to where it is shown."""
        return flow.follow([self._flow_cell(cell) for cell in self.cells])

    @cached_property
    def noisy(self) -> Sequence[DocumentCell]:
        """The cells in which something differs from run to run, or is shown or saved, in document order."""
        flows = self.flows
        return [cell for cell in self.cells if (f := flows[cell.id]).roots or f.shown or f.saved]

    def _flow_cell(self, cell: DocumentCell) -> flow.FlowCell:
        session, run = self._current.get(cell.id, (None, None))
        make = partial(flow.flow_cell, cell, self.code(cell), session, run, stripped=not self.has_outputs)
        return self.recall.fact(("newest flow", cell.id), (cell, run, self.has_outputs), make)

    # order
    def below(self, cell_id: str) -> Sequence[DocumentCell]:
        """The cells after one."""
        return self.cells[self.position[cell_id] + 1 :]
