"""What somebody allowed: by a tag on the cell, by a comment in it, or for the project in ``pyproject.toml``.

Muted findings are never dropped in silence: they are counted and listed with their reason.

- tag: ``repro-allow:unseeded-random``
- comment: ``# repro: allow unseeded-random -- the noise is the point`` (names or codes, comma-separated)
- project: ``[tool.jupyter-repro.allow]`` with ``absolute-path = "the reason"``
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from jupyter_repro.analysis.findings.finding import Finding, Muted
from jupyter_repro.model.document import Document

TAG = "repro-allow:"
NO_REASON = "no reason given"
_COMMENT = re.compile(r"#\s*repro:\s*allow\s+(?P<rules>[\w-]+(?:\s*,\s*[\w-]+)*)(?:\s+--\s*(?P<reason>[^\n]*))?")


def split(
    findings: Iterable[Finding], document: Document, allow: Mapping[str, str]
) -> tuple[tuple[Finding, ...], tuple[Muted, ...]]:
    """The findings that stand, and those that somebody allowed where they start or for the project."""
    found = list(findings)
    named = {finding.cell for finding in found}
    by_cell = {cell.id: _allowed_in(cell.source, cell.tags) for cell in document.cells if cell.id in named}
    standing: list[Finding] = []
    muted: list[Muted] = []
    for finding in found:
        reason = _reason(finding, by_cell.get(finding.cell or "", {}), allow)
        if reason is None:
            standing.append(finding)
        else:
            muted.append(Muted(finding=finding, reason=reason or NO_REASON))
    return tuple(standing), tuple(muted)


def _allowed_in(source: str, tags: Iterable[str]) -> dict[str, str]:
    found = {tag[len(TAG) :].strip().lower(): f"tag {tag}" for tag in tags if tag.startswith(TAG)}
    for match in _COMMENT.finditer(source) if "repro:" in source else ():
        for rule in match["rules"].split(","):
            found[rule.strip().lower()] = (match["reason"] or "").strip()
    return found


def _reason(finding: Finding, in_cell: Mapping[str, str], allow: Mapping[str, str]) -> str | None:
    code = finding.code.lower()
    for name, reason in in_cell.items():
        if name == finding.name or name == code:
            return reason
    for name, reason in allow.items():
        if name.lower() == finding.name or finding.code.startswith(name.upper()):
            return reason
    return None
