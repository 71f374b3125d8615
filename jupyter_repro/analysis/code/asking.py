"""Whether a text only asks an object for something: what a library's object notes meanwhile, nobody sees.

Results of fits keep what they worked out, and models remember the last period that was asked for. Such an object has
another fingerprint afterwards and answers every question as before.
"""

from __future__ import annotations

import ast
import re
from functools import lru_cache

from jupyter_repro.analysis.code.cellcode import parse
from jupyter_repro.analysis.code.names import names_of
from jupyter_repro.analysis.code.syntax import called, nodes_of
from jupyter_repro.asking import ASKING

_DATA = re.compile(r"(__main__|builtins|collections|numpy|pandas|xarray|polars|random|torch)\b|[a-z_]+$")
"""Types that keep nothing for themselves: what changes in them is data. Builtin types are named without a module."""


def keeps_notes(kind: str) -> bool:
    """Whether a value of this type may change in ways that nobody sees: an instance of a library's class."""
    return bool(kind) and _DATA.match(kind) is None


@lru_cache(maxsize=4096)
def only_asks(source: str, names: frozenset[str]) -> bool:
    """Whether all that a text does with these objects, and with what it takes from them, is to ask."""
    tree = parse(source).tree
    if tree is None:
        return False
    code = names_of(tree, frozenset())
    if code.changes.keys() & names or code.open:
        return False
    taken = set(names)
    for statement in tree.body:
        nodes = nodes_of(statement)
        if taken.isdisjoint(part.id for part in nodes if isinstance(part, ast.Name)):
            continue
        taken |= {part.id for part in nodes if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
        if not all(_asks(part, taken) for part in nodes if isinstance(part, ast.Call)):
            return False
    return True


def _asks(call: ast.Call, taken: set[str]) -> bool:
    if called(call).startswith(ASKING):
        return True
    values = [*call.args, *(word.value for word in call.keywords)]
    root: ast.expr = call.func
    while isinstance(root, (ast.Attribute, ast.Subscript, ast.Call)):
        root = root.func if isinstance(root, ast.Call) else root.value
    given = {value.id for value in values if isinstance(value, ast.Name)}
    return isinstance(root, ast.Name) and root.id not in taken and given.isdisjoint(taken)
