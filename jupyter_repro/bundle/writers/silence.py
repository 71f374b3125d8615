"""A trailing ``;`` that also nbval heeds.

IPython shows no value for a cell that ends in ``;``. It looks for it in its history, and nbval runs cells without one:
there such a cell shows a value that the reference does not have. A last line that is ``None`` says the same everywhere.
"""

from __future__ import annotations

import ast

from IPython.core.displayhook import DisplayHook
from IPython.core.inputtransformer2 import TransformerManager

LAST_LINE = "None  # shows nothing: nbval does not heed the ; above"


def silenced(source: str) -> str:
    """The source, with a last line ``None`` where it is an expression that a ``;`` keeps from being shown."""
    if ";" not in source or source.lstrip().startswith("%%"):
        return source
    try:
        plain = TransformerManager().transform_cell(source)
        tree = ast.parse(plain)
        ends = bool(DisplayHook.semicolon_at_end_of_expression(plain))
    except (SyntaxError, ValueError):
        return source
    if not ends or not tree.body or not isinstance(tree.body[-1], ast.Expr):
        return source
    return f"{source.rstrip()}\n{LAST_LINE}"
