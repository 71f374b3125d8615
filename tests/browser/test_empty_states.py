"""Every state in which there is nothing to show says so in one sentence, and what to do."""

from __future__ import annotations

import json
import sys
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import story
from tests.browser.lab import TOKEN, Lab

Write = Callable[..., str]
ECHO = {"kernelspec": {"name": "echo", "display_name": "Echo", "language": "echo"}, "language_info": {"name": "echo"}}


@pytest.fixture
def echo(lab: Lab) -> None:
    """A kernel of another language, on this server only."""
    spec = lab.folder.parent / "data" / "kernels" / "echo"
    spec.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pytest_jupyter.echo_kernel", "-f", "{connection_file}"]
    (spec / "kernel.json").write_text(json.dumps({"argv": command, "display_name": "Echo", "language": "echo"}))


@pytest.fixture
def no_auto_load(lab: Lab) -> Iterator[None]:
    """The user has switched the silent loading off."""
    put_settings(lab, '{"autoLoad": false}')
    yield
    put_settings(lab, "{}")


def put_settings(lab: Lab, raw: str) -> None:
    name = urllib.parse.quote("@jupyter-repro/lab:plugin")
    request = urllib.request.Request(
        f"{lab.url}/lab/api/settings/{name}",
        data=json.dumps({"raw": raw}).encode(),
        headers={"Authorization": f"token {TOKEN}", "Content-Type": "application/json"},
        method="PUT",
    )
    with urllib.request.urlopen(request):
        pass


def test_without_a_notebook_the_panel_says_what_it_is_for(page: Page, lab: Lab) -> None:
    page.goto(f"{lab.url}/lab?token={TOKEN}&reset")
    page.wait_for_function("() => window.jupyterapp?.commands.hasCommand('jupyter-repro:show-panel')")
    page.wait_for_selector("#jupyterlab-splash", state="detached")
    page.evaluate("() => window.jupyterapp.commands.execute('jupyter-repro:show-panel')")
    panel = page.locator("#jupyter-repro-panel")
    expect(panel).to_contain_text("No notebook is open")
    expect(panel.get_by_role("button", name="New notebook")).to_be_visible()


def test_another_language_gets_one_clear_sentence(page: Page, lab: Lab, write: Write, echo: None) -> None:
    page.goto(lab.page(write("anything", metadata=ECHO)))
    page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
    page.wait_for_selector("#jupyterlab-splash", state="detached")
    page.get_by_role("button", name="Repro").click()
    panel = page.locator("#jupyter-repro-panel")
    expect(panel).to_contain_text("The kernel of this notebook speaks echo")
    expect(panel).to_contain_text("tracks Python kernels only")


def test_a_fresh_notebook_is_told_to_run(page: Page, lab: Lab, write: Write) -> None:
    panel = story.open_notebook(page, lab, write("x = 1"))
    for name in ("Runs", "Files", "Environment"):
        story.tab(panel, name)
        expect(panel.get_by_role("tabpanel")).to_contain_text("Run a cell")
    story.tab(panel, "Cells")
    expect(panel.get_by_role("tabpanel")).to_contain_text("not yet a proof")
    assert not story.is_dirty(page)


def test_no_kernel_offers_to_start_one(page: Page, lab: Lab, write: Write) -> None:
    panel = story.open_notebook(page, lab, write("x = 1"))
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    expect(panel).to_contain_text("No kernel")
    expect(panel.get_by_role("button", name="Start kernel")).to_be_visible()


def test_switched_off_recording_is_said(page: Page, lab: Lab, write: Write, no_auto_load: None) -> None:
    panel = story.open_notebook(page, lab, write("x = 1"))
    expect(panel).to_contain_text("switched off")
    story.run(page, 1)
    story.tab(panel, "Runs")
    expect(panel.get_by_role("tabpanel")).to_contain_text("No runs yet")
