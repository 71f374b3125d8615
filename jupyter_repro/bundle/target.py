"""Where a bundle goes: refuses what is not ours to replace, and moves what was made into place in one rename.

Everything is made in a hidden folder beside the target: a failed or cancelled export leaves nothing, and what was there
before stays as it was until that rename.
"""

from __future__ import annotations

import shutil
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jupyter_repro.bundle import archive, manifest
from jupyter_repro.bundle.candidate import writing
from jupyter_repro.errors import BadInput


def refuse_taken(target: Path, *, force: bool) -> None:
    """Raise BadInput where something is at the target that is not ours to replace."""
    if target.suffix == ".zip":
        report = _report_beside(target)
        if target.is_dir():
            raise BadInput(f"{target} is a folder", hint="Name a zip file, or a folder without that ending.")
        if target.exists() and not (force and _is_our_zip(target)):
            raise BadInput(f"{target} is already there", hint=_hint(_is_our_zip(target)))
        if report.exists() and not force:
            raise BadInput(f"{report} is already there", hint="Name another target, or say --force to replace it.")
    elif target.is_dir():
        ours = manifest.is_bundle(target)
        if any(target.iterdir()) and not (ours and force):
            raise BadInput(f"{target} is already there and not empty", hint=_hint(ours))
    elif target.exists() or target.is_symlink():
        raise BadInput(f"{target} is already there and is no folder", hint="Name another target.")


def _hint(ours: bool) -> str:
    return "Say --force to replace that bundle." if ours else "Name another target; it is none of our bundles."


def _is_our_zip(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as packed:
            return manifest.FORMAT in packed.read(manifest.NAME).decode("utf-8", "replace")
    except (OSError, KeyError, zipfile.BadZipFile):
        return False


@contextmanager
def workshop(target: Path) -> Iterator[Path]:
    """A hidden folder beside the target, gone at the end; folders above it that had to be made go with a failure."""
    parent = target.absolute().parent
    made = [each for each in (parent, *parent.parents) if not each.exists()]
    shop = parent / f".{target.name}.{uuid.uuid4().hex[:8]}.partial"
    try:
        with writing(parent):
            try:
                shop.mkdir(parents=True)
            except (NotADirectoryError, FileExistsError):
                raise BadInput(f"{parent} is no folder", hint="Choose another target.") from None
        yield shop
    finally:
        shutil.rmtree(shop, ignore_errors=True)
        for each in made:
            try:
                each.rmdir()
            except OSError:
                break


def deliver(folder: Path, target: Path, shop: Path) -> Path:
    """Move the finished bundle ``folder`` to ``target``, packed where that is a zip; where its report is."""
    if target.suffix != ".zip":
        with writing(target):
            _swap(folder, target, shop / "before")
        return target / "REPORT.html"
    report, packed, page = _report_beside(target), shop / "bundle.zip", shop / "report.html"
    with writing(target):
        archive.pack(folder, packed)
        shutil.copyfile(folder / "REPORT.html", page)
        page.replace(report)
        packed.replace(target)
    return report


def _swap(new: Path, target: Path, aside: Path) -> None:
    """Rename ``new`` to ``target``; what was there goes ``aside``, and comes back where the rename is refused."""
    if target.is_dir():
        target.replace(aside)
    try:
        new.replace(target)
    except OSError:
        if aside.is_dir():
            aside.replace(target)
        raise


def _report_beside(target: Path) -> Path:
    return target.with_suffix(".report.html")
