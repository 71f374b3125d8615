"""A real JupyterLab and a real Chromium, started once; each test gets a page of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.lab import Lab, start

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "jupyter_repro" / "labextension" / "package.json"
IMAGES = ROOT / "docs" / "images"
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
PYTHON = {
    "kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"},
    "language_info": {
        "name": "python",
        "version": sys.version.split()[0],
        "mimetype": "text/x-python",
        "codemirror_mode": {"name": "ipython", "version": 3},
        "pygments_lexer": "ipython3",
        "nbconvert_exporter": "python",
        "file_extension": ".py",
    },
}


expect.set_options(timeout=30_000)  # for machines that have other things to do


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything here, and run it last.

    Playwright's sync API leaves its event loop running in the main thread until the browser closes at the
    session's end, so no test after it could run a loop of its own.
    """
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser: ``REPRO_CHROMIUM``, Debian's, or Playwright's own."""
    named = os.environ.get("REPRO_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
        path = named or (own if Path(own).exists() else None)
        if path is None:
            pytest.skip("no Chromium found; get it with: apt-get install chromium, or playwright install chromium")
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One server for all tests; each works in a folder of its own."""
    if not BUILT.exists():
        pytest.skip("the panel is not built; get node (Debian: apt-get install nodejs) and run: make build")
    server = start(tmp_path_factory.mktemp("lab"))
    yield server
    server.stop()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A fresh page; what its console complains about is shown when the test fails."""
    context = chromium.new_context(viewport={"width": 1400, "height": 900}, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(45_000)
    page.on("console", lambda message: print(f"console {message.type}: {message.text}"))
    page.on("pageerror", lambda error: print(f"page error: {error}"))
    yield page
    context.close()


Write = Callable[..., str]


@pytest.fixture
def write(lab: Lab, request: pytest.FixtureRequest) -> Write:
    """Writes a notebook of these sources into the test's own folder; its path as the server knows it."""
    folder = lab.folder / request.node.name.split("[")[0]
    folder.mkdir(exist_ok=True)

    def write(*sources: str, metadata: dict[str, Any] | None = None, name: str = "story.ipynb") -> str:
        cells = [nbformat.v4.new_code_cell(source, id=f"cell-{n}") for n, source in enumerate(sources, start=1)]
        notebook = nbformat.v4.new_notebook(cells=cells, metadata=PYTHON if metadata is None else metadata)
        nbformat.write(notebook, folder / name)
        return f"{folder.name}/{name}"

    return write


@pytest.fixture(scope="session")
def messy(lab: Lab) -> str:
    """The messy example, played through a real kernel: its path as the server knows it."""
    folder = lab.folder / "messy"
    subprocess.run(
        [sys.executable, str(ROOT / "examples" / "messy" / "play.py"), str(folder)],
        check=True,
        capture_output=True,
        timeout=180,
    )
    notebook = nbformat.read(folder / "messy.ipynb", 4)
    notebook.metadata = nbformat.from_dict(PYTHON)
    (folder / "messy.ipynb").write_text(json.dumps(notebook, indent=1))
    return "messy/messy.ipynb"


@pytest.fixture
def picture(page: Page) -> Callable[[str], None]:
    """Writes a screenshot for the README, when ``REPRO_SCREENSHOTS`` is set."""

    def picture(name: str) -> None:
        if os.environ.get("REPRO_SCREENSHOTS"):
            page.mouse.move(700, 5)
            expect(page.locator(".jr-Spinner.jr-mod-active")).to_have_count(0)
            page.wait_for_timeout(400)
            IMAGES.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=IMAGES / f"{name}.png")

    return picture
