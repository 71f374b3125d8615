"""Rules find other spellings than those on their pages, and leave alone what only looks like them.

Each file of ``spellings/`` is named after a rule and holds notebooks in the form of the pages' stories: ``== bad:``
before those that the rule must speak of, ``== fine:`` before those where neither it nor a louder one of its kind may.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from jupyter_repro.analysis.code.cellcode import parse
from jupyter_repro.analysis.engine import analyse
from jupyter_repro.analysis.findings import fixes
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.rules.page import Story, story
from jupyter_repro.model import document as documents
from jupyter_repro.model.history import History
from tests.rules.stories import NAME, bare

FOLDER = Path(__file__).with_name("spellings")


@dataclass(frozen=True)
class Spelling:
    code: str
    kind: str
    story: Story


def _read() -> dict[str, Spelling]:
    part = re.compile(r"^== (bad|fine): ([^\n]*)\n(.*?)(?=^== |\Z)", re.MULTILINE | re.DOTALL)
    found = {}
    for path in sorted(FOLDER.glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        for kind, title, body in part.findall(text):
            indented = "\n".join(f"    {line}" if line else "" for line in body.splitlines())
            found[f"{path.stem} {kind}: {title}"] = Spelling(path.stem, kind, story(indented))
    return found


SPELLINGS = _read()


def told(spelling: Spelling, folder: Path) -> list[Finding]:
    """What a check says of the notebook, never tracked; whether libraries and files are here is not the question."""
    findings = analyse(documents.read(bare(spelling.story, folder)), History()).findings
    beside = {"RPE501", "RPD302", "RPS109"} - {spelling.code}
    return [finding for finding in findings if finding.code not in beside]


@pytest.mark.parametrize("name", [name for name, each in SPELLINGS.items() if each.kind == "bad"])
def test_another_spelling_is_found(name: str, tmp_path: Path) -> None:
    assert SPELLINGS[name].code in [finding.code for finding in told(SPELLINGS[name], tmp_path)]


@pytest.mark.parametrize("name", [name for name, each in SPELLINGS.items() if each.kind == "fine"])
def test_what_only_looks_like_it_is_left_alone(name: str, tmp_path: Path) -> None:
    spelling = SPELLINGS[name]
    loud = [
        finding
        for finding in told(spelling, tmp_path)
        if finding.code == spelling.code or (finding.code[:3] == spelling.code[:3] and finding.severity != "info")
    ]
    assert loud == []


@pytest.mark.parametrize("name", [name for name, each in SPELLINGS.items() if each.kind == "bad"])
def test_its_fix_heals_it_and_leaves_the_other_cells(name: str, tmp_path: Path) -> None:
    """Wherever a rule offers an edit: the finding is gone, the source is Python, nothing louder comes up."""
    code = SPELLINGS[name].code
    before = told(SPELLINGS[name], tmp_path)
    finding = next((each for each in before if each.code == code and each.fix is not None), None)
    if finding is None or finding.fix is None or {edit.action for edit in finding.fix.edits} & {"rerun", "delete"}:
        return
    path = tmp_path / NAME
    content = json.loads(path.read_text(encoding="utf-8"))
    after, _ = fixes.apply(content, finding.fix.edits)
    edited = {edit.cell for edit in finding.fix.edits}
    assert [cell for cell in after["cells"] if cell["id"] not in edited and cell in content["cells"]] == [
        cell for cell in content["cells"] if cell["id"] not in edited
    ]
    assert not any(parse("".join(cell["source"])).syntax_error for cell in after["cells"])
    path.write_text(json.dumps(after), encoding="utf-8")
    left = analyse(documents.read(path), History()).findings
    assert (code, finding.cell) not in [(each.code, each.cell) for each in left]
    to_be_run_again = {"RPS105"}
    loud = {each.code for each in left if each.severity != "info"} - {each.code for each in before} - to_be_run_again
    assert loud <= {"RPE501", "RPD302", "RPS109"} - {code}


def test_every_file_has_both() -> None:
    kinds: dict[str, set[str]] = {}
    for spelling in SPELLINGS.values():
        kinds.setdefault(spelling.code, set()).add(spelling.kind)
    assert all(each == {"bad", "fine"} for each in kinds.values()), kinds
