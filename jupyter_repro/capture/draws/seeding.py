"""The constructors a cell calls with a seed: which kinds of generators, with what, bound to which name.

The seeding functions are heard as they run (`seedcalls`); classes are not, so their calls are read from the text of the
cell, and of the user's functions that it calls.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from jupyter_repro.capture.code.scopes import dotted
from jupyter_repro.capture.draws.provenance import Origin, Provenance, Scope

CONSTRUCTORS = {
    "default_rng": "numpy.Generator",
    "RandomState": "numpy.RandomState",
    "check_random_state": "numpy.RandomState",
    "Random": "random.Random",
    "PCG64": "numpy.Generator",
    "PCG64DXSM": "numpy.Generator",
    "MT19937": "numpy.Generator",
    "Philox": "numpy.Generator",
    "SFC64": "numpy.Generator",
    "SeedSequence": "numpy.Generator",
    "manual_seed": "torch.Generator",
}


@dataclass(frozen=True, slots=True)
class Seeding:
    """A call that gives a generator object its seed."""

    kind: str
    value: str
    origin: Origin
    target: str = ""
    """Path that the result is bound to, "" for none."""


def seedings(tree: ast.AST, scope: Scope, provenance: Provenance) -> Iterator[Seeding]:
    """The seeding calls in a tree, in the order of the text."""
    targets = {
        id(node.value): dotted(target)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets[:1]
        if isinstance(target, (ast.Name, ast.Attribute))
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        path = dotted(node.func)
        tail = path.rpartition(".")[2]
        if tail == "seed" and "." in path:
            yield _described("", node, scope, provenance, path.rpartition(".")[0])
        elif tail in CONSTRUCTORS:
            yield _described(CONSTRUCTORS[tail], node, scope, provenance, targets.get(id(node), ""))


def _described(kind: str, node: ast.Call, scope: Scope, provenance: Provenance, target: str) -> Seeding:
    given = provenance.seed_of(node)
    if given is None or (isinstance(given, ast.Constant) and given.value is None):
        return Seeding(kind, "", "entropy", target)
    value = given.value if isinstance(given, ast.Constant) else None
    if isinstance(given, ast.Name):
        value = scope.space.get(given.id)
    plain = type(value) in (int, str, float)
    return Seeding(
        kind, repr(value)[:80] if plain else ast.unparse(given)[:80], provenance.origin(given, scope), target
    )
