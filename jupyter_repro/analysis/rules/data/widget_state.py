"""Shows a widget whose state decides the result.

## Why it hurts

Sliders and menus are set by hand. What was chosen is not in the code, and a replay starts from the default.

## Example

    # %% a
    import ipywidgets as widgets

    slider = widgets.IntSlider(value=3)
    # %% b
    print(slider.value * 2)

## Instead

    # %% a
    value = 3
    # %% b
    print(value * 2)

## Limits

Progress bars are widgets too; they are not reported.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule


class WidgetState(Rule):
    """A result rests on a widget's state."""

    code = "RPD313"
    name = "widget-state"
    severity = "info"
    why = "What was chosen by hand is not in the code; a replay starts from the defaults."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell that reads a widget made in the notebook."""
        made: dict[str, str] = {}
        for cell in ctx.cells if ctx.naming("ipywidgets") else ():
            for node in ctx.code(cell).nodes:
                if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                    dotted = ctx.dotted(node.value.func) or ""
                    if dotted.startswith("ipywidgets.") and dotted.rpartition(".")[2] not in (
                        "Output",
                        "HTML",
                        "VBox",
                        "HBox",
                        "IntProgress",
                    ):
                        made.update({target.id: cell.id for target in node.targets if isinstance(target, ast.Name)})
                if isinstance(node, ast.Attribute) and node.attr == "value" and isinstance(node.ctx, ast.Load):
                    base = node.value.id if isinstance(node.value, ast.Name) else ""
                    if base in made:
                        yield self.found(
                            cell.id,
                            f"takes the value of the widget `{base}`",
                            "Set the value in a parameter cell.",
                            cells=[made[base]],
                        )
                        break
