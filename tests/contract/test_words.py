"""Errors, verbs and documentation keep their promises."""

from __future__ import annotations

import argparse
import importlib
import re
import subprocess
from pathlib import Path

import pytest

import jupyter_repro
from jupyter_repro import errors
from jupyter_repro.cli import pages
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
    verbs = next(each for each in build_parser()._actions if isinstance(each, argparse._SubParsersAction))
    assert "--json" in verbs.choices[verb].format_help()


def test_the_reference_page_is_what_the_parsers_say() -> None:
    written = (ROOT / "docs" / "reference" / "cli.md").read_text()
    assert written == pages.render(), "run: make docs"


def test_no_file_names_a_package_index_or_a_path_of_one_machine() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    index_host = r"(?:pythonhosted|pypi|npmjs|yarnpkg|debian)\.(?:org|com)"
    personal = r"(?<![\w.}])/(?:root|work)/"
    named = []
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if not path.is_file() or path == Path(__file__) or b"\0" in (content := path.read_bytes()):
            continue
        for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), start=1):
            if re.search(index_host, line) or re.search(personal, line):
                named.append(f"{name}:{number}: {line.strip()[:100]}")
    assert named == []
