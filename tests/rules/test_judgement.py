"""From the command line: what is found, chosen, allowed, shown elsewhere and fixed."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from jupyter_repro.analysis.findings.finding import Edit
from jupyter_repro.analysis.findings.fixes import CannotFix, apply
from jupyter_repro.analysis.rules import RULES
from jupyter_repro.cli.main import main
from jupyter_repro.views.celllines import source_lines
from jupyter_repro.views.rulepages import render

ROOT = Path(__file__).parents[2]
DRAWS = "import numpy as np\nprint(np.random.rand())"


@dataclass
class Done:
    returncode: int
    stdout: str
    stderr: str


def repro(*arguments: object) -> Done:
    """The command line, in this process: starting one takes longer than all it does here."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([str(each) for each in arguments])
    return Done(code, out.getvalue(), err.getvalue())


def notebook(folder: Path, *sources: str, tags: tuple[str, ...] = (), indent: int = 1) -> Path:
    cells: list[dict[str, Any]] = [
        {"cell_type": "markdown", "id": "words", "metadata": {}, "source": ["# Title — with a dash"]}
    ]
    for number, source in enumerate(sources):
        metadata = {"tags": list(tags)} if tags and number == 0 else {}
        cells.append(
            {
                "cell_type": "code",
                "execution_count": None,
                "id": f"cell-{number}",
                "metadata": metadata,
                "outputs": [],
                "source": source.splitlines(keepends=True),
            }
        )
    spec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    content = {"cells": cells, "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5}
    path = folder / "book.ipynb"
    path.write_text(json.dumps(content, indent=indent, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def checked(path: Path, *arguments: str) -> dict[str, Any]:
    done = repro("check", path, "--json", *arguments)
    assert done.returncode in (0, 1), done.stderr
    return dict(json.loads(done.stdout))


def test_a_bare_notebook_is_judged_by_its_text(tmp_path: Path) -> None:
    told = checked(notebook(tmp_path, DRAWS))
    assert [finding["code"] for finding in told["findings"]] == ["RPN401"]
    assert told["cells"][0]["findings"] == ["RPN401"]
    assert told["findings"][0]["fix"]["edits"][0]["action"] == "insert"


@pytest.mark.parametrize(
    ("source", "tags", "reason"),
    [
        (DRAWS + "  # repro: allow unseeded-random -- the noise is the point", (), "the noise is the point"),
        (DRAWS + "\n# repro: allow RPN401", (), "no reason given"),
        (DRAWS, ("repro-allow:unseeded-random",), "tag repro-allow:unseeded-random"),
    ],
)
def test_what_a_cell_allows_is_counted_and_listed(
    tmp_path: Path, source: str, tags: tuple[str, ...], reason: str
) -> None:
    path = notebook(tmp_path, source, tags=tags)
    told = checked(path)
    assert told["findings"] == []
    assert [(muted["code"], muted["muted"]) for muted in told["muted"]] == [("RPN401", reason)]
    assert "1" in repro("check", path).stdout


def test_what_the_project_allows_is_listed_with_its_reason(tmp_path: Path) -> None:
    path = notebook(tmp_path, DRAWS)
    (tmp_path / "pyproject.toml").write_text('[tool.jupyter-repro.allow]\nunseeded-random = "a lesson on noise"\n')
    assert [muted["muted"] for muted in checked(path)["muted"]] == ["a lesson on noise"]


def test_rules_are_chosen_by_prefix_and_name(tmp_path: Path) -> None:
    path = notebook(tmp_path, DRAWS, "import warnings\nwarnings.filterwarnings('ignore')")
    assert {f["code"] for f in checked(path)["findings"]} == {"RPN401", "RPE516"}
    assert {f["code"] for f in checked(path, "--select", "RPN")["findings"]} == {"RPN401"}
    assert {f["code"] for f in checked(path, "--ignore", "unseeded-random")["findings"]} == {"RPE516"}
    (tmp_path / "pyproject.toml").write_text('[tool.jupyter-repro]\nselect = ["RPE"]\n')
    assert {f["code"] for f in checked(path)["findings"]} == {"RPE516"}


@pytest.mark.parametrize(
    ("config", "complaint"),
    [
        ('[tool.jupyter-repro]\nselect = ["nonsense"]\n', "nonsense"),
        ('[tool.jupyter-repro]\nselct = ["RPN"]\n', "selct"),
        ('[tool.jupyter-repro]\nallow = ["RPN"]\n', "reasons"),
        ("[tool.jupyter-repro\n", "cannot be read"),
    ],
)
def test_a_configuration_that_means_nothing_is_one_clear_line(tmp_path: Path, config: str, complaint: str) -> None:
    path = notebook(tmp_path, "x = 1")
    (tmp_path / "pyproject.toml").write_text(config)
    done = repro("check", path)
    assert done.returncode == 2
    assert complaint in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_sarif_points_at_the_lines_of_the_file(tmp_path: Path) -> None:
    path = notebook(tmp_path, "x = 1", DRAWS, DRAWS + "  # repro: allow unseeded-random -- on purpose")
    log = json.loads(repro("check", path, "--format", "sarif").stdout)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert all(result["ruleId"] in rules for result in run["results"])
    assert all(rule["shortDescription"]["text"] and rule["help"]["text"] for rule in rules.values())
    open_, allowed = run["results"]
    assert open_["level"] == "warning"
    place = open_["locations"][0]["physicalLocation"]
    line = path.read_text(encoding="utf-8").splitlines()[place["region"]["startLine"] - 1]
    assert "import numpy" in line
    assert place["artifactLocation"]["uri"].endswith("book.ipynb")
    assert allowed["suppressions"] == [{"kind": "inSource", "justification": "on purpose"}]


def test_github_gets_annotations_with_everything_escaped(tmp_path: Path) -> None:
    path = notebook(tmp_path, DRAWS)
    (line,) = repro("check", path, "--format", "github").stdout.splitlines()
    assert line.startswith("::warning file=")
    assert "line=" in line
    assert "title=RPN401 unseeded-random::" in line


def test_a_cell_is_found_in_the_file_whatever_its_outputs_hold(tmp_path: Path) -> None:
    path = notebook(tmp_path, "a = 1", "b = 2")
    content = json.loads(path.read_text(encoding="utf-8"))
    content["cells"][1]["outputs"] = [
        {
            "output_type": "display_data",
            "metadata": {},
            "data": {"application/json": {"source": ["trap"], "cells": [1]}},
        }
    ]
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [lines[number - 1].strip() for number in source_lines(path)[1:]] == ['"a = 1"', '"b = 2"']


@pytest.mark.parametrize("indent", [1, 2])
def test_fix_changes_the_cell_and_not_a_byte_more(tmp_path: Path, indent: int) -> None:
    path = notebook(tmp_path, "from glob import glob", "print(glob('*.csv'))", "y = 'ü'", indent=indent)
    before = path.read_text(encoding="utf-8")
    done = repro("fix", path)
    assert done.returncode == 0, done.stderr
    assert "RPN408" in done.stdout
    assert path.read_text(encoding="utf-8") == before.replace("print(glob('*.csv'))", "print(sorted(glob('*.csv')))")
    assert checked(path)["findings"] == []
    assert repro("fix", path).stdout.startswith("nothing to fix")


def test_fix_can_show_without_touching(tmp_path: Path) -> None:
    path = notebook(tmp_path, DRAWS)
    before = path.read_bytes()
    shown = repro("fix", path, "--diff")
    assert shown.returncode == 1
    assert "+np.random.seed(0)" in shown.stdout
    listed = repro("fix", path, "--dry-run")
    assert "would fix RPN401" in listed.stdout
    assert path.read_bytes() == before
    assert repro("fix", path, "--code", "RPD", "--dry-run").returncode == 0


def test_fix_leaves_a_folder_that_cannot_be_written_as_it_was(tmp_path: Path) -> None:
    path = notebook(tmp_path, DRAWS)
    before = path.read_bytes()
    told = repro("fix", tmp_path / "gone.ipynb")
    assert told.returncode == 2
    assert "Traceback" not in told.stderr
    with pytest.raises(CannotFix):
        apply(json.loads(before), [Edit(action="replace", cell="no-such-cell", source="x")])
    with pytest.raises(CannotFix):
        apply(json.loads(before), [Edit(action="insert", index=99, source="x")])
    assert path.read_bytes() == before


@pytest.mark.kernel
def test_a_messy_notebook_is_healed_and_run(tmp_path: Path) -> None:
    """One call turns draws without a seed and a wrong order into a notebook that gives the same twice."""
    path = notebook(tmp_path, "import random\nprint(scale * random.random())", "scale = 10")
    done = repro("fix", path, "--run")
    assert done.returncode == 0, done.stderr
    first = json.loads(path.read_text(encoding="utf-8"))
    again = repro("run", path)
    assert again.returncode == 0, again.stderr
    second = json.loads(path.read_text(encoding="utf-8"))
    assert [cell.get("outputs") for cell in first["cells"]] == [cell.get("outputs") for cell in second["cells"]]
    assert any(cell.get("outputs") for cell in first["cells"])
    assert not [f for f in checked(path)["findings"] if f["severity"] != "info"]


def test_rules_lists_every_rule_and_prints_each_page() -> None:
    listed = repro("rules").stdout
    assert all(code in listed and rule.name in listed for code, rule in RULES.items())
    page = repro("rules", "stale-input").stdout
    assert page.startswith("# stale-input (RPS101)")
    assert all(part in page for part in ("## Why it hurts", "## Example", "## Instead", "## Limits", "## Allow it"))
    told = json.loads(repro("rules", "--json").stdout)["rules"]
    assert [rule["code"] for rule in told] == sorted(RULES)
    unknown = repro("rules", "RPX999")
    assert unknown.returncode == 2
    assert "RPX999" in unknown.stderr


def test_the_written_pages_are_those_of_the_rules() -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "rules").glob("*.md")}
    assert written == render(), "run: python -m jupyter_repro.views.rulepages docs/rules"
