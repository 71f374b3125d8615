"""Findings for the wire: the one place that turns a Finding into its payload."""

from __future__ import annotations

from jupyter_repro.analysis.findings.finding import Finding, Muted
from jupyter_repro.views.payload import FindingPayload, FixPayload


def finding_payload(finding: Finding) -> FindingPayload:
    """A finding as the panel and ``--json`` have it."""
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity,
        "cell": finding.cell,
        "cells": list(finding.cells),
        "message": finding.message,
        "why": finding.why,
        "suggestion": finding.suggestion,
        "fix": _fix(finding),
        "evidence": [{"cell": each.cell, "run": each.run, "text": each.text} for each in finding.evidence],
    }


def whole_message(finding: Finding) -> str:
    """Message, reach, reason and suggestion in one paragraph, for places that show nothing else."""
    others = len(set(finding.cells) - {finding.cell})
    reach = f", and {others} cell{'s' * (others != 1)} with it" if others else ""
    return f"{finding.message}{reach}. {finding.why} {finding.suggestion}"


def muted_payload(muted: Muted) -> FindingPayload:
    """A finding that somebody allowed, with the reason."""
    return {**finding_payload(muted.finding), "muted": muted.reason}


def _fix(finding: Finding) -> FixPayload | None:
    if finding.fix is None:
        return None
    return {
        "title": finding.fix.title,
        "edits": [
            {"action": edit.action, "cell": edit.cell, "index": edit.index, "source": edit.source}
            for edit in finding.fix.edits
        ],
    }
