"""Findings as SARIF 2.1.0, which code hosts and editors read. Places are lines of the notebook's file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jupyter_repro import __version__
from jupyter_repro.analysis.engine import Analysis
from jupyter_repro.analysis.findings.finding import Finding, Severity
from jupyter_repro.analysis.rules import RULES
from jupyter_repro.analysis.rules.page import page
from jupyter_repro.model.document import Document
from jupyter_repro.views.celllines import source_lines
from jupyter_repro.views.findings import whole_message

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}


def sarif(judged: Iterable[tuple[Document, Analysis]]) -> dict[str, Any]:
    """One SARIF log for several notebooks; muted findings are in it as suppressed, with their reason."""
    results: list[dict[str, Any]] = []
    used: set[str] = set()
    for document, analysis in judged:
        lines = source_lines(document.path)
        for finding in analysis.findings:
            results.append(_result(document, finding, lines))
            used.add(finding.code)
        for muted in analysis.muted:
            suppression = {"kind": "inSource", "justification": muted.reason}
            results.append({**_result(document, muted.finding, lines), "suppressions": [suppression]})
            used.add(muted.finding.code)
    driver = {
        "name": "jupyter-repro",
        "version": __version__,
        "informationUri": "https://github.com/jupyter-repro/jupyter-repro",
        "rules": [_rule(code) for code in sorted(used)],
    }
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }


def _rule(code: str) -> dict[str, Any]:
    rule, told = RULES[code], page(RULES[code])
    return {
        "id": code,
        "name": rule.name,
        "shortDescription": {"text": told.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": told.body, "markdown": f"# {rule.name}\n\n{told.title}\n\n{told.body}"},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
    }


def _result(document: Document, finding: Finding, lines: list[int]) -> dict[str, Any]:
    cell = document.cell(finding.cell) if finding.cell is not None else None
    line = lines[cell.index] if cell is not None and cell.index < len(lines) else 1
    return {
        "ruleId": finding.code,
        "level": LEVELS[finding.severity],
        "message": {"text": whole_message(finding)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(document.path)},
                    "region": {"startLine": line},
                },
                "logicalLocations": [{"name": finding.cell, "kind": "cell"}] if finding.cell else [],
            }
        ],
        "partialFingerprints": {"cell/v1": f"{finding.code}:{finding.cell or ''}"},
    }


def _uri(path: Path) -> str:
    """The file relative to where the check was run, as code hosts want it; else its ``file:`` address."""
    try:
        return quote(path.resolve().relative_to(Path.cwd()).as_posix())
    except ValueError:
        return path.resolve().as_uri()
