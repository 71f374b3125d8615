"""What a rule reports: one problem, where it starts, what it touches, why it hurts, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]
"""``error``: the replay fails or changes what was seen; ``warning``: it may; ``info``: hygiene."""

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
"""Most serious first."""

Action = Literal["insert", "replace", "move", "rerun", "delete"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Edit:
    """One change to the document.

    ``insert`` puts a code cell with ``source`` at document index ``index``; ``replace`` sets the source of ``cell``;
    ``move`` puts ``cell`` at ``index``; ``rerun`` runs ``cell``; ``delete``
    removes it. Indices count all cells of the document, Markdown included, as it is when the edit is applied: edits
    are applied in order, each sees the result of those before it.
    """

    action: Action
    cell: str | None = None
    index: int | None = None
    source: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Fix:
    """Edits that remove the problem, and what the button says."""

    title: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """A place that backs a finding: a cell, a run, or both, and what is to be seen there."""

    text: str
    cell: str | None = None
    run: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One problem. ``cell`` is where it starts (None: the notebook as a whole), ``cells`` all that show its effect.

    A cell that draws and shows only how much it has drawn is where it starts, and none of those that show it.
    """

    code: str
    name: str
    severity: Severity
    cell: str | None
    message: str
    why: str
    suggestion: str
    cells: tuple[str, ...] = ()
    fix: Fix | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Muted:
    """A finding that somebody allowed, and the reason given (``no reason given`` where there was none)."""

    finding: Finding
    reason: str
