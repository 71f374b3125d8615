"""A bundle as a zip: the same bytes for the same files, and hostile zips are refused before anything is unpacked."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyter_repro.bundle import archive, manifest
from jupyter_repro.errors import BadInput


def folder_with(path: Path, **files: str) -> Path:
    for name, text in files.items():
        target = path / name.replace("__", "/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    manifest.write(path, manifest.Manifest(notebook="nb.ipynb", python="3.11.7", rung="document", because="why"))
    return path


def test_a_zip_comes_back_as_it_went_in(tmp_path: Path) -> None:
    made = folder_with(tmp_path / "made", a="1", b__c="två", b__d="")
    archive.pack(made, tmp_path / "x.zip")
    back = tmp_path / "back"
    back.mkdir()
    archive.unpack(tmp_path / "x.zip", back)
    assert manifest.files_in(back) == manifest.files_in(made)
    assert all((back / name).read_bytes() == (made / name).read_bytes() for name in manifest.files_in(made))


def test_equal_files_give_equal_bytes_whatever_their_times_and_order(tmp_path: Path) -> None:
    first = folder_with(tmp_path / "one", a="1", b="2", z__y="3")
    second = folder_with(tmp_path / "two", z__y="3", b="2", a="1")
    (second / "a").touch()
    (second / "b").chmod(0o600)
    archive.pack(first, tmp_path / "1.zip")
    archive.pack(second, tmp_path / "2.zip")
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()


Attack = Callable[[zipfile.ZipFile], None]


def parent(packed: zipfile.ZipFile) -> None:
    packed.writestr("../outside.txt", "x")


def deep_parent(packed: zipfile.ZipFile) -> None:
    packed.writestr("data/../../outside.txt", "x")


def absolute(packed: zipfile.ZipFile) -> None:
    packed.writestr("/tmp/outside.txt", "x")


def drive(packed: zipfile.ZipFile) -> None:
    packed.writestr("C:/outside.txt", "x")


def backslash(packed: zipfile.ZipFile) -> None:
    packed.writestr("..\\outside.txt", "x")


def link(packed: zipfile.ZipFile) -> None:
    info = zipfile.ZipInfo("link")
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    packed.writestr(info, "/etc/passwd")


def device(packed: zipfile.ZipFile) -> None:
    info = zipfile.ZipInfo("device")
    info.create_system = 3
    info.external_attr = (stat.S_IFCHR | 0o666) << 16
    packed.writestr(info, "")


def twice(packed: zipfile.ZipFile) -> None:
    packed.writestr("a", "1")
    with pytest.warns(UserWarning):
        packed.writestr("a", "2")


def twice_but_for_case(packed: zipfile.ZipFile) -> None:
    packed.writestr("a", "1")
    packed.writestr("A", "2")


def control_character(packed: zipfile.ZipFile) -> None:
    packed.writestr("a\nb", "x")


ATTACKS: tuple[Attack, ...] = (
    parent, deep_parent, absolute, drive, backslash, link, device, twice, twice_but_for_case, control_character,
)  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_a_hostile_entry_is_refused_and_nothing_is_written(tmp_path: Path, attack: Attack) -> None:
    path = tmp_path / "bad.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("fine.txt", "x")
        attack(packed)
    target = tmp_path / "target"
    target.mkdir()
    with pytest.raises(BadInput) as caught:
        archive.unpack(path, target)
    assert "bad.zip" in str(caught.value)
    assert list(target.iterdir()) == []
    assert not (tmp_path / "outside.txt").exists()


def test_a_file_in_the_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("a", "1")
        packed.writestr("a/b", "2")
    target = tmp_path / "target"
    target.mkdir()
    with pytest.raises(BadInput):
        archive.unpack(path, target)


def test_a_cut_zip_is_named(tmp_path: Path) -> None:
    made = folder_with(tmp_path / "made", a="1" * 5000)
    archive.pack(made, tmp_path / "x.zip")
    cut = tmp_path / "cut.zip"
    cut.write_bytes((tmp_path / "x.zip").read_bytes()[:-30])
    with pytest.raises(BadInput, match=r"cut\.zip"), archive.open_bundle(cut):
        pass


def test_what_is_no_bundle_is_named(tmp_path: Path) -> None:
    (tmp_path / "text.zip").write_text("hello")
    for path in (tmp_path / "missing", tmp_path / "text.zip", tmp_path):
        with pytest.raises(BadInput, match=path.name), archive.open_bundle(path):
            pass
