"""What a rule is: five facts and one check. Its module's docstring is its documentation page."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import ClassVar

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings.finding import Evidence, Finding, Fix, Severity


class Rule(ABC):
    """Finds one kind of problem. Stateless: ``check`` is a function of the context alone."""

    code: ClassVar[str]
    """``RP``, the category's letter, three digits."""
    name: ClassVar[str]
    """The bad thing, in kebab case; reads after "allow"."""
    severity: ClassVar[Severity]
    why: ClassVar[str]
    """Why it matters, in a sentence or two."""
    needs_history: ClassVar[bool] = False
    """Whether only recorded runs can show it."""

    @abstractmethod
    def check(self, ctx: Context) -> Iterable[Finding]:
        """The problems of this kind, in document order."""

    def found(
        self,
        cell: str | None,
        message: str,
        suggestion: str,
        *,
        cells: Sequence[str] = (),
        here: bool = True,
        fix: Fix | None = None,
        evidence: Sequence[Evidence] = (),
        severity: Severity | None = None,
    ) -> Finding:
        """A finding of this rule. ``cells`` are those that show the effect; ``here``: ``cell`` is one of them."""
        affected = dict.fromkeys(([cell] if cell is not None and here else []) + list(cells))
        return Finding(
            code=self.code,
            name=self.name,
            severity=severity or self.severity,
            cell=cell,
            cells=tuple(affected),
            message=message,
            why=self.why,
            suggestion=suggestion,
            fix=fix,
            evidence=tuple(evidence),
        )
