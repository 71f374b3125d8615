"""The panel as a user meets it: what it says of a messy notebook, and how it follows runs and edits."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser import story
from tests.browser.lab import Lab

Picture = Callable[[str], None]
Write = Callable[..., str]


def test_a_messy_notebook_is_judged_without_being_touched(page: Page, lab: Lab, messy: str, picture: Picture) -> None:
    saved = (lab.folder / messy).read_bytes()
    panel = story.open_notebook(page, lab, messy)
    headline = panel.locator(story.JUDGED)
    expect(headline).to_have_text(re.compile(r"Restart & Run All would: \d+ same, \d+ changes?, \d+ fails?"))
    expect(headline).to_have_attribute("aria-live", "polite")

    for name in ("edited-since-run", "defined-further-down", "unseeded"):
        expect(story.finding(panel, name).first).to_be_visible()
    expect(page.locator(".jp-CodeCell .jr-Badge")).to_have_count(11)
    assert {story.badge(page, number) for number in range(2, 13)} >= {"ok", "changes", "fails"}
    failing = page.locator(".jp-CodeCell[data-jr-replay=fails] .jr-Badge").first
    expect(failing).to_have_attribute("title", re.compile("^Would fail: .*label"))
    picture("panel-light")

    first = story.finding(panel, "defined-further-down")
    first.get_by_role("button", expanded=False).click()
    expect(first.get_by_text("Do:")).to_be_visible()
    first.locator(".jr-CellLink").first.click()
    expect(page.locator(".jp-Cell.jp-mod-active")).to_contain_text("label(warm_days")

    assert not story.is_dirty(page)
    assert (lab.folder / messy).read_bytes() == saved


def test_the_other_tabs_tell_runs_files_and_environment(page: Page, lab: Lab, messy: str, picture: Picture) -> None:
    panel = story.open_notebook(page, lab, messy)
    story.tab(panel, "Runs")
    expect(panel.locator(".jr-RunRow")).to_have_count(14)
    expect(panel.get_by_role("img", name=re.compile("Timeline of 14 runs"))).to_be_visible()
    expect(panel.locator("circle[data-jr-step=back]")).not_to_have_count(0)
    expect(panel.get_by_text("deleted cell", exact=True)).to_be_visible()
    deleted = panel.locator(".jr-RunRow", has_text="deleted cell")
    deleted.get_by_role("button", name="3", exact=True).click()
    expect(deleted.get_by_label("Source as run")).to_contain_text("dropna")
    picture("runs")

    story.tab(panel, "Files")
    row = panel.locator(".jr-File", has_text="rides.csv")
    expect(row).to_contain_text(re.compile(r"\d+ kB"))
    expect(row.locator("code")).to_have_text(re.compile("^[0-9a-f]{10}$"))
    story.tab(panel, "Environment")
    expect(panel.locator(".jr-Packages li", has_text="pandas").first).to_be_visible()
    expect(panel.get_by_text("What is watched")).to_be_visible()


def test_the_forecast_follows_runs_and_edits_by_itself(page: Page, lab: Lab, write: Write) -> None:
    path = write("x = 1", "y = x + 1", "print(y)")
    panel = story.open_notebook(page, lab, path)
    expect(panel.get_by_text("No run is recorded yet").or_(panel.locator(".jr-Finding").first)).to_be_visible()

    for number in (1, 2, 3):
        story.run(page, number)
    expect(panel.locator(story.JUDGED)).to_have_text("Restart & Run All would: 3 same")
    assert [story.badge(page, number) for number in (1, 2, 3)] == ["ok", "ok", "ok"]

    story.edit(page, 1, "x = 10")
    expect(story.finding(panel, "edited-since-run").first).to_be_visible()
    story.run(page, 1)  # and not the cells that rest on it
    expect(story.cell(page, 3)).to_have_attribute("data-jr-replay", "changes")
    expect(panel.locator(story.JUDGED)).to_contain_text("change")

    story.tab(panel, "Runs")
    expect(panel.locator(".jr-RunRow")).to_have_count(4)
    expect(panel.get_by_text("1 step back up")).to_be_visible()


def test_a_restarted_kernel_is_tracked_again(page: Page, lab: Lab, write: Write) -> None:
    path = write("x = 1", "print(x)")
    panel = story.open_notebook(page, lab, path)
    story.run(page, 1)
    story.run(page, 2)
    expect(panel.locator(story.JUDGED)).to_have_text("Restart & Run All would: 2 same")
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
    story.tab(panel, "Runs")
    story.run(page, 2)  # fails: x is gone
    expect(panel.get_by_label("Kernel session")).to_be_visible()
    expect(panel.locator(".jr-RunRow")).to_have_count(1)
    journals = sorted((lab.folder / Path(path).parent / ".repro").glob("*.jsonl"))
    assert len(journals) == 2
    lines = [json.loads(line) for line in journals[1].read_text().splitlines()]
    assert [line["status"] for line in lines if line["type"] == "run"] == ["error"]


def test_the_tracker_leaves_no_trace_in_the_kernel(page: Page, lab: Lab, write: Write) -> None:
    path = write("print(sorted(name for name in dir() if 'repro' in name.lower() or '_jr' in name))", "print(1)")
    story.open_notebook(page, lab, path)
    story.run(page, 1)
    expect(story.cell(page, 1).locator(".jp-OutputArea-output")).to_have_text("[]")
    assert story.prompt(story.cell(page, 1)) == "[1]:"


def test_keyboard_and_screen_reader_find_their_way(page: Page, lab: Lab, messy: str) -> None:
    panel = story.open_notebook(page, lab, messy)
    expect(page.get_by_role("region", name="Reproducibility")).to_be_visible()
    tabs = panel.get_by_role("tablist", name="Reproducibility")
    assert [text.strip("0123456789") for text in tabs.get_by_role("tab").all_inner_texts()] == [
        "Findings",
        "Cells",
        "Runs",
        "Files",
        "Environment",
    ]
    tabs.get_by_role("tab", name="Findings").focus()
    page.keyboard.press("ArrowRight")
    expect(tabs.get_by_role("tab", name="Cells")).to_be_focused()
    expect(panel.get_by_role("tabpanel", name="Cells")).to_be_visible()
    page.keyboard.press("End")
    expect(tabs.get_by_role("tab", name="Environment")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowRight")
    expect(tabs.get_by_role("tab", name="Findings")).to_be_focused()
    unnamed = panel.locator("button, a, input, select, summary, [role=img]").evaluate_all(
        "all => all.filter(each => !(each.innerText || each.ariaLabel || each.title ||"
        " (each.labels && each.labels.length))).map(each => each.outerHTML)"
    )
    assert unnamed == []
    for command in ("show-panel", "check", "prove", "export", "next-finding"):
        assert page.evaluate("name => window.jupyterapp.commands.hasCommand('jupyter-repro:' + name)", command)
    page.evaluate("() => window.jupyterapp.commands.execute('jupyter-repro:next-finding')")
    expect(page.locator(".jp-Cell.jp-mod-active .jr-Badge")).to_be_visible()


def test_the_panel_is_readable_in_the_dark(page: Page, lab: Lab, messy: str, picture: Picture) -> None:
    panel = story.open_notebook(page, lab, messy)
    light = panel.evaluate("each => getComputedStyle(each).backgroundColor")
    page.evaluate("() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})")
    expect(page.locator("body")).to_have_attribute("data-jp-theme-name", "JupyterLab Dark")
    page.wait_for_function(
        "light => getComputedStyle(document.querySelector('#jupyter-repro-panel')).backgroundColor !== light", arg=light
    )
    picture("panel-dark")
    page.evaluate("() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Light'})")
    expect(page.locator("body")).to_have_attribute("data-jp-theme-name", "JupyterLab Light")


def test_the_panel_works_in_notebook_7(page: Page, lab: Lab, write: Write) -> None:
    path = write("a = 2", "print(a)")
    panel = story.open_notebook(page, lab, path, app="notebooks")
    story.run(page, 1)
    story.run(page, 2)
    expect(panel.locator(story.JUDGED)).to_have_text("Restart & Run All would: 2 same")
    expect(story.cell(page, 2)).to_have_attribute("data-jr-replay", "ok")
    story.tab(panel, "Runs")
    expect(panel.locator(".jr-RunRow")).to_have_count(2)
