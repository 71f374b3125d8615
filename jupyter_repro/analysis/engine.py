"""Applies the chosen rules to a notebook: one context, one pass, findings sorted by weight and place."""

from __future__ import annotations

from dataclasses import dataclass

from jupyter_repro.analysis import mute
from jupyter_repro.analysis.code.deepstack import with_deep_stack
from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings.finding import SEVERITIES, Finding, Muted
from jupyter_repro.analysis.forecast.walk import Forecast, forecast
from jupyter_repro.analysis.recall import Recall
from jupyter_repro.analysis.rules import RULES
from jupyter_repro.analysis.rules.state.replay_differs import ReplayDiffers
from jupyter_repro.analysis.rules.state.unstable_output import UnstableOutput
from jupyter_repro.analysis.selection import Config
from jupyter_repro.analysis.uncollected import uncollected
from jupyter_repro.model.document import Document
from jupyter_repro.model.history import History


@dataclass(frozen=True, kw_only=True, slots=True)
class Analysis:
    """The judgement of a notebook: the forecast, the findings that stand, and those that somebody allowed."""

    forecast: Forecast
    findings: tuple[Finding, ...]
    """Errors first, then warnings, then infos; within each in document order."""
    muted: tuple[Muted, ...] = ()

    @property
    def blocking(self) -> bool:
        """Whether a check of this notebook should fail: it has an error or a warning."""
        return any(finding.severity != "info" for finding in self.findings)


@with_deep_stack
@uncollected()
def analyse(
    document: Document, history: History, config: Config | None = None, recall: Recall | None = None
) -> Analysis:
    """Judge a notebook. ``config`` None applies every rule and allows nothing.

    ``recall`` has what earlier judgements of the same notebook found (see `Judge`), and gives the same one sooner.
    """
    config, recall = config or Config(), recall or Recall()
    foreseen = forecast(document, history, recall=recall)
    context = Context(document=document, history=history, forecast=foreseen, folder=document.path.parent, recall=recall)
    findings = [
        finding
        for code in config.codes
        if history.sessions or not RULES[code].needs_history
        for finding in RULES[code]().check(context)
    ]
    findings = _without_covered(findings)
    standing, muted = mute.split(sorted(findings, key=_order(context)), document, config.allow)
    return Analysis(forecast=foreseen, findings=standing, muted=muted)


def _without_covered(findings: list[Finding]) -> list[Finding]:
    """What the forecast alone has to say is left out where another error or warning names the cell.

    Where the cell was only seen to differ by itself, a mere note on what varies in its output is enough.
    """
    general = (ReplayDiffers.code, UnstableOutput.code)
    varying = {cell for each in findings if each.code.startswith("RPN") for cell in (each.cell, *each.cells)}
    findings = [
        each for each in findings if each.code not in general or each.severity == "error" or each.cell not in varying
    ]
    others = [each for each in findings if each.code != ReplayDiffers.code and each.severity != "info"]
    named = {cell for each in others for cell in (each.cell, *each.cells)}
    return [each for each in findings if each.code != ReplayDiffers.code or each.cell not in named]


class _order:
    """Sort key: weight, then place, then code."""

    def __init__(self, context: Context) -> None:
        self._position = context.position

    def __call__(self, finding: Finding) -> tuple[int, int, str]:
        place = self._position.get(finding.cell or "", -1)
        return SEVERITIES.index(finding.severity), place, finding.code
