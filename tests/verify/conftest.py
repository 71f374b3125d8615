"""Bundles of our own making for these tests: real locks and Dockerfiles, steps of the standard library only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from tests.verify import making


@pytest.fixture
def notebook(tmp_path: Path) -> Callable[..., Path]:
    """Writes an executed notebook in a folder of its own; its path."""

    def make(*sources: str, name: str = "analysis.ipynb", **tags: list[str]) -> Path:
        folder = tmp_path / "project"
        folder.mkdir(exist_ok=True)
        path = folder / name
        nbformat.write(making.executed(sources, folder, tags), path)
        return path

    return make


@pytest.fixture
def bundle(tmp_path: Path) -> Callable[..., Path]:
    """Writes a bundle whose notebook shows what its sources give; its folder."""

    def make(*sources: str, **options: object) -> Path:
        return making.bundle(tmp_path / "bundle", sources, **options)  # type: ignore[arg-type]

    return make
