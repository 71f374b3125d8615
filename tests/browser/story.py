"""What a user does in the browser, in words: open, run, edit, look."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser.lab import Lab

JUDGED = "[data-testid=jr-headline]"
DIRTY = "() => window.jupyterapp.shell.currentWidget.context.model.dirty"
IDLE = "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"


def open_notebook(page: Page, lab: Lab, path: str, *, app: str = "lab/tree") -> Locator:
    """Open a notebook with the panel shown; the panel, once it has a forecast."""
    page.goto(lab.page(path, app))
    page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
    page.wait_for_selector("#jupyterlab-splash", state="detached")
    page.wait_for_function(IDLE)
    return show_panel(page)


def show_panel(page: Page) -> Locator:
    """Press the toolbar button and wait for the forecast."""
    page.get_by_role("button", name="Repro").click()
    panel = page.locator("#jupyter-repro-panel")
    expect(panel.locator(JUDGED)).to_be_attached()
    return panel


def cell(page: Page, number: int) -> Locator:
    """The notebook's cell of this number, from 1."""
    return page.locator(".jp-Notebook .jp-Cell").nth(number - 1)


def run(page: Page, number: int) -> None:
    """Run a cell in place and wait until the kernel has done it."""
    target = cell(page, number)
    before = prompt(target)
    target.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+Enter")
    expect(target.locator(".jp-InputPrompt")).not_to_have_text(before)
    expect(target.locator(".jp-InputPrompt")).not_to_contain_text("*")


def prompt(target: Locator) -> str:
    """The text of a cell's input prompt."""
    return target.locator(".jp-InputPrompt").inner_text()


def source(page: Page, number: int) -> str:
    """The source of a cell in the document."""
    text: str = page.evaluate(
        "n => window.jupyterapp.shell.currentWidget.content.model.cells.get(n - 1).sharedModel.getSource()", number
    )
    return text


def sources(page: Page) -> list[str]:
    """The sources of all cells of the document."""
    count = page.evaluate("() => window.jupyterapp.shell.currentWidget.content.model.cells.length")
    return [source(page, number) for number in range(1, count + 1)]


def edit(page: Page, number: int, text: str) -> None:
    """Replace a cell's source by typing."""
    cell(page, number).locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)


def tab(panel: Locator, name: str) -> None:
    """Show a tab of the panel."""
    panel.get_by_role("tab", name=name).click()


def badge(page: Page, number: int) -> str | None:
    """The forecast that a cell's badge shows."""
    return cell(page, number).get_attribute("data-jr-replay")


def is_dirty(page: Page) -> bool:
    """Whether the open document has unsaved changes."""
    dirty: bool = page.evaluate(DIRTY)
    return dirty


def finding(panel: Locator, name: str) -> Locator:
    """The findings of a rule, by its name."""
    return panel.locator(".jr-Finding", has_text=name)
