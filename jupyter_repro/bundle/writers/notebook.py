"""``pipeline.ipynb``: the steps with reference outputs, tagged so that nbval compares what can be compared."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import nbformat

from jupyter_repro.bundle.linearize import RAISES_TAGS, Step
from jupyter_repro.bundle.plan import Plan
from jupyter_repro.bundle.writers.silence import silenced

_MEANINGLESS = re.compile(r"^\s*%(?:re)?load_ext\s+jupyter_repro\b.*$", re.MULTILINE)
SANITIZE = r"""[memory addresses]
regex: 0x[0-9a-fA-F]{6,}
replace: 0xADDRESS

[iso timestamps]
regex: \d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d+)?
replace: TIMESTAMP

[clock times]
regex: \b\d{2}:\d{2}:\d{2}\b
replace: TIME

[timings of %time]
regex: (CPU times|Wall time|CPU time): .*
replace: TIMING

[durations]
regex: \b\d+(\.\d+)?\s?(ns|µs|us|ms|s|min)\b( ± \d+(\.\d+)?\s?(ns|µs|us|ms|s))?
replace: DURATION

[progress rates]
regex: \d+(\.\d+)?\s?(it/s|s/it)
replace: RATE

[kernel process]
regex: ipykernel_\d+/\d+\.py
replace: ipykernel

[widget models]
regex: "?model_id"?: ?"[0-9a-f]{32}"
replace: MODEL
"""
"""``nbval_sanitize.cfg``: what never counts as a difference."""


def render(plan: Plan, unstable: Mapping[str, str] | None = None) -> str:
    """The notebook's JSON. ``unstable`` maps step ids to why their outputs are not the same every time."""
    cells: list[Any] = []
    count = 0
    for step in plan.steps:
        cells += [_markdown(text, f"{step.id[:40]}-text-{number}") for number, text in enumerate(step.before, start=1)]
        if step.outputs is not None:
            count += 1
        cells.append(_code(step, count, (unstable or {}).get(cell_id(step.id), "")))
    notebook = nbformat.v4.new_notebook(
        cells=cells,
        metadata={
            # Every environment with ipykernel has a kernel of this name: the saved one may not exist elsewhere.
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": {"name": "python", "version": plan.needs.python},
        },
    )
    return str(nbformat.writes(notebook)) + "\n"


def runnable(source: str) -> str:
    """A step's source without what only tracking needed."""
    return _MEANINGLESS.sub("# (the tracker was loaded here)", source)


def tags_of(step: Step, unstable: str) -> tuple[str, ...]:
    """The step's own tags, and those that tell nbval and nbclient what to expect of it."""
    tags = list(step.tags)
    raises = step.raises or bool(RAISES_TAGS & set(step.tags))
    if raises:
        tags += ["raises-exception", "nbval-raises-exception"]
    if step.outputs is None or unstable:
        tags.append("nbval-ignore-output")
    return tuple(dict.fromkeys(tags))


def _code(step: Step, count: int, unstable: str) -> Any:
    metadata: dict[str, Any] = {}
    tags = tags_of(step, unstable)
    if tags:
        metadata["tags"] = list(tags)
    if unstable or step.outputs is None:
        metadata["repro"] = {"not_compared": unstable or "the notebook shows no output of this run"}
    known = step.outputs is not None
    outputs = [nbformat.from_dict(_numbered(output, count)) for output in step.outputs or ()]
    return nbformat.v4.new_code_cell(
        silenced(runnable(step.source)),
        id=cell_id(step.id),
        metadata=metadata,
        execution_count=count if known else None,
        outputs=outputs,
    )


def _numbered(output: Mapping[str, Any], count: int) -> dict[str, Any]:
    copy = dict(output)
    if copy.get("output_type") == "execute_result":
        copy["execution_count"] = count
    return copy


def _markdown(text: str, name: str) -> Any:
    return nbformat.v4.new_markdown_cell(text, id=cell_id(name))


def cell_id(name: str) -> str:
    """A name that nbformat accepts as an id."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", name)[:64] or "cell"
