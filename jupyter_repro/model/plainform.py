"""Notebooks that are surely valid: told by a quick look, because nbformat's schema takes longer than a forecast.

What passes here satisfies the schema of nbformat 4.5 (a test holds the two against each other). What does not pass may
be valid nevertheless: nbformat decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_TOP = {"cells", "metadata", "nbformat", "nbformat_minor"}
_TEXT = {"id", "cell_type", "metadata", "source"}
_CODE = _TEXT | {"outputs", "execution_count"}
_STREAM = {"output_type", "name", "text"}
_ERROR = {"output_type", "ename", "evalue", "traceback"}
_SHOWN = {"output_type", "data", "metadata"}
_RESULT = _SHOWN | {"execution_count"}
_STR = {str}
_FREE = frozenset(("jupyter", "execution", "name", "format", "collapsed", "scrolled", "tags"))
"""Keys of a cell's metadata that the schema says something about."""


def is_plain(content: Mapping[str, Any]) -> bool:
    """Whether a notebook's JSON (version 4.5, sources joined) is of the form that Jupyter writes."""
    cells = content["cells"]
    if content.keys() != _TOP or content["nbformat_minor"] != 5 or not _is_plain_metadata(content["metadata"]):
        return False
    return all(map(_is_plain_cell, cells)) and len({cell["id"] for cell in cells}) == len(cells)


def _is_plain_metadata(metadata: Any) -> bool:
    if type(metadata) is not dict or metadata.keys() & {"orig_nbformat", "title", "authors"}:
        return False
    return ("kernelspec" not in metadata or _has_texts(metadata["kernelspec"], "name", "display_name")) and (
        "language_info" not in metadata or _has_texts(metadata["language_info"], "name")
    )


def _has_texts(value: Any, *names: str) -> bool:
    """Whether it has these keys, and its values are texts (or, for a syntax mode, an object)."""
    return (
        type(value) is dict
        and all(name in value for name in names)
        and all(type(each) is str or name in ("codemirror_mode", "version") for name, each in value.items())
        and type(value.get("codemirror_mode", "")) in (str, dict)
    )


def _is_plain_cell(cell: Any) -> bool:
    if type(cell) is not dict:
        return False
    kind, name, metadata = cell.get("cell_type"), cell.get("id"), cell.get("metadata")
    if cell.keys() != (_CODE if kind == "code" else _TEXT) or type(cell["source"]) is not str:
        return False
    if type(name) is not str or not _ID.fullmatch(name) or type(metadata) is not dict:
        return False
    if metadata and not _FREE.isdisjoint(metadata) and not _is_plain_cell_metadata(metadata):
        return False
    if kind != "code":
        return kind in ("markdown", "raw")
    outputs = cell["outputs"]
    return _is_count(cell["execution_count"]) and type(outputs) is list and all(map(_is_plain_output, outputs))


def _is_plain_cell_metadata(metadata: dict[str, Any]) -> bool:
    tags = metadata.get("tags", [])
    return (
        not metadata.keys() & {"name", "format"}
        and type(metadata.get("collapsed", False)) is bool
        and type(metadata.get("scrolled", False)) is bool
        and type(metadata.get("jupyter", {})) is dict
        and type(times := metadata.get("execution", {})) is dict
        and all(type(each) is str for each in times.values())
        and type(tags) is list
        and all(type(tag) is str and tag and "," not in tag and "\n" not in tag for tag in tags)
        and len(set(tags)) == len(tags)
    )


def _is_plain_output(output: Any) -> bool:
    if type(output) is not dict:
        return False
    keys = output.keys()
    match output.get("output_type"):
        case "stream":
            return keys == _STREAM and type(output["name"]) is str and type(output["text"]) is str
        case "error":
            lines = output.get("traceback")
            texts = keys == _ERROR and type(output["ename"]) is str and type(output["evalue"]) is str
            return texts and type(lines) is list and {*map(type, lines)} <= _STR
        case "execute_result":
            return keys == _RESULT and _is_count(output["execution_count"]) and _is_plain_bundle(output)
        case "display_data":
            return keys == _SHOWN and _is_plain_bundle(output)
        case _:
            return False


def _is_plain_bundle(output: dict[str, Any]) -> bool:
    data = output["data"]
    return type(output["metadata"]) is dict and type(data) is dict and {*map(type, data.values())} <= _STR


def _is_count(value: Any) -> bool:
    return value is None or (type(value) is int and value >= 0)
