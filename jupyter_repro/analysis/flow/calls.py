"""Calls: functions of the notebook are read where they are called, others pass on what they are given."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from jupyter_repro.analysis.flow import nodes
from jupyter_repro.analysis.flow.functions import Functions
from jupyter_repro.analysis.flow.scope import without_order, without_places
from jupyter_repro.analysis.flow.values import NONE, NOTHING, Roots, Value, carrying
from jupyter_repro.analysis.tables import seedable, sources

_SHOWING = frozenset("print display pprint display_html show".split())
_SAVING = frozenset(
    "to_csv to_parquet to_excel to_json to_pickle to_feather to_hdf to_sql savefig save savez savetxt dump write "
    "writerow writerows write_text write_bytes write_csv write_parquet imsave imwrite tofile".split()
)
_FILLING = frozenset(
    "append extend insert add update setdefault appendleft fit partial_fit fit_transform put fill set push".split()
)
_HOLDING = frozenset("append appendleft insert add setdefault".split())
_SUBMITTING = frozenset("submit map starmap apply_async map_async imap imap_unordered".split())
_ASKING = frozenset("get post put request send open urlopen".split())
_SET_METHODS = frozenset("union intersection difference symmetric_difference copy".split())
_NOT_PLOTTING = frozenset("figure subplots subplot append transform predict".split())


class Calls(Functions):
    """Reads calls."""

    def call(self, node: ast.Call) -> Value:
        """What a call gives, and what it does to names, outputs and files."""
        dotted = self.dotted(node.func)
        arguments = [*node.args, *(word.value for word in node.keywords)]
        values = [self.evaluate(argument) for argument in arguments]
        given = NONE.union(*[value.everything for value in values])
        for word in node.keywords:
            if word.arg == "out":
                self.fill(word.value, NOTHING, filled=True)
        known = self.known(node, dotted, given)
        if known is not None:
            return self._unless_disproved(node, known)
        if isinstance(node.func, ast.Name):
            return self._function(node, node.func.id, dotted, values, given)
        if isinstance(node.func, ast.Attribute):
            return self._method(node, node.func, dotted, values, given)
        return self._called(node, self.evaluate(node.func), values, given)

    def _called(self, node: ast.Call, value: Value, values: list[Value], given: Roots) -> Value:
        if value.code is None:
            return carrying(given | value.roots)
        return self.enter(node, value, values[: len(node.args)])

    def _function(self, node: ast.Call, name: str, dotted: str | None, values: list[Value], given: Roots) -> Value:
        value = self.names.get(name)
        if value is not None and value.code is not None:
            return self._with_ambient(node, self.enter(node, value, values[: len(node.args)]))
        if value is None and name in _SHOWING:
            self.printed_here = True
            for argument in node.args:
                each = self.evaluate(argument)
                self.show(self.printed(argument, each) if name in ("print", "pprint") else each.roots)
            return NOTHING
        if name in sources.CONSTANT_CALLS or (name in seedable.COUNTING and values and values[0].balanced):
            return NOTHING
        if name in ("set", "frozenset"):
            same = bool(node.args) and all(nodes.is_range(argument) for argument in node.args)
            return Value(without_order(given), is_set=not same)
        if name in ("dict", "list", "tuple", "defaultdict", "OrderedDict", "deepcopy") and values:
            return self._container(node, name, values, given)
        if name in sources.ORDER_FREE_CALLS:
            return Value(without_order(given))
        given |= self._callbacks(node, values, given)
        if name in sources.ORDER_TAKING:
            given |= self._order_of(node, values)
        if (dotted or "").endswith("threading.Thread"):
            self._race(node, values)
        self._drawn_in_figure(node, given)
        total = given | self._ambient_in(node) | (value.everything if value else NONE)
        return carrying(total if name in sources.TEXT_CALLS else without_places(total))

    def _container(self, node: ast.Call, name: str, values: list[Value], given: Roots) -> Value:
        """A copy of a container, or a ``defaultdict(set)``."""
        makes_sets = name == "defaultdict" and isinstance(node.args[0] if node.args else None, ast.Name)
        makes_sets = makes_sets and getattr(node.args[0], "id", "") in ("set", "frozenset")
        given |= self._callbacks(node, values, given)
        if name in sources.ORDER_TAKING:
            given |= self._order_of(node, values)
        return Value(
            given | self._ambient_in(node),
            holds_set=makes_sets or any(value.holds_set for value in values),
            mapping=name in ("dict", "defaultdict", "OrderedDict") or any(value.mapping for value in values),
            element=values[0].element,
        )

    def _order_of(self, node: ast.Call, values: list[Value]) -> Roots:
        """The orders of the sets among the arguments."""
        pairs = zip(node.args, values, strict=False)
        return NONE.union(*(self.ordered(argument, value).roots for argument, value in pairs))

    def _method(
        self, node: ast.Call, function: ast.Attribute, dotted: str | None, values: list[Value], given: Roots
    ) -> Value:
        name = function.attr
        base = self.evaluate(function.value)
        if base.instance is not None and (method := self._method_of(base.instance, name)) is not None:
            bound = Value(code=method, home=self.now.id, defaults=self.defaults_of(method))
            self.spoken |= base.everything
            result = self.enter(node, bound, [base, *values[: len(node.args)]], bound=function.value)
            if self.ambient and not self.frames:
                self.fill(function.value, Value(self.ambient))
            return self._with_ambient(node, result)
        above = self.above(node, function, values[: len(node.args)])
        if above is not None:
            return above
        if isinstance(base.code, ast.ClassDef) and (plain := self._method_of(base.code, name)) is not None:
            bound = Value(code=plain, home=self.now.id, defaults=self.defaults_of(plain))
            first = [base] if nodes.is_decorated(plain, "classmethod") else []
            return self._with_ambient(node, self.enter(node, bound, [*first, *values[: len(node.args)]]))
        attribute = self.evaluate(function)
        if attribute.code is not None:
            return self.enter(node, attribute, values[: len(node.args)])
        special = self._special_method(node, function, base, dotted, given)
        if special is not None:
            return special
        given |= self._callbacks(node, values, given)
        if name in sources.ORDER_TAKING:
            given |= self._order_of(node, values)
        if dotted == "threading.Thread":
            self._race(node, values)
        if name in _FILLING or name.startswith(("add_", "set_", "fit")):
            added = Value(given | self._ambient_in(node), is_set=any(each.is_set for each in values))
            self.fill(function, added, filled=name in ("fill", "put"), holding=name in _HOLDING)
        if name in _SAVING:
            self.saved |= without_places(base.everything | given | self.racing)
            return NOTHING
        if name in _SHOWING:
            self.show(base.roots | given)
        total = base.roots | given | self._ambient_in(node)
        self._drawn_in_figure(node, total)
        if name.startswith("fit") and base.estimator and not name.startswith("fit_"):
            return Value(total, estimator=True, fitted=True)
        if name in sources.CONSTANT_CALLS:
            return NOTHING
        text = (
            name in sources.TEXT_CALLS
            or (dotted or "").startswith("pathlib.")
            or (dotted == f"os.path.{name}" and name in sources.PATH_TEXT)
        )
        return carrying(total if text else without_places(total))

    def _special_method(
        self, node: ast.Call, function: ast.Attribute, base: Value, dotted: str | None, given: Roots
    ) -> Value | None:
        """Methods that do something to order, randomness or places; None for all others."""
        name = function.attr
        if base.balanced and name in ("fit_resample", "fit_sample", "copy"):
            return Value(base.roots | given, balanced=True)
        if base.balanced and name in seedable.COUNTING:
            return NOTHING
        if name == "shuffle" and base.roots and node.args and isinstance(node.args[0], ast.Name):
            self.fill(node.args[0], Value(base.roots))
            return NOTHING
        if dotted in ("numpy.sort", "numpy.unique"):
            return Value(without_order(given))
        if base.estimator and name in sources.SETTINGS_OF_MODELS:
            return NOTHING
        if name in ("timeit", "autorange") and "timeit" in self.modules:
            return Value(frozenset([self.root("timing", f"Timer.{name}", node)]))
        if name == "sort" and dotted is None and isinstance(function.value, ast.Name):
            self.replace_name(function.value, replace(base, roots=without_order(base.roots), is_set=False))
            return NOTHING
        if name in sources.LISTING_METHODS and dotted is None and not base.instance:
            return Value(base.roots | given | {self.root("listing", f"Path.{name}", node)})
        if name in sources.UNORDERED_METHODS:
            return Value(base.roots | given | {self.root("threads", name, node)})
        if name in sources.PLACE_METHODS and "pathlib" in self.modules and dotted is None and not base.instance:
            return Value(base.roots | {self.root("environment", f"Path.{name}", node)})
        if (dotted or "scipy.").startswith("scipy.") and (root := self.sampled(node, base, name)) is not None:
            return self._unless_disproved(node, Value(base.roots | given | {root}))
        if name in _SET_METHODS and base.is_set:
            return Value(base.roots | given, is_set=True)
        if name == "pop" and base.is_set and not node.args:
            return Value(base.roots | {self.root("set-order", "set.pop", node)})
        if name == "values" and base.holds_set:
            return Value(base.roots, holds_set=True)
        if name == "items" and base.holds_set:
            return Value(
                base.roots, element=Value(base.roots, parts=(Value(base.roots), Value(base.roots, is_set=True)))
            )
        if name in ("sort_values", "sort_index", "sorted", "value_counts"):
            return Value(without_order(base.roots | given))
        if base.client and name in _ASKING:
            address = self.evaluate(node.args[0]).address if node.args else ""
            detail = f"{address} {ast.unparse(node)}"
            return Value(base.roots | given | {self.root("network", f"session.{name}", node, detail=detail)})
        if base.pool and name in _SUBMITTING and node.args:
            self._race(node, [self.evaluate(node.args[0])], beside=True)
        return None

    # functions passed on, and run beside each other
    def _callbacks(self, node: ast.Call, values: list[Value], given: Roots) -> Roots:
        """What comes in through functions among the arguments: whatever takes them is taken to call them."""
        found = NONE
        for argument, value in zip([*node.args, *(word.value for word in node.keywords)], values, strict=True):
            if isinstance(value.code, (ast.FunctionDef, ast.Lambda)):
                wanted = len(value.code.args.posonlyargs) + len(value.code.args.args)
                before, self.later = self.later, True
                found |= self.enter(node, value, [Value(given)] * wanted).roots
                self.later = before
            elif not isinstance(argument, ast.Call):
                found |= self.handed_over(argument, node)
        return found

    def _race(self, node: ast.Call, values: Sequence[Value], *, beside: bool = False) -> None:
        """A function that is run in several threads: what it shows or adds comes in whatever order they get to it."""
        if not (beside or self.weak or self._in_comprehension):
            return
        for value in values:
            if isinstance(value.code, (ast.FunctionDef, ast.Lambda)):
                before = self.racing
                self.racing = frozenset([self.root("threads", "a thread's output", node)])
                self.enter(node, value, [])
                self.racing = before

    _in_comprehension = 0

    def _with_ambient(self, node: ast.Call, value: Value) -> Value:
        """What a function of the notebook gives, when something in it may have drawn."""
        drawn = self._ambient_in(node)
        return replace(value, roots=value.roots | drawn) if drawn else value

    def _unless_disproved(self, node: ast.Call, value: Value) -> Value:
        """A draw that the tracker saw elsewhere than the text has it: the call may have made it all the same."""
        drawn = self.ambient and any(self.disproved(root) for root in value.roots)
        return self._with_ambient(node, value) if drawn else value

    def _ambient_in(self, node: ast.Call) -> Roots:
        """Draws that only the tracker saw: any call of the cell may have made them."""
        if self.ambient and not self.frames:
            self.roots |= self.ambient
            return self.ambient
        return NONE

    def _drawn_in_figure(self, node: ast.Call, roots: Roots) -> None:
        """A call in a cell that shows a figure may draw what it is given."""
        name = nodes.called(node)
        if self.now.figure and roots and not name.startswith("fit") and name not in _NOT_PLOTTING:
            self.show(roots)
