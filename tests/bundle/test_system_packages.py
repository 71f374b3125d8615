"""What a notebook's commands and libraries rest on is installed where the bundle is built, and named elsewhere."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from jupyter_repro.bundle.container import RUNNER, dockerfile, installable, workflow
from jupyter_repro.bundle.plan import plan
from jupyter_repro.model.systempackages import SystemPackage, needed, programs_in
from jupyter_repro.records import Outside
from tests.bundle.bundling import document, run, session, write_notebook

debian = pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="needs a system with dpkg")


@pytest.mark.parametrize(
    ("script", "programs"),
    [
        ("dot -Tsvg a.dot", ["dot"]),
        ("cd x && jq . y | sort > z", ["cd", "jq", "sort"]),
        ("FOO=1 make -j2", ["make"]),
        ("for f in *; do git log $f; done", ["git"]),
        ("if test -e x; then make; fi # dot", ["test", "make"]),
        ("sudo -E apt install x", ["apt"]),
        ("echo 'a; b' | xargs grep x", ["echo", "grep"]),
        ("ffmpeg -i a.mp4 \\\n  b.mp3\nmake", ["ffmpeg", "make"]),
        ("echo 'not closed", ["echo"]),
        ("", []),
    ],
)
def test_the_programs_of_a_script(script: str, programs: list[str]) -> None:
    assert list(programs_in(script)) == programs


@debian
def test_packages_of_programs_and_none_of_what_is_always_there() -> None:
    gzip, make = shutil.which("gzip"), shutil.which("make")
    if make is None or gzip is None:
        pytest.skip("needs make")
    assert [(each.name, each.brings) for each in needed(["!gzip -k a | make -f -"])] == [("make", ("make",))]
    assert needed(["no-such-program-anywhere"]) == ()


@debian
def test_a_bundle_installs_what_its_steps_call(tmp_path: Path) -> None:
    if shutil.which("make") is None:
        pytest.skip("needs make")
    cells = ["subprocess.run(['make'])", "%%bash\nmake --version | head -1"]
    for cell, heard in zip(cells, ("make", "bash"), strict=True):
        path = write_notebook(tmp_path / "nb.ipynb", cell)
        record = replace(run(1, "c1", cell), outside=(Outside(kind="process", what=heard),))
        made = plan(document(path), session(tmp_path, record), "document")
        assert [each.name for each in made.system] == ["make"]
        assert any("calls make" in note for note in made.notes)
        assert "--no-install-recommends make " in dockerfile(
            image="python:3.11-slim-bookworm",
            digest="",
            python="3.11.7",
            environment={},
            vendored=False,
            packages=installable(made.system, "python:3.11-slim-bookworm"),
        )
        assert "apt-get install --yes make" in workflow("3.11.7", {}, installable(made.system, RUNNER))


def test_a_library_is_only_asked_for_where_the_release_is_this_machines() -> None:
    library = SystemPackage(name="libfoo7", version="7", brings=("/usr/lib/libfoo.so.7",))
    program = SystemPackage(name="foo", version="7", brings=("foo",))
    assert installable([library, program], "some-other-system:1") == ["foo"]
