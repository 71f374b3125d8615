"""Every rule fires on its bad example, is silent on its good one, and its fix makes the one like the other."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings import fixes
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.forecast.walk import forecast
from jupyter_repro.analysis.rules import RULES
from jupyter_repro.analysis.rules.page import page
from jupyter_repro.model import document as documents
from jupyter_repro.model import history as histories
from tests.rules.stories import RECORDED, laid_out

CODES = sorted(RULES)
EDITS = ("insert", "replace", "move", "delete")


@dataclass
class Checked:
    path: Path
    content: dict[str, Any]
    findings: list[Finding]


def check(code: str, path: Path) -> Checked:
    """What one rule says of a notebook."""
    document = documents.read(path)
    history = histories.load(document)
    foreseen = forecast(document, history)
    context = Context(document=document, history=history, forecast=foreseen, folder=path.parent)
    return Checked(path, json.loads(path.read_text(encoding="utf-8")), list(RULES[code]().check(context)))


@pytest.mark.parametrize("code", CODES)
def test_fires_on_its_bad_example(code: str, tmp_path: Path) -> None:
    found = check(code, laid_out(code, "example", tmp_path)).findings
    assert [finding.code for finding in found] == [code] * len(found)
    assert found


@pytest.mark.parametrize("code", CODES)
def test_is_silent_on_its_good_example(code: str, tmp_path: Path) -> None:
    assert check(code, laid_out(code, "instead", tmp_path)).findings == []


@pytest.mark.parametrize("code", CODES)
def test_its_fix_heals_the_bad_example_and_changes_nothing_else(code: str, tmp_path: Path) -> None:
    bad = check(code, laid_out(code, "example", tmp_path))
    fixed = [finding.fix for finding in bad.findings if finding.fix is not None]
    if not fixed or any(edit.action == "rerun" for edit in fixed[0].edits):
        pytest.skip("no edit of the document alone")
    after, _ = fixes.apply(bad.content, fixed[0].edits)
    touched = {edit.cell for edit in fixed[0].edits}
    kept = [cell for cell in after["cells"] if cell["id"] not in touched]
    assert [cell for cell in kept if cell in bad.content["cells"]] == [
        cell for cell in bad.content["cells"] if cell["id"] not in touched
    ]
    assert {key: value for key, value in after.items() if key != "cells"} == {
        key: value for key, value in bad.content.items() if key != "cells"
    }
    bad.path.write_text(json.dumps(after), encoding="utf-8")
    documents.read(bad.path)
    assert len(check(code, bad.path).findings) < len(bad.findings)


@pytest.mark.parametrize("code", CODES)
def test_has_a_page_with_all_its_parts(code: str) -> None:
    told = page(RULES[code])
    assert told.title.endswith((".", ":")) or told.title
    assert told.example.cells
    assert told.instead.cells


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("which", ["example", "instead"])
def test_the_recording_is_of_the_story_on_the_page(code: str, which: str) -> None:
    story = getattr(page(RULES[code]), which)
    kept = RECORDED / code / which / "story.txt"
    assert kept.exists() == bool(story.steps)
    if story.steps:
        assert kept.read_text(encoding="utf-8").rstrip("\n") == story.text, "run: python -m tests.rules.stories " + code


def test_codes_and_names_are_unique_and_well_formed() -> None:
    names = [rule.name for rule in RULES.values()]
    assert len(set(names)) == len(names)
    for code, rule in RULES.items():
        assert code == rule.code
        assert code[:3] in ("RPS", "RPO", "RPD", "RPN", "RPE")
        assert len(code) == 6
        assert rule.name == rule.name.lower().replace(" ", "-")
        assert rule.why.endswith((".", "!"))
