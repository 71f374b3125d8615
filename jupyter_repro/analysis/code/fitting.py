"""Models as scikit-learn has them: what ``fit(X, y)`` leaves is asked for by names ending in ``_`` and by ``predict``.

A model whose ``fit`` was never come to has none of it, and refuses.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from jupyter_repro.analysis.code.cellcode import parse
from jupyter_repro.analysis.code.limits import Refusal, surely_reached
from jupyter_repro.analysis.code.names import names_of
from jupyter_repro.analysis.code.syntax import root_of

_FITTED_ONLY = frozenset(
    "predict predict_proba predict_log_proba decision_function transform inverse_transform score score_samples".split()
)


def fitted_by(source: str, places: slice) -> frozenset[str]:
    """Names whose ``fit`` is called with data by these top-level statements of a cell."""
    tree = parse(source).tree
    found = (name for statement in (tree.body[places] if tree is not None else ()) for name in _fitted(statement))
    return frozenset(found)


def asked_unfitted(source: str, unfitted: Iterable[str]) -> Refusal | None:
    """The first statement of a cell that asks one of these models for what only a fitted one has."""
    tree, left = parse(source).tree, set(unfitted)
    for statement in tree.body if tree is not None and left else ():
        names = names_of(ast.Module(body=[statement], type_ignores=[]), frozenset())
        left -= _fitted(statement) | names.binds.keys() | names.deletes.keys()
        for part in surely_reached(statement):
            asked = part.attr if isinstance(part, ast.Attribute) else ""
            learned = asked.endswith("_") and not asked.startswith("_")
            if isinstance(part, ast.Attribute) and (learned or asked in _FITTED_ONLY) and root_of(part) in left:
                error = "AttributeError" if learned else "NotFittedError"
                why = f"`{root_of(part)}` would not have been fitted, and has no `{asked}` then"
                return Refusal(line=statement.lineno, error=error, why=why)
    return None


def _fitted(statement: ast.stmt) -> set[str]:
    return {
        root_of(part.func)
        for part in surely_reached(statement)
        if isinstance(part, ast.Call)
        and isinstance(part.func, ast.Attribute)
        and part.func.attr.startswith(("fit", "partial_fit"))
        and part.args
    } - {""}
