"""``pytest --repro analysis.ipynb``: each cell of a notebook is a test that a rerun shows what the notebook shows.

Off, it adds two options and nothing else; the rest is imported when a notebook is collected. The notebook runs once (or
twice, see `jupyter_repro.verify`) on a copy of its folder, when the first of its tests runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from jupyter_repro.verify import CellResult, VerifyResult


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--repro`` and ``--repro-room``."""
    group = parser.getgroup("repro", "notebook reproducibility")
    group.addoption("--repro", action="store_true", help="rerun notebooks and compare every cell with what it shows")
    group.addoption(
        "--repro-room",
        metavar="ROOM",
        default="current",
        help="where: current (default); for the pipeline.ipynb of an exported bundle also venv or docker",
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take notebooks, when asked to."""
    if file_path.suffix != ".ipynb" or not parent.config.getoption("--repro"):
        return None
    collector: pytest.Collector = NotebookFile.from_parent(parent, path=file_path)
    return collector


class NotebookFile(pytest.File):
    """A notebook whose cells are tests. A bundle's notebook stands for the bundle."""

    _result: VerifyResult | None = None

    def collect(self) -> Iterator[pytest.Item]:
        """A test for each cell that has code, and one for the files that the notebook leaves."""
        from jupyter_repro.errors import ReproError
        from jupyter_repro.model import document

        try:
            read = document.read(self.path)
        except ReproError as error:
            raise self.CollectError(str(error)) from None
        for cell in read.cells:
            if not cell.is_blank:
                yield CellItem.from_parent(self, name=f"cell {cell.index + 1}", cell=cell.id)
        yield FilesItem.from_parent(self, name="files")

    @property
    def result(self) -> VerifyResult:
        """The verdict; the notebook is run when it is first asked for."""
        from jupyter_repro.bundle import manifest
        from jupyter_repro.verify import verify

        if self._result is None:
            folder = self.path.parent
            target = folder if self.path.name == "pipeline.ipynb" and manifest.is_bundle(folder) else self.path
            self._result = verify(target, self.config.getoption("--repro-room"))
        return self._result

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """One line where the notebook itself is at fault."""
        return str(excinfo.value) if isinstance(excinfo.value, self.CollectError) else super().repr_failure(excinfo)


class _Item(pytest.Item):
    parent: NotebookFile

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What differs, without our own traceback."""
        from jupyter_repro.errors import ReproError

        return str(excinfo.value) if isinstance(excinfo.value, (Differs, ReproError)) else super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the test is."""
        return self.path, None, f"{self.path.name}: {self.name}"


class CellItem(_Item):
    """The test of one cell."""

    def __init__(self, *, cell: str, **rest: Any) -> None:
        super().__init__(**rest)
        self.cell = cell

    def runtest(self) -> None:
        """Pass what is identical, equivalent, or known beforehand to vary; skip what was not compared."""
        told: CellResult = next(each for each in self.parent.result.cells if each.id == self.cell)
        if told.verdict in ("not-compared", "tainted"):
            pytest.skip(told.cause)
        if told.verdict in ("different", "failed") or (told.verdict == "unstable" and not told.declared):
            raise Differs(f"{told.verdict}: {told.cause}\n{told.detail}".rstrip())


class FilesItem(_Item):
    """The test of the files that a notebook leaves."""

    def runtest(self) -> None:
        """Fail where an expected file is missing or differs; skip where none is known."""
        files = self.parent.result.files
        wrong = [each for each in files if each.verdict in ("different", "missing")]
        if wrong:
            raise Differs("\n".join(f"{each.path} is {each.verdict}: {each.detail}" for each in wrong))
        if not files:
            pytest.skip("no reference files are known")


class Differs(AssertionError):
    """A cell or file is not what the notebook shows."""
