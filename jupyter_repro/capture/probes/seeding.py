"""The seeds a cell sets: which generators, with what value, made of what. From its tree and its names.

A call counts as seeding when its name says so (``seed``, ``manual_seed``, ``set_seed``, ``seed_everything`` ...), also
in the notebook's functions that the cell calls; a constructor (``default_rng``, ``RandomState``, ``Random``) seeds
what it makes.
"""

from __future__ import annotations

import ast
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from jupyter_repro.capture.probes.kinds import ATOMS, Kinds
from jupyter_repro.capture.probes.scopes import dotted

Origin = Literal["constant", "clock", "hash", "entropy", "computed"]
CONSTRUCTORS = {
    "default_rng": "numpy.Generator",
    "RandomState": "numpy.RandomState",
    "Random": "random.Random",
    "PCG64": "numpy.Generator",
    "MT19937": "numpy.Generator",
    "Philox": "numpy.Generator",
    "SFC64": "numpy.Generator",
    "SeedSequence": "numpy.Generator",
}
_CLOCK = frozenset(
    "time time_ns perf_counter perf_counter_ns monotonic now utcnow today timestamp getpid clock".split()
)
_ENTROPY = frozenset(
    "urandom token_bytes token_hex randbits randbelow uuid1 uuid4 getrandbits randint random randrange integers rand "
    "SystemRandom choice getrandom".split()
)
_SEEDS = Kinds(int, str, float)
_FUNCTIONS = Kinds(types.FunctionType, types.BuiltinFunctionType, types.MethodType)
_RANK: tuple[Origin, ...] = ("constant", "computed", "hash", "clock", "entropy")


@dataclass(frozen=True, slots=True)
class Seeding:
    """A call that seeds.

    ``generator`` is ``random``, ``numpy``, ``torch`` ..., a kind for a constructor, ``*`` where the call may seed any.
    """

    generator: str
    value: str
    origin: Origin
    target: str = ""
    """Name that a constructor's result is bound to."""
    number: int | None = None
    """The seed where it is a known integer."""


class Origins:
    """What the notebook's variables were made of, as far as that matters for a seed: kept from run to run."""

    def __init__(self) -> None:
        self._of: dict[str, Origin] = {}

    def note(self, tree: ast.Module, namespace: Mapping[str, Any]) -> None:
        """Remember which names this cell makes from a clock, a hash or entropy."""
        for node in tree.body:
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                name = node.targets[0].id
                origin = self.of(node.value, namespace)
                if origin in ("clock", "hash", "entropy"):
                    self._of[name] = origin
                else:
                    self._of.pop(name, None)

    def of(self, node: ast.expr, namespace: Mapping[str, Any]) -> Origin:
        """What an expression is made of."""
        worst: Origin = "constant"
        for part in ast.walk(node):
            found: Origin = "constant"
            if isinstance(part, ast.Call):
                found = _origin_of_call(part)
            elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
                value = namespace.get(part.id)
                plain = type(value) in ATOMS or type(value) is types.ModuleType or callable(value)
                found = self._of.get(part.id, "constant" if plain else "computed")
            if _RANK.index(found) > _RANK.index(worst):
                worst = found
        return worst


def _origin_of_call(node: ast.Call) -> Origin:
    path = dotted(node.func)
    tail = path.rpartition(".")[2] or (node.func.attr if isinstance(node.func, ast.Attribute) else "")
    if tail == "hash":
        return "hash"
    if tail in _CLOCK:
        return "clock"
    if tail in _ENTROPY:
        return "entropy"
    return "constant" if tail in ("int", "abs", "str", "float", "round") else "computed"


def seedings(tree: ast.AST, namespace: Mapping[str, Any], origins: Origins) -> Iterator[Seeding]:
    """The seeding calls in a tree, in the order of the text."""
    targets = {
        id(node.value): node.targets[0].id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        path = dotted(node.func)
        tail = path.rpartition(".")[2]
        if tail in CONSTRUCTORS:
            yield _described(CONSTRUCTORS[tail], node, namespace, origins, targets.get(id(node), ""))
        elif "seed" in tail.lower():
            yield _described(_generator(path, namespace), node, namespace, origins)


def _described(
    generator: str, node: ast.Call, namespace: Mapping[str, Any], origins: Origins, target: str = ""
) -> Seeding:
    given = [*node.args, *(word.value for word in node.keywords if word.arg in ("seed", "a", "x", "entropy", None))]
    if not given or (isinstance(given[0], ast.Constant) and given[0].value is None):
        return Seeding(generator, "", "entropy", target)
    value = _value(given[0], namespace)
    if isinstance(given[0], ast.Name) and given[0].id in namespace and namespace[given[0].id] is None:
        return Seeding(generator, "None", "entropy", target)
    text = repr(value) if value is not None else ast.unparse(given[0])
    return Seeding(generator, text[:80], origins.of(given[0], namespace), target, value if type(value) is int else None)


def _value(node: ast.expr, namespace: Mapping[str, Any]) -> int | str | float | None:
    """The value of a seed expression where it is a constant or a plain variable."""
    if isinstance(node, ast.Constant) and type(node.value) in _SEEDS:
        return node.value  # type: ignore[return-value]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _value(node.operand, namespace)
        return -inner if isinstance(inner, (int, float)) else None
    if isinstance(node, ast.Name):
        value = namespace.get(node.id)
        return value if type(value) in _SEEDS else None
    return None


def _generator(path: str, namespace: Mapping[str, Any]) -> str:
    """Which generator ``np.random.seed`` and its like set, by the module that the path leads to."""
    root, _, rest = path.partition(".")
    value = namespace.get(root)
    module = value.__name__ if type(value) is types.ModuleType else ""
    function = type(value) in _FUNCTIONS and not rest
    owner = getattr(value, "__module__", "") if function else ""
    bound = getattr(value, "__self__", None) if function else None
    full = f"{module}.{rest}" if module and rest else f"{owner or type(bound).__module__}.{root}"
    if full.startswith("random.") and (module == "random" or type(bound).__module__ == "random"):
        return "random"
    if full.startswith(("numpy.random", "numpy.random.mtrand")) or type(bound).__name__ == "RandomState":
        return "numpy"
    if full.startswith("torch.cuda"):
        return "torch.cuda"
    if full.startswith("torch"):
        return "torch"
    if full.startswith("tensorflow"):
        return "tensorflow"
    return "*"
