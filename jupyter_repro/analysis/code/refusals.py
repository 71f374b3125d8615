"""The first statement of a cell that cannot go through, told without running it."""

from __future__ import annotations

from collections.abc import Mapping

from jupyter_repro.analysis.code.axesgrid import misused
from jupyter_repro.analysis.code.cellcode import parse
from jupyter_repro.analysis.code.limits import Refusal, refused
from jupyter_repro.analysis.code.places import misplaced


def first_refusal(source: str, kinds: Mapping[str, str], sizes: Mapping[str, str]) -> Refusal | None:
    """By its text, and by the types and sizes of what it finds, as far as they are known."""
    tree = parse(source).tree
    body = tree.body if tree is not None else []
    found = [*(refused(statement, kinds) for statement in body), misused(body), misplaced(body, kinds, sizes)]
    return min((each for each in found if each is not None), key=lambda each: each.line, default=None)
