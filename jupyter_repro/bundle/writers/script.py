"""``pipeline.py``: the steps as one plain Python script in percent format, which runs with ``python pipeline.py``."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterable, Sequence

import jupytext
import nbformat

from jupyter_repro.bundle import notebook_calls
from jupyter_repro.bundle.codetext import compiles
from jupyter_repro.bundle.linearize import Step
from jupyter_repro.bundle.plan import Plan
from jupyter_repro.bundle.translate import Translated, translate

_NEEDS = {
    "show": ("save_figures",),
    "display": ("show", "save_figures"),
    "shell": ("expanded",),
    "shell_lines": ("expanded",),
    "run_cell": ("get_ipython",),
}
"""Support function -> others that it calls."""
_PLOTS = "matplotlib"


def render(plan: Plan) -> tuple[str, tuple[str, ...]]:
    """The script's text, and what was changed on the way from notebook to script, one sentence each."""
    plots = _PLOTS in plan.needs.constraints
    done = [
        translate(step.source, number=number, raises=step.raises or bool({"raises-exception"} & set(step.tags)))
        for number, step in enumerate(plan.steps, start=1)
    ]
    cells = [
        nbformat.v4.new_markdown_cell(_introduction(plan)),
        nbformat.v4.new_code_cell(_preamble(done, plots, plan)),
    ]
    notes: list[str] = []
    before, whole = "", compiles("\n".join(each.source for each in done))
    for number, (step, translated) in enumerate(zip(plan.steps, done, strict=True), start=1):
        cells += [nbformat.v4.new_markdown_cell(text) for text in step.before]
        comment = "".join(f"# {note}\n" for note in translated.notes if "left out" not in note)
        source = comment + translated.source
        if "skip-execution" in step.tags:
            source = "# Not run, as its tag says.\n" + textwrap.indent(step.source, "# ")
        if not whole and not compiles(f"{before}\n{source}") and compiles(source):
            source = f"exec({source!r})"
            notes.append(f"pipeline.py, step {number}: it is valid as a cell only, so its text is executed as one")
        before += f"\n{source}"
        if plots and _leaves_figures(step, translated.source):
            source += "\nsave_figures()"
        cells.append(nbformat.v4.new_code_cell(source))
        notes += [f"pipeline.py, step {number}: {note}" for note in translated.notes]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["jupytext"] = {
        "notebook_metadata_filter": "-all",
        "cell_metadata_filter": "-all",
        "comment_magics": False,
    }
    text = str(jupytext.writes(notebook, fmt="py:percent"))
    text = re.sub(r"\A# ---\n.*?\n# ---\n+", "", text, flags=re.DOTALL)
    return text.rstrip("\n") + "\n", tuple(notes)


def _introduction(plan: Plan) -> str:
    return (
        f"# {plan.name}\n\n"
        f"The steps of `{plan.document.path.name}`: {plan.because}.\n"
        "Run them with `python pipeline.py`, or open this file as a notebook with jupytext."
    )


def _leaves_figures(step: Step, source: str) -> bool:
    """Whether the notebook would show a figure after this step.

    The reference tells; where there is none, any call may have drawn, an assignment of constants or an import not.
    """
    if step.outputs is not None:
        return any(str(mime).startswith("image/") for output in step.outputs for mime in output.get("data") or ())
    return (
        re.search(r"\w\s*\(", re.sub(r"^\s*(?:import|from|def|class)\b.*$", "", source, flags=re.MULTILINE)) is not None
    )


def support(done: Iterable[Translated], also: Iterable[str] = ()) -> str:
    """The sources of the support functions that these cells use, and of those named in ``also``."""
    calls = set(also)
    for each in done:
        calls |= each.calls
    waiting = list(calls)
    while waiting:
        for further in _NEEDS.get(waiting.pop(), ()):
            if further not in calls:
                calls.add(further)
                waiting.append(further)
    return "\n\n\n".join(_source(name) for name in _ORDER if name in calls)


def _preamble(done: Sequence[Translated], plots: bool, plan: Plan) -> str:
    future = sorted({name for each in done for name in each.future})
    settings = {"MPLBACKEND": "Agg"} if plots else {}
    settings |= {name: value for name, value in plan.environment.items() if name != "PYTHONHASHSEED"}
    parts = [f"from __future__ import {', '.join(future)}\n"] if future else []
    parts += ["import os"] if settings else []
    parts += [f"os.environ.setdefault({name!r}, {value!r})" for name, value in sorted(settings.items())]
    functions = [text] if (text := support(done, ["save_figures"] if plots else [])) else []
    if plots:
        functions.append("import matplotlib.pyplot\nmatplotlib.pyplot.show = save_figures")
    text = "\n".join(parts)
    return (text + "\n\n\n" if text and functions else text) + "\n\n\n".join(
        functions
    ) or "# Plain Python from here on."


_ORDER = (
    "save_figures", "show", "display", "expanded", "shell", "shell_lines", "script", "write_file", "run_file",
    "captured", "wait_for", "expected_error", "get_ipython", "run_cell",
)  # fmt: skip


def _source(name: str) -> str:
    text = inspect.getsource(getattr(notebook_calls, name))
    return re.sub(r"  # (?:type: ignore|noqa)\S*(?:\[[\w, -]+\])?$", "", text, flags=re.MULTILINE).rstrip("\n")
