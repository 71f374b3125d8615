"""A rule's documentation page, taken apart: its text, and its bad and good example as stories that can be played.

A story is a notebook in percent format: ``# %% name tag ...`` begins a cell. ``#> text`` is output, ``#! Name:
value`` an error, ``#[image]`` a figure, ``# file: NAME`` a file that lies beside the notebook. Below ``# ---
session`` stand the steps that were taken (``run a, b``, ``edit a: source``, ``delete a``, ``restart``, ``file NAME:
content``), below ``# --- notebook`` what the file says of itself.
"""

from __future__ import annotations

import inspect
import re
import sys
from dataclasses import dataclass

from jupyter_repro.analysis.findings.rule import Rule


@dataclass(frozen=True, kw_only=True, slots=True)
class StoryCell:
    """A code cell of an example. ``outputs`` are the marked lines as written, markers included."""

    name: str
    source: str
    outputs: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """An example: its cells, and the steps of the session that was had with them (empty: never run)."""

    cells: tuple[StoryCell, ...]
    steps: tuple[str, ...] = ()
    notebook: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A rule's page."""

    title: str
    """One sentence: what is bad."""
    body: str
    """The whole docstring as Markdown, without the title."""
    example: Story
    instead: Story


def page(rule: type[Rule]) -> Page:
    """The page of a rule. Raises ValueError where its module's docstring lacks a part."""
    text = inspect.cleandoc(sys.modules[rule.__module__].__doc__ or "")
    title, _, body = text.partition("\n")
    sections = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", body, re.MULTILINE | re.DOTALL))
    for needed in ("Why it hurts", "Example", "Instead", "Limits"):
        if not sections.get(needed, "").strip():
            raise ValueError(f"the page of {rule.code} has no section {needed!r}")
    return Page(title=title, body=body.strip(), example=story(sections["Example"]), instead=story(sections["Instead"]))


def story(section: str) -> Story:
    """The story in a section: its indented block."""
    block = "\n".join(line[4:] for line in section.splitlines() if line.startswith("    ") or not line.strip())
    cells, _, rest = block.partition("# --- ")
    steps: list[str] = []
    notebook: list[str] = []
    target = notebook
    for line in ("# --- " + rest).splitlines() if rest else ():
        if line.startswith("# --- "):
            target = steps if "session" in line else notebook
        elif line.startswith("# "):
            target.append(line[2:].strip())
    found = re.findall(r"^# %% ?([^\n]*)\n(.*?)(?=^# %%|\Z)", cells, re.MULTILINE | re.DOTALL)
    return Story(
        cells=tuple(_cell(head, text) for head, text in found),
        steps=tuple(steps),
        notebook=tuple(notebook),
        text=block.strip("\n"),
    )


def _cell(head: str, text: str) -> StoryCell:
    name, *tags = head.split() or [""]
    source, outputs, files = [], [], []
    for line in text.strip("\n").split("\n"):
        if line.startswith(("#>", "#!", "#[")):
            outputs.append(line)
        elif line.startswith("# file: "):
            files.append(line.removeprefix("# file: ").strip())
        else:
            source.append(line)
    return StoryCell(
        name=name, source="\n".join(source).strip("\n"), outputs=tuple(outputs), tags=tuple(tags), files=tuple(files)
    )
