"""What the panel does for the user: fix, prove, export."""

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


def test_a_fix_is_one_click_and_one_undo(page: Page, lab: Lab, write: Write) -> None:
    path = write("import random", "print(random.random())")
    panel = story.open_notebook(page, lab, path)
    story.run(page, 1)
    story.run(page, 2)
    before = story.sources(page)
    unseeded = story.finding(panel, "unseeded").first
    expect(unseeded).to_be_visible()
    unseeded.locator(".jr-Button").click()
    expect(panel.locator("[data-jr-notice=done]")).to_be_visible()
    assert "seed(" in "\n".join(story.sources(page))
    panel.locator("[data-jr-notice=done]").get_by_role("button", name="Undo").click()
    assert story.sources(page) == before


def test_rerunning_the_stale_chain_makes_the_notebook_whole(page: Page, lab: Lab, write: Write) -> None:
    path = write("x = 1", "y = x + 1", "print(y)")
    panel = story.open_notebook(page, lab, path)
    for number in (1, 2, 3):
        story.run(page, number)
    story.edit(page, 1, "x = 41")
    edited = story.finding(panel, "edited-since-run").first
    expect(edited).to_be_visible()
    edited.locator(".jr-Button").click()
    expect(story.cell(page, 3).locator(".jp-OutputArea-output")).to_have_text("42")
    expect(panel.locator(story.JUDGED)).to_have_text("Restart & Run All would: 3 same")


def test_prove_it_shows_the_truth_beside_the_forecast(page: Page, lab: Lab, messy: str, picture: Picture) -> None:
    panel = story.open_notebook(page, lab, messy)
    panel.get_by_role("button", name="Prove it").first.click()
    expect(panel.get_by_role("progressbar", name="Proving")).to_be_visible()
    verdict = panel.locator(".jr-Verdict")
    expect(verdict.or_(panel.get_by_role("alert"))).to_be_visible(timeout=180_000)
    expect(verdict).to_contain_text("Could not run")
    expect(verdict).to_contain_text("label")
    failed = panel.locator(".jr-CellRow", has_text="label(warm_days")
    expect(failed.get_by_role("img", name="Would fail")).to_be_visible()
    expect(failed.get_by_role("img", name="Proof: failed")).to_be_visible()
    picture("prove")
    assert not story.is_dirty(page)


def test_a_proof_can_be_stopped_and_repeated(page: Page, lab: Lab, write: Write) -> None:
    path = write("print('ready')", "import time; time.sleep(0.1); print('done')")
    panel = story.open_notebook(page, lab, path)
    story.run(page, 1)
    story.run(page, 2)
    expect(panel.locator(story.JUDGED)).to_contain_text("2 same")
    panel.get_by_role("button", name="Prove it").first.click()
    panel.get_by_role("button", name="Cancel").click()
    expect(panel.get_by_text("The proof was stopped")).to_be_visible()
    panel.get_by_role("button", name="Prove again").click()
    verdict = panel.locator(".jr-Verdict")
    expect(verdict.or_(panel.get_by_role("alert"))).to_be_visible(timeout=180_000)
    expect(verdict).to_contain_text("Reproduced")
    story.edit(page, 1, "print('changed')")
    expect(panel.get_by_text("has changed since this proof")).to_be_visible()
    left = sorted(each.name for each in (lab.folder / Path(path).parent).iterdir() if each.name[0] != ".")
    assert left == ["story.ipynb"]


def test_the_export_dialog_says_where_to_and_which_rooms_there_are(
    page: Page, lab: Lab, messy: str, picture: Picture
) -> None:
    panel = story.open_notebook(page, lab, messy)
    panel.get_by_role("button", name="Export bundle").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Where")).to_have_value("messy/messy-bundle")
    expect(dialog.get_by_role("radio")).to_have_count(4)
    expect(dialog.get_by_role("radio", name=re.compile("This environment"))).to_be_enabled()
    picture("export")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert not (lab.folder / "messy" / "messy-bundle").exists()


def test_export_ends_with_a_report_that_can_do_no_harm(page: Page, lab: Lab, write: Write, picture: Picture) -> None:
    path = write("import json", "print(json.dumps({'answer': 42}))")
    panel = story.open_notebook(page, lab, path)
    story.run(page, 1)
    story.run(page, 2)
    expect(panel.locator(story.JUDGED)).to_contain_text("2 same")
    panel.get_by_role("button", name="Export bundle").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Where")).to_have_value(re.compile("story-bundle$"))
    expect(dialog.get_by_role("radio", name=re.compile("Container"))).to_be_attached()
    dialog.get_by_role("radio", name=re.compile("This environment")).check()
    dialog.get_by_label("Where").press("Enter")  # submits; does not close the dialog
    verdict = dialog.locator(".jr-Verdict")
    expect(verdict.or_(dialog.get_by_role("alert"))).to_be_visible(timeout=240_000)
    expect(verdict).to_contain_text("Reproduced")
    bundle = lab.folder / Path(path).parent / "story-bundle"
    assert json.loads((bundle / "manifest.json").read_text())
    picture("exported")

    link = dialog.get_by_role("link", name="Open the report")
    assert "noopener" in (link.get_attribute("rel") or "")
    with page.context.expect_page() as opened:
        link.click()
    report = opened.value
    report.wait_for_load_state()
    assert "story" in report.content()
    assert report.evaluate("() => window.origin") == "null"
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)


def test_a_taken_target_is_refused_in_one_line(page: Page, lab: Lab, write: Write) -> None:
    path = write("print(1)")
    taken = lab.folder / Path(path).parent / "story-bundle"
    taken.mkdir()
    (taken / "thesis.txt").write_text("do not lose")
    panel = story.open_notebook(page, lab, path)
    story.run(page, 1)
    expect(panel.locator(story.JUDGED)).to_contain_text("1 same")
    panel.get_by_role("button", name="Export bundle").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name=re.compile("No proof")).check()
    dialog.get_by_role("button", name="Export", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("story-bundle")
    assert (taken / "thesis.txt").read_text() == "do not lose"
