"""The panel follows the kernel: through a reload of the page, and when the notebook gets another name."""

from __future__ import annotations

import re
from collections.abc import Callable

import nbformat
from playwright.sync_api import Page, expect

from tests.browser import story
from tests.browser.lab import Lab

Write = Callable[..., str]
SAVE = "() => window.jupyterapp.commands.execute('docmanager:save')"


def journals(lab: Lab, path: str) -> list[str]:
    folder = (lab.folder / path).parent / ".repro"
    return sorted(each.name for each in folder.glob("*.jsonl"))


def test_a_reloaded_page_goes_on_with_the_running_kernel(page: Page, lab: Lab, write: Write) -> None:
    path = write("x = 1", "y = x + 1", "print(y)")
    panel = story.open_notebook(page, lab, path)
    story.run(page, 1)
    story.run(page, 2)
    page.evaluate(SAVE)
    page.wait_for_function(f"() => !({story.DIRTY})()")
    before = journals(lab, path)

    page.goto(lab.page(path).replace("&reset", ""))
    page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
    page.wait_for_selector("#jupyterlab-splash", state="detached")
    page.wait_for_function(story.IDLE)
    panel = page.locator("#jupyter-repro-panel")
    if not panel.is_visible():
        panel = story.show_panel(page)
    story.tab(panel, "Runs")
    expect(panel.locator(".jr-RunRow")).to_have_count(2)
    story.run(page, 3)  # rests on what the kernel still holds
    expect(panel.locator(".jr-RunRow")).to_have_count(3)
    expect(panel.locator(story.JUDGED)).to_have_text("Restart & Run All would: 3 same")
    assert journals(lab, path) == before and len(before) == 1


def test_a_renamed_notebook_keeps_its_history_and_a_new_one_of_its_old_name_gets_none(
    page: Page, lab: Lab, write: Write
) -> None:
    path = write("x = 1", "print(x)", name="Untitled.ipynb")
    panel = story.open_notebook(page, lab, path)
    story.run(page, 1)
    story.run(page, 2)
    renamed = path.replace("Untitled", "analysis")
    page.evaluate(
        "([old, fresh]) => window.jupyterapp.serviceManager.contents.rename(old, fresh)",
        [path, renamed],
    )
    page.wait_for_function(f"() => window.jupyterapp.shell.currentWidget.context.path.endsWith('{renamed}')")
    fresh = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("other = 1")])
    nbformat.write(fresh, lab.folder / path)
    story.run(page, 1)
    story.tab(panel, "Runs")
    expect(panel.locator(".jr-RunRow")).to_have_count(3)
    expect(panel.locator(story.JUDGED)).to_have_text(re.compile("Restart & Run All would: 2 same"))
    assert len(journals(lab, path)) == 1
