"""The manifest names the file that is not as it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jupyter_repro.bundle import manifest
from jupyter_repro.bundle.manifest import InputEntry, Manifest, OutputEntry, ProofEntry, RungEntry, StepEntry
from jupyter_repro.errors import BadInput

TOLD = Manifest(
    notebook="nb.ipynb",
    python="3.12.1",
    rung="slice",
    because="it is the smallest",
    steps=(StepEntry(id="a", cell="a", run=3), StepEntry(id="b", compared=False, raises=True, unstable="clock")),
    inputs=(InputEntry(path="data/a.csv", sha256="0" * 64, size=3, original=".../a.csv"),),
    outputs=(OutputEntry(path="out.csv", sha256="1" * 64, size=4, copy="expected/files/out.csv", step="b"),),
    modules=("mine.py",),
    environment={"PYTHONHASHSEED": "0"},
    ladder=(RungEntry(rung="document", verdict="differs", because="cell 2"),),
    proof=ProofEntry(verdict="reproduced", room="venv", because="all of it"),
    notes=("something",),
)


def made(folder: Path, told: Manifest = TOLD) -> Path:
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "a.csv").write_text("1,2")
    (folder / "pipeline.py").write_text("print(1)\n")
    manifest.write(folder, told)
    return folder


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    back = manifest.read(made(tmp_path / "b"))
    assert set(back.files) == {"data/a.csv", "pipeline.py"}
    assert manifest.render(back) == (tmp_path / "b" / manifest.NAME).read_text()


def test_an_untouched_bundle_passes_and_files_of_a_rerun_do_no_harm(tmp_path: Path) -> None:
    folder = made(tmp_path / "b")
    (folder / "out.csv").write_text("1")
    assert manifest.check(folder).rung == "slice"


def test_a_changed_byte_is_named(tmp_path: Path) -> None:
    folder = made(tmp_path / "b")
    (folder / "data" / "a.csv").write_text("1,3")
    with pytest.raises(BadInput, match=r"data/a\.csv was changed"):
        manifest.check(folder)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    folder = made(tmp_path / "b")
    (folder / "data" / "a.csv").unlink()
    with pytest.raises(BadInput, match=r"data/a\.csv is missing"):
        manifest.check(folder)


def test_a_link_does_not_stand_for_a_file(tmp_path: Path) -> None:
    folder = made(tmp_path / "b")
    (tmp_path / "elsewhere.csv").write_text("1,2")
    (folder / "data" / "a.csv").unlink()
    (folder / "data" / "a.csv").symlink_to(tmp_path / "elsewhere.csv")
    with pytest.raises(BadInput):
        manifest.check(folder)


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "data/../../x"])
def test_a_manifest_that_reaches_out_is_refused(tmp_path: Path, name: str) -> None:
    folder = made(tmp_path / "b")
    content = json.loads((folder / manifest.NAME).read_text())
    content["files"][name] = "0" * 64
    (folder / manifest.NAME).write_text(json.dumps(content))
    with pytest.raises(BadInput, match="outside the bundle"):
        manifest.check(folder)


def test_an_input_that_is_not_carried_is_asked_for(tmp_path: Path) -> None:
    large = InputEntry(path="big.bin", sha256="2" * 64, size=10**9, included=False, url="https://example.org/big.bin")
    folder = made(tmp_path / "b", Manifest(notebook="n", python="3", rung="document", because="", inputs=(large,)))
    with pytest.raises(BadInput, match=r"big\.bin is not carried.*example\.org"):
        manifest.check(folder)
    (folder / "big.bin").write_bytes(b"other")
    with pytest.raises(BadInput, match=r"big\.bin is not the file"):
        manifest.check(folder)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"format": "other"}', '{"format": "jupyter-repro-bundle", "version": 9}']
)
def test_a_manifest_that_cannot_be_read_is_one_clear_error(tmp_path: Path, text: str) -> None:
    (tmp_path / manifest.NAME).write_text(text)
    with pytest.raises(BadInput):
        manifest.check(tmp_path)
