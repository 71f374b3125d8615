"""What a replay would show, against what the document shows; and why the one is not the other."""

from __future__ import annotations

from dataclasses import replace

from jupyter_repro.analysis.forecast.because import Cause, Explainer
from jupyter_repro.analysis.forecast.foreseen import Verdict
from jupyter_repro.analysis.forecast.memo import Difference, differences
from jupyter_repro.analysis.forecast.stage import Stage
from jupyter_repro.analysis.runs.seen import Seen, error_in, seen, seen_in
from jupyter_repro.analysis.runs.timeline import Past
from jupyter_repro.model.document import DocumentCell


def same_text(past: Past, cell: DocumentCell) -> bool:
    """Whether the run ran what the cell holds now."""
    return past.text == cell.source.rstrip()


class Against:
    """Compares and explains, at the point that the replay has come to."""

    def __init__(self, why: Explainer, stage: Stage) -> None:
        self._why = why
        self._stage = stage

    def compare(self, cell: DocumentCell, shown: Past | None, past: Past) -> Verdict:
        """What the replay of ``past`` shows, against what the document shows."""
        error = past.run.error.name if past.run.error else None
        if past is shown or seen(past.run.outputs) in _baselines(cell, shown):
            return Verdict("ok", past=past)
        if error is not None and error_in(cell) is None:
            text = f"run {past.run.n} of this text with these inputs ended in {error}"
            return Verdict("fails", [Cause(kind="error", text=text, run=past.run.n)], past)
        text = f"run {past.run.n} of this text with these inputs showed something else"
        return Verdict("changes", [Cause(kind="other-run", text=text, run=past.run.n)], past)

    def explained(self, cell: DocumentCell, shown: Past, among: frozenset[str] | None = None) -> list[Cause]:
        """Why the shown run would not be repeated: by the inputs that differ, ``among`` those that matter."""
        if not same_text(shown, cell):
            text = f"the cell was edited since run {shown.run.n}, whose output it shows"
            return [Cause(kind="edited", cell=cell.id, run=shown.run.n, source=shown.run.source, text=text)]
        found = differences(shown, self._stage)
        relevant = [each for each in found if among is None or each.kind != "name" or each.resource in among]
        chosen = relevant or found
        causes = [self._cause(each, shown, cell) for each in chosen if each.kind != "setting"]
        return causes + self._why.settings([each for each in chosen if each.kind == "setting"], shown, self._stage)

    def _cause(self, difference: Difference, shown: Past, cell: DocumentCell) -> Cause:
        cause = self._why.differs(difference, shown, self._stage, cell)
        return replace(cause, text=f"shows {cause.text}") if difference.kind == "name" else cause


def _baselines(cell: DocumentCell, shown: Past | None) -> set[Seen]:
    """What counts as shown: the document's outputs, and those of the run that made them, as they were recorded."""
    found = {seen_in(cell)}
    if shown is not None:
        found.add(seen(shown.run.outputs))
    return found
