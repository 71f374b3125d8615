"""Applies the fixes of a notebook's findings one after the other, judging it again after each.

Only edits of the document are applied here; ``rerun`` edits are collected as cells that are to be run.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_repro.analysis.engine import analyse
from jupyter_repro.analysis.findings import fixes
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.rules.state.never_run import NeverRun
from jupyter_repro.analysis.selection import Config, matches
from jupyter_repro.model import document as documents
from jupyter_repro.model.history import History

LIMIT = 200
"""Fixes applied in one go; a notebook that needs more is healed in a second call."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Healed:
    """A notebook after its fixes: the new JSON, what was done, and which cells are to be run."""

    content: dict[str, Any]
    applied: tuple[Finding, ...]
    to_run: tuple[str, ...]
    left: tuple[Finding, ...]
    """Findings that stand and have no fix."""

    @property
    def changed(self) -> bool:
        """Whether the document was edited."""
        return any(edit.action != "rerun" for finding in self.applied if finding.fix for edit in finding.fix.edits)


def heal(
    content: dict[str, Any],
    path: Path,
    load: Callable[[documents.Document], History],
    config: Config,
    chosen: Sequence[str] = (),
) -> Healed:
    """Fix what can be fixed. ``chosen`` limits it to codes, prefixes or names; empty fixes all that has a fix."""
    current = copy.deepcopy(content)
    applied: list[Finding] = []
    to_run: dict[str, None] = {}
    done: set[tuple[str, str | None, str]] = set()
    findings: tuple[Finding, ...] = ()
    for _ in range(LIMIT):
        document = documents.from_json(copy.deepcopy(current), path)
        findings = analyse(document, load(document), config).findings
        open_ = (each for each in findings if _wanted(each, chosen) and _key(each) not in done)
        finding = next((each for each in open_ if not (each.code == NeverRun.code and each.cell in to_run)), None)
        if finding is None or finding.fix is None:
            break
        done.add(_key(finding))
        ids = [str(cell["id"]) for cell in document.notebook["cells"]]
        current, run = fixes.apply(current, finding.fix.edits, ids=ids)
        to_run.update(dict.fromkeys(run))
        applied.append(finding)
    return Healed(
        content=current,
        applied=tuple(applied),
        to_run=tuple(to_run),
        left=tuple(each for each in findings if each.fix is None and _chosen(each, chosen)),
    )


def _wanted(finding: Finding, chosen: Sequence[str]) -> bool:
    return finding.fix is not None and _chosen(finding, chosen)


def _chosen(finding: Finding, chosen: Sequence[str]) -> bool:
    return not chosen or any(matches(finding.code, each) for each in chosen)


def _key(finding: Finding) -> tuple[str, str | None, str]:
    return finding.code, finding.cell, finding.message
