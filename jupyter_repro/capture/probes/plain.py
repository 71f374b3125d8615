"""Plain cells can do nothing but bind names to what operators make of scalars: most probes have nothing to see there.

``n = 500`` or ``ratio = hits / n`` is as plain as it is common. Leaving out the probes that watch the world, and all
names but the cell's own, took our part in such a cell from 0.76 to 0.41 ms; it then costs the same in a namespace of
any size.
"""

from __future__ import annotations

import ast
import threading
from typing import Any

from jupyter_repro.capture.code.names import names_of
from jupyter_repro.capture.probe import Draft
from jupyter_repro.capture.values.kinds import ATOMS

_STATEMENTS = frozenset((ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Delete, ast.Pass))
"""A bare expression is not among them: showing its value runs formatters, and those may be the user's."""


class PlainCells:
    """Knows the plain cells of one shell."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._threads = threading.active_count()

    def has(self, draft: Draft) -> bool:
        """Whether this run cannot but bind the names that its text binds, to scalars or functions.

        Nothing is called, no operator meets anything but a scalar, nothing transforms the syntax tree, and no thread
        of the user's is there that could do something meanwhile.
        """
        tree, namespace = draft.tree, draft.namespace
        if tree is None or draft.magics or not all(map(_is_plain, tree.body)):
            return False
        names = names_of(draft.python, tree)
        return (
            not (names.calls or names.opaque or names.maybe)
            and all(name in namespace and type(namespace[name]) in ATOMS for name in names.reads)
            and not getattr(self._shell, "ast_transformers", None)
            and threading.active_count() <= self._threads
        )


def _is_plain(node: ast.stmt) -> bool:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return not node.decorator_list
    return type(node) in _STATEMENTS
