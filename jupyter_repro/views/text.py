"""Judgement and history for a terminal. Everything that comes from a notebook is printed as text, never as markup."""

from __future__ import annotations

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from jupyter_repro.analysis.engine import Analysis
from jupyter_repro.analysis.findings.finding import SEVERITIES, Finding, Severity
from jupyter_repro.analysis.forecast.because import first_line
from jupyter_repro.analysis.forecast.walk import CellForecast, Replay
from jupyter_repro.model.document import Document
from jupyter_repro.model.history import History
from jupyter_repro.records import RunRecord

_STYLE: dict[str, str] = {
    "ok": "green",
    "changes": "yellow",
    "fails": "red",
    "unknown": "magenta",
    "error": "red",
    "warning": "yellow",
    "info": "cyan",
}
_WORD: dict[Replay, str] = {"ok": "same", "changes": "changes", "fails": "fails", "unknown": "unknown"}
_PLURAL: dict[Severity, str] = {"error": "errors", "warning": "warnings", "info": "infos"}

NO_JOURNAL = (
    "No journal: this notebook was never tracked, so only its text was checked. "
    "Run it with `jupyter repro run`, or `%load_ext jupyter_repro` in its kernel, for a forecast."
)


def console() -> Console:
    """Results on stdout; plain where it is no terminal."""
    return Console(highlight=False)


def check_text(document: Document, history: History, analysis: Analysis, *, verbose: bool = False) -> RenderableType:
    """The headline, the cells that would not do the same and why, and the findings by weight."""
    parts: list[RenderableType] = [Text(str(document.path), style="bold"), Text(analysis.forecast.headline)]
    if not history.sessions:
        parts.append(Text(NO_JOURNAL, style="yellow"))
    parts += [Text(line, style="yellow") for line in history.damage]
    labels = {cell.id: cell.name for cell in document.cells}
    told = [
        each
        for each in analysis.forecast.cells
        if verbose or (each.replay != "ok" and (history.sessions or each.replay != "unknown"))
    ]
    parts += [_cell(each, labels) for each in told]
    for severity in SEVERITIES:
        found = [finding for finding in analysis.findings if finding.severity == severity]
        if found:
            parts += [Text(), Text(f"{len(found)} {_PLURAL[severity] if len(found) > 1 else severity}", "bold")]
            parts += [_finding(finding, labels) for finding in found]
    if analysis.muted:
        parts += [Text(), Text(f"{len(analysis.muted)} muted", style="bold")]
        parts += [
            Text(f"  {each.finding.code} {each.finding.name}: {each.reason}", style="dim") for each in analysis.muted
        ]
    if not told and not analysis.findings and history.sessions:
        parts.append(Text("Nothing to report.", style="green"))
    return Group(*parts)


def _cell(each: CellForecast, labels: dict[str, str]) -> RenderableType:
    line = Text("  ")
    line.append(f"{_WORD[each.replay]:<8}", style=_STYLE[each.replay])
    line.append(f"{labels[each.id]}  ", style="bold")
    line.append(first_line(each.cell.source), style="dim")
    if not each.because:
        return line
    reason = Text(each.because)
    return Group(line, Padding(reason, (0, 0, 0, 10)))


def _finding(finding: Finding, labels: dict[str, str]) -> RenderableType:
    line = Text("  ")
    line.append(f"{finding.code} ", style=_STYLE[finding.severity])
    line.append(finding.name, style="bold")
    if finding.cell is not None:
        line.append(f"  {labels.get(finding.cell, 'a cell')}")
    rest = [Text(finding.message)]
    more = len([cell for cell in finding.cells if cell != finding.cell])
    if more:
        rest.append(Text(f"and {more} cell{'s' if more > 1 else ''} that depend{'' if more > 1 else 's'} on it"))
    rest.append(Text(f"do: {finding.suggestion}", style="dim"))
    if finding.fix is not None:
        rest.append(Text(f"fix: {finding.fix.title} (jupyter repro fix --code {finding.code})", style="dim"))
    return Group(line, Padding(Group(*rest), (0, 0, 0, 4)))


def log_text(document: Document, history: History) -> RenderableType:
    """The sessions and their runs, oldest first."""
    parts: list[RenderableType] = [Text(str(document.path), style="bold")]
    if not history.sessions:
        parts.append(Text(NO_JOURNAL, style="yellow"))
    parts += [Text(line, style="yellow") for line in history.damage]
    present = {cell.id for cell in document.cells}
    for session in history.sessions:
        header = session.header
        started = header.started[:19].replace("T", " ")
        parts += [Text(), Text(f"session {header.id[:8]}  {started} UTC  Python {header.python}", style="bold")]
        table = Table("run", "cell", "status", "source", "reads", "makes", "files", box=None, header_style="dim")
        for run in session.runs:
            place = run.cell or ""
            table.add_row(
                Text(str(run.n)),
                Text(place[:8] if place in present else f"{place[:8]} (gone)" if place else ""),
                Text(run.status, style="green" if run.status == "ok" else "red"),
                Text(first_line(run.source, 40)),
                Text(_some(sorted(run.reads))),
                Text(_some([*sorted(run.writes), *(f"{name} (changed)" for name in sorted(run.mutates))])),
                Text(_files(run)),
            )
        parts.append(table)
        if session.interrupted_run is not None:
            parts.append(Text(f"the kernel died in run {session.interrupted_run}", style="red"))
    return Group(*parts)


def _some(names: list[str], limit: int = 4) -> str:
    more = f" +{len(names) - limit}" if len(names) > limit else ""
    return ", ".join(names[:limit]) + more


def _files(run: RunRecord) -> str:
    signs = {"read": "<", "write": ">", "delete": "x"}
    return _some([f"{signs[touch.mode]}{touch.path}" for touch in run.files if touch.role == "user"], 2)
