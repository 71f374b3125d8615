"""SARIF that other tools read: valid by the published schema, for findings of every weight, allowed ones included."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, FormatChecker

from jupyter_repro.analysis.rules import RULES
from tests.rules.stories import laid_out
from tests.rules.test_judgement import notebook, repro

SCHEMA = json.loads(Path(__file__).with_name("schemas").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8"))
VALIDATOR = Draft4Validator(SCHEMA, format_checker=FormatChecker())


def complaints(log: Any) -> list[str]:
    return [f"{list(error.absolute_path)}: {error.message[:200]}" for error in VALIDATOR.iter_errors(log)]


def test_findings_of_every_weight_and_allowed_ones(tmp_path: Path) -> None:
    folder = tmp_path / "with space & ümlaut"
    folder.mkdir()
    path = notebook(
        folder,
        "print(later)",
        "import numpy as np\nnp.random.rand()  # repro: allow unseeded-random -- on purpose",
        "later = 1\n%cd ..",
        "import warnings\nwarnings.filterwarnings('ignore')\n'ü'",
    )
    log = json.loads(repro("check", path, "--format", "sarif").stdout)
    assert complaints(log) == []
    levels = {result["level"] for result in log["runs"][0]["results"]}
    assert levels == {"error", "warning", "note"}
    assert any(result.get("suppressions") for result in log["runs"][0]["results"])


def test_nothing_found(tmp_path: Path) -> None:
    log = json.loads(repro("check", notebook(tmp_path, "x = 1"), "--format", "sarif").stdout)
    assert complaints(log) == []
    assert log["runs"][0]["results"] == []


@pytest.mark.parametrize("code", sorted(RULES))
def test_the_example_of_every_rule(code: str, tmp_path: Path) -> None:
    log = json.loads(repro("check", laid_out(code, "example", tmp_path), "--format", "sarif").stdout)
    assert complaints(log) == []
    assert code in [result["ruleId"] for result in log["runs"][0]["results"]]


def test_the_schema_refuses_what_is_not_sarif() -> None:
    assert complaints({"version": "2.1.0"})
    assert complaints(
        {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [{"level": "loud"}]}]}
    )
