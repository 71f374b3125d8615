"""Values that a call takes side by side, row by row: of another length than its partner, one is refused.

``model.fit(X, y)`` and ``ax.plot(t, signal)`` raise where the two differ in length, whatever is in them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping

from jupyter_repro.analysis.code.cellcode import parse
from jupyter_repro.analysis.code.limits import Refusal, surely_reached
from jupyter_repro.analysis.code.names import names_of
from jupyter_repro.analysis.code.syntax import called

_SIDE_BY_SIDE = re.compile(
    r"(partial_)?fit(_transform|_resample|_predict)?|score|train_test_split|cross_val(idate|_score|_predict)|l1_min_c"
    r"|plot|scatter|bar|barh|step|errorbar|stem|semilog[xy]|loglog|fill_between|pearsonr|spearmanr|linregress"
    r"|OLS|WLS|GLS|GLM|RLM|Logit|Probit|Poisson|QuantReg|from_(estimator|predictions)"
    r"|\w+_(score|report|matrix|curve|loss|error)"
)
"""What takes its first arguments so: tried with scikit-learn, imbalanced-learn, matplotlib, SciPy and statsmodels."""


def mismatched(source: str, rows: Mapping[str, int], agreed: Callable[[str, str], bool]) -> Refusal | None:
    """The first call of a cell that would be given values of different lengths, equal in runs that went through.

    ``rows``: lengths of what the cell finds, as far as they are known. ``agreed`` says whether two names had one length
    in each of those runs.
    """
    tree = parse(source).tree
    made: set[str] = set()
    for statement in tree.body if tree is not None and len(rows) > 1 else ():
        for part in surely_reached(statement):
            if not isinstance(part, ast.Call) or not _SIDE_BY_SIDE.fullmatch(called(part)):
                continue
            names = [each.id for each in part.args if isinstance(each, ast.Name) and each.id in rows.keys() - made]
            if len(names) > 1 and rows[names[0]] != rows[names[1]] and agreed(names[0], names[1]):
                one, other = (f"`{name}`, which would have {rows[name]}" for name in names[:2])
                why = f"`{called(part)}` takes {one}, together with {other}; they had as many when it ran"
                return Refusal(line=statement.lineno, error="ValueError", why=why)
        names_here = names_of(ast.Module(body=[statement], type_ignores=[]), frozenset())
        made |= {*names_here.binds, *names_here.changes, *names_here.deletes}
    return None
