"""Findings as workflow commands, which GitHub shows as annotations beside the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_repro.analysis.engine import Analysis
from jupyter_repro.analysis.findings.finding import Severity
from jupyter_repro.model.document import Document
from jupyter_repro.views.celllines import source_lines
from jupyter_repro.views.findings import whole_message

COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}


def workflow_commands(document: Document, analysis: Analysis) -> Iterator[str]:
    """One line per finding, and one with the headline where something does not stay the same."""
    lines = source_lines(document.path)
    counts = analysis.forecast.counts
    if counts["changes"] or counts["fails"]:
        yield f"::notice file={_property(str(document.path))}::{_data(analysis.forecast.headline)}"
    for finding in analysis.findings:
        cell = document.cell(finding.cell) if finding.cell is not None else None
        line = lines[cell.index] if cell is not None and cell.index < len(lines) else 1
        title = _property(f"{finding.code} {finding.name}")
        message = _data(whole_message(finding))
        place = f"file={_property(str(document.path))},line={line}"
        yield f"::{COMMANDS[finding.severity]} {place},title={title}::{message}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
