"""What the tables of `sources` say of a call."""

from __future__ import annotations

import ast
from dataclasses import replace

from jupyter_repro.analysis.flow import nodes
from jupyter_repro.analysis.flow.scope import Scope
from jupyter_repro.analysis.flow.values import NONE, NOTHING, Root, Roots, Value
from jupyter_repro.analysis.tables import seedable, sources

_UNSTEADY = frozenset(["hash", "identity", "clock", "timing", "entropy", "set-order", "environment", "scratch"])
"""Kinds of roots that make a seed no seed."""


class Known(Scope):
    """Calls of functions that are known by name."""

    def known(self, node: ast.Call, dotted: str | None, given: Roots) -> Value | None:
        """What the tables say of a call, None where they say nothing."""
        if dotted is None:
            return None
        if dotted in sources.SEEDERS:
            return self._seeding(node, dotted, given)
        if dotted in sources.DRAWS:
            return self._draw(node, dotted, given)
        if dotted in sources.GENERATORS:
            return self._generator(node, dotted, given)
        if dotted in seedable.IDLE:
            self.idle = True
        if self._bootstraps(node, dotted):
            root = self.root("random", f"the bootstrap of {dotted}", node, "fresh", parameter="seed")
            if self.now.figure:
                self.show(given | {root})
            return Value(given)
        drawn = self.unseeded(node, dotted, given)
        if drawn is not None:
            name = dotted.rpartition(".")[2]
            if self.now.figure and (dotted.startswith("seaborn.") or name.startswith("draw")):
                self.show(given | drawn)
            return Value(given | drawn, balanced=name in seedable.BALANCING, estimator=name[:1].isupper())
        if given and dotted.startswith(("sklearn.", "imblearn.")) and _makes_model(dotted.rpartition(".")[2]):
            return Value(given, estimator=True)
        return self._answer(node, dotted, given)

    def handed_over(self, node: ast.expr, call: ast.Call) -> Roots:
        """What comes in when a function of the tables is passed to a call that calls it: ``map(hash, names)``."""
        dotted = self.dotted(node) if isinstance(node, (ast.Name, ast.Attribute)) else None
        if dotted in seedable.BOOTSTRAPS and self._bootstraps(call, dotted):
            return frozenset([self.root("random", f"the bootstrap of {dotted}", call, "fresh", parameter="seed")])
        if dotted in sources.DRAWS:
            generator = sources.DRAWS[dotted]
            if self.seeded.get(generator):
                return self.seed_roots.get(generator, NONE)
            return frozenset([self.root("random", dotted, node, generator, behind=generator)])
        if dotted in ("hash", "id"):
            return frozenset([self.root("hash" if dotted == "hash" else "identity", dotted, node)])
        kind = sources.ANSWERS.get(dotted or "")
        return frozenset([self.root(kind, dotted, node)]) if kind is not None and dotted else NONE

    def _seeding(self, node: ast.Call, dotted: str, given: Roots) -> Value:
        passed = bool(node.args or node.keywords) and not self.gives_none(nodes.first(node))
        unsteady = passed and bool(given)
        for generator in sources.SEEDERS[dotted]:
            self.seeded[generator] = passed
            self.seed_roots[generator] = frozenset([self.root("seed", dotted, node)]) if unsteady else NONE
        return NOTHING

    def _draw(self, node: ast.Call, dotted: str, given: Roots) -> Value:
        generator = sources.DRAWS[dotted]
        if self.has(node, "generator"):
            roots = given
        elif self.seeded.get(generator):
            roots = given | self.seed_roots.get(generator, NONE)
        else:
            roots = given | {self.root("random", dotted, node, generator)}
        if dotted.startswith("torch.nn.init.") and node.args:
            self.fill(node.args[0], Value(roots), filled=True)
        if dotted.startswith(("torch.nn.", "keras.", "tensorflow.keras.")):
            return Value(roots, estimator=True)
        if dotted.endswith(".shuffle") and node.args:
            self.fill(node.args[0], Value(roots))
            if isinstance(node.args[0], ast.Name):
                old = self.names.get(node.args[0].id, NOTHING)
                self.replace_name(node.args[0], replace(old, roots=old.roots | roots))
        return Value(roots)

    def _generator(self, node: ast.Call, dotted: str, given: Roots) -> Value:
        if (node.args or node.keywords) and not self.gives_none(nodes.first(node)):
            return Value(self._seeded_by(node, dotted, given))
        parameter = sources.GENERATORS[dotted]
        return Value(frozenset([self.root("random", dotted, node, "fresh", parameter=parameter)]))

    def _seeded_by(self, node: ast.Call, what: str, given: Roots) -> Roots:
        """A seed made of a hash or the clock is a root of its own."""
        unsteady = {root for root in given if root.kind in _UNSTEADY}
        return (given - unsteady) | {self.root("seed", what, node)} if unsteady else given

    def _bootstraps(self, node: ast.Call, dotted: str) -> bool:
        """Whether a plot of seaborn resamples its band."""
        if dotted in seedable.BOOTSTRAPS_BY_KIND:
            kind = nodes.text_of(nodes.keyword(node, "kind"))
            if kind not in seedable.BOOTSTRAPS_BY_KIND[dotted]:
                return False
        elif dotted not in seedable.BOOTSTRAPS and not (dotted in seedable.ESTIMATES and not node.args):
            return False
        no_estimate = nodes.is_constant(nodes.keyword(node, "estimator"), None)
        return not self.has(node, "seed") and not no_estimate and not any(_no_band(word) for word in node.keywords)

    def unseeded(self, node: ast.Call, dotted: str, given: Roots) -> Roots | None:
        """Roots of a call that takes ``random_state`` or the like; None where it is none of these."""
        package, _, rest = dotted.partition(".")
        name = rest.rpartition(".")[2]
        how = seedable.SEEDABLE.get(package, {}).get(name)
        if how is None or nodes.opens_keywords(node) or not _draws(node, how):
            return None
        state = self._state(node, how)
        if state is not None and not self.gives_none(state):
            return self._seeded_by(node, dotted, self.evaluate(state).everything) - given
        word, generator = how.word, how.generator
        if generator and self.seeded.get(generator):
            self.settled = True
            return self.seed_roots.get(generator, NONE)
        return frozenset([self.root("random", f"{package}'s {name}", node, "random_state", word, generator)])

    def _state(self, node: ast.Call, how: seedable.Seedable) -> ast.expr | None:
        """What is passed as a seed, under its word, an older one, or by place."""
        words = {how.word} | (seedable.SEED_WORDS if how.word in seedable.SEED_WORDS else set())
        passed = next((word.value for word in node.keywords if word.arg in words), None)
        if passed is None and how.place is not None and how.place < len(node.args):
            return node.args[how.place]
        return passed

    def _answer(self, node: ast.Call, dotted: str, given: Roots) -> Value | None:
        """Calls that ask the clock, the system, the network, or for a hash."""
        kind = sources.ANSWERS.get(dotted)
        if kind is None and dotted in sources.TAKES_NOW and nodes.text_of(nodes.first(node)) in ("now", "today"):
            kind = "clock"
        if (
            dotted in sources.TAKES_TIME
            and len(node.args) > (dotted == "time.strftime")
            and not self.gives_none(node.args[-1])
        ):
            return Value(given)
        address = self.evaluate(node.args[0]).address if node.args else ""
        if address and sources.READERS.fullmatch(dotted):
            kind = "network"
        if kind is not None:
            detail = f"{address} {ast.unparse(node)}" if kind == "network" else ""
            return Value(given | {self.root(kind, dotted, node, detail=detail)})
        if dotted == "hash" and not all(nodes.is_number(argument) for argument in node.args):
            return Value(given | {self.root("hash", "hash", node)})
        if dotted == "joblib.Parallel" and nodes.text_of(nodes.keyword(node, "return_as")) == "generator_unordered":
            return Value(given | {self.root("threads", dotted, node)})
        if dotted in sources.POOLS:
            return Value(given, pool=True)
        if dotted in sources.CLIENTS:
            return Value(given, client=True)
        return None

    def sampled(self, node: ast.Call, base: Value, name: str) -> Root | None:
        """Methods that draw from a global state: ``frame.sample()``, ``dist.rvs()``, ``kde.resample(3)``."""
        if name in sources.FILLS_BY_DRAWS and "torch" in self.modules:
            free = not self.seeded.get("torch") and not self.has(node, "generator")
            return self.root("random", f"torch's {name}", node, "torch") if free else None
        if name in ("sample", "rsample") and not base.roots and self._is_distribution(node):
            return self.root("random", f"torch's {name}", node, "torch") if not self.seeded.get("torch") else None
        if self.seeded.get("numpy") or any(self.has(node, word) for word in ("random_state", "seed", "rng", "distrvs")):
            return None
        if name == "sample" and not base.roots and self._draws_rows(node):
            return self.root("random", "DataFrame.sample", node, "random_state", "random_state", "numpy")
        if name == "resample" and "scipy" in self.modules and (not node.args or nodes.is_number(node.args[0])):
            return self.root("random", "gaussian_kde.resample", node, "random_state", "seed", "numpy")
        package, word, generator = seedable.DRAWING_METHODS.get(name, ("", "", ""))
        if package and package in self.modules:
            return self.root("random", f"{package}'s {name}", node, "random_state", word, generator)
        return None

    def _is_distribution(self, node: ast.Call) -> bool:
        """Whether ``x.sample(...)`` looks like that of a distribution of torch."""
        made = node.func.value if isinstance(node.func, ast.Attribute) else None
        dotted = self.dotted(made.func) if isinstance(made, ast.Call) else None
        return (dotted or "").startswith("torch.distributions.")

    def _draws_rows(self, node: ast.Call) -> bool:
        """Whether ``x.sample(...)`` looks like that of pandas."""
        if "pandas" not in self.modules:
            return False
        named = any(word.arg in ("n", "frac") for word in node.keywords)
        return named or not node.args or nodes.is_number(node.args[0])


def _makes_model(name: str) -> bool:
    """``Pipeline``, ``GridSearchCV``, ``make_pipeline``: models around models, told by their parameters."""
    return name[:1].isupper() or name in ("make_pipeline", "make_union", "make_column_transformer")


def _draws(node: ast.Call, how: seedable.Seedable) -> bool:
    """Whether the options of a call are those with which it draws."""
    return not any(_has_option(node, each) for each in how.unless) and (
        not how.only or any(_has_option(node, each) for each in how.only)
    )


def _has_option(node: ast.Call, option: str) -> bool:
    """``shuffle=True``: this very constant is passed; ``noise``: anything but None and what is off."""
    name, _, wanted = option.partition("=")
    value = nodes.keyword(node, name)
    if value is None:
        return False
    if isinstance(value, ast.Constant):
        return str(value.value) == wanted if wanted else value.value not in (None, False, 0)
    return not wanted


def _no_band(word: ast.keyword) -> bool:
    """``errorbar=None``, ``errorbar="sd"``, ``errorbar=("pi", 50)``, ``ci=None``: no band, or none by resampling."""
    if word.arg not in ("errorbar", "ci", "fit_reg"):
        return False
    value = word.value.elts[0] if isinstance(word.value, ast.Tuple) and word.value.elts else word.value
    return isinstance(value, ast.Constant) and value.value in (None, False, "sd", "se", "pi")
