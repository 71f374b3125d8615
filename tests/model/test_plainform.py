"""What the quick look lets pass, nbformat's schema lets pass: tried on thousands of notebooks with one thing broken."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

import nbformat
import pytest

from jupyter_repro.model.plainform import is_plain


def notebook() -> dict[str, Any]:
    """A notebook that has one of everything."""
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    info = {"name": "python", "version": "3.11", "codemirror_mode": {"name": "ipython", "version": 3}}
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": "1\n"},
        {"output_type": "display_data", "data": {"image/png": "aGk=", "text/plain": "<Figure>"}, "metadata": {}},
        {"output_type": "execute_result", "data": {"text/plain": "1"}, "metadata": {}, "execution_count": 1},
        {"output_type": "error", "ename": "E", "evalue": "", "traceback": ["a", "b"]},
    ]
    about = {"tags": ["a", "b"], "collapsed": True, "scrolled": False, "jupyter": {"source_hidden": True}}
    times = {"execution": {"iopub.execute_input": "2026"}, "other": [1]}
    code = {
        "cell_type": "code",
        "source": "x",
        "execution_count": 1,
        "outputs": outputs,
        "metadata": {**about, **times},
    }
    cells: list[dict[str, Any]] = [
        {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# Title"},
        {**code, "id": "b", "metadata": {**about, **times}},
        {"cell_type": "raw", "id": "c", "metadata": {}, "source": ""},
        {**code, "id": "d_-9", "execution_count": None, "outputs": [], "metadata": {}},
    ]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {**metadata, "language_info": info}, "cells": cells}


ODD = [None, True, 0, -1, 1.5, "", "x", "a,b", "a\n", "ü", [], [1], ["x"], ["x", "x"], {}, {"x": 1}, {"name": "x"}]


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from places(value[key])


def broken(chance: random.Random) -> dict[str, Any]:
    content = copy.deepcopy(notebook())
    for _ in range(chance.choice((1, 1, 2))):
        holder, key = chance.choice(list(places(content)))
        match chance.choice(("set", "drop", "add")):
            case "set":
                holder[key] = copy.deepcopy(chance.choice(ODD))
            case "drop":
                del holder[key]
            case _:
                if isinstance(holder, dict):
                    known = "id", "name", "tags", "title", "authors", "text", "attachments", "format", "metadata", "x"
                    holder[chance.choice(known)] = copy.deepcopy(chance.choice(ODD))
                else:
                    holder.append(copy.deepcopy(chance.choice(ODD)))
    return content


def test_an_ordinary_notebook_is_plain() -> None:
    assert is_plain(notebook())


@pytest.mark.filterwarnings("error")
def test_what_is_plain_is_valid() -> None:
    chance = random.Random(4)
    passed = 0
    for _ in range(4000):
        content = broken(chance)
        whole = isinstance(content.get("cells"), list) and content.keys() >= {"nbformat", "nbformat_minor", "metadata"}
        if whole and content["nbformat"] == 4 and is_plain(content):
            passed += 1
            nbformat.validate(content)
    assert passed > 200
