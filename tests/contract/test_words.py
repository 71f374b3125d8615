"""Errors, verbs and documentation keep their promises."""

from __future__ import annotations

import importlib
import re
import subprocess
from pathlib import Path

import pytest

import jupyter_repro
from jupyter_repro import errors
from jupyter_repro.cli.main import VERBS, build_parser

ROOT = Path(jupyter_repro.__file__).parent.parent


def leaves(kind: type[errors.ReproError]) -> list[type[errors.ReproError]]:
    return [kind, *(leaf for child in kind.__subclasses__() for leaf in leaves(child))]


def test_every_environment_failure_has_its_own_exit_code() -> None:
    kinds = [
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.EnvironmentFailure)
    ]
    codes = [kind.exit_code for kind in kinds if kind is not errors.EnvironmentFailure]
    assert len(set(codes)) == len(codes)
    assert min(codes) == 3


def test_bad_input_always_exits_with_2() -> None:
    assert {kind.exit_code for kind in leaves(errors.BadInput)} == {2}


def test_an_error_is_one_line() -> None:
    text = str(errors.BadInput("a\nb.", hint="do\nthis"))
    assert text == "a b. do this"


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_teaches(verb: str) -> None:
    module = importlib.import_module(f"jupyter_repro.cli.verb_{verb}")
    assert len(module.HELP.split()) > 3
    assert f"jupyter repro {verb}" in module.EPILOG, "the epilog shows an example"


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_speaks_json(verb: str) -> None:
    parser = build_parser()
    action = next(each for each in parser._actions if each.dest == "verb")
    assert "--json" in action.choices[verb].format_help()  # type: ignore[index,union-attr,call-overload]


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_documented(verb: str) -> None:
    assert f"jupyter repro {verb}" in (ROOT / "docs" / "reference" / "cli.md").read_text()


def test_no_file_names_a_package_registry_or_a_path_of_one_machine() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    hosts = re.compile(r"\b(?:files\.pythonhosted|registry\.(?:npmjs|yarnpkg)|deb\.debian|pypi)\.org\b|/root/|/work/")
    named = []
    for name in filter(None, tracked):
        path = ROOT / name
        if name == "tests/contract/test_words.py" or path.suffix in {".png", ".parquet"} or not path.is_file():
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
            if hosts.search(line):
                named.append(f"{name}:{number}")
    assert named == []
