"""Expressions: what each carries, from the names and calls in it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from jupyter_repro.analysis.flow import nodes
from jupyter_repro.analysis.flow.calls import Calls
from jupyter_repro.analysis.flow.scope import deciding, without_order
from jupyter_repro.analysis.flow.values import NONE, NOTHING, Root, Roots, Value, carrying
from jupyter_repro.analysis.tables import sources


class Expressions(Calls):
    """Reads expressions."""

    def evaluate(self, node: ast.expr | None) -> Value:
        """What an expression carries."""
        kind = node.__class__
        if kind is ast.Name:
            return self.names.get(node.id, NOTHING)  # type: ignore[union-attr]
        if kind is ast.Constant:
            return _constant(node.value)  # type: ignore[union-attr]
        return _READERS.get(kind, Expressions._parts)(self, node)

    def _parts(self, node: ast.expr | None) -> Value:
        """Any other expression: what is in it. No expression at all carries nothing."""
        if node is None:
            return NOTHING
        found = [self.evaluate(child) for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
        return carrying(NONE.union(*(value.everything for value in found)))

    def _lambda(self, node: ast.Lambda) -> Value:
        scope = dict(self.names) if self.frames else None
        return Value(code=node, home=self.now.id, scope=scope, defaults=self.defaults_of(node))

    def _set(self, node: ast.Set) -> Value:
        roots = NONE.union(*(self.evaluate(part).roots for part in node.elts))
        return Value(without_order(roots), is_set=not all(nodes.is_number(part) for part in node.elts))

    def _subscript(self, node: ast.Subscript) -> Value:
        whole, at = self.evaluate(node.value), self.evaluate(node.slice)
        if whole is NOTHING and at is NOTHING:
            return NOTHING
        return Value(whole.everything | at.roots, is_set=whole.holds_set)

    def _named(self, node: ast.NamedExpr) -> Value:
        value = self.evaluate(node.value)
        self.assign(node.target, value, node.value)
        return value

    def _joined(self, node: ast.JoinedStr) -> Value:
        values = [self.evaluate(part) for part in node.values]
        address = values[0].address if values else ""
        roots = NONE.union(*(value.roots for value in values))
        return Value(roots, address=address) if address else carrying(roots)

    def _formatted(self, node: ast.FormattedValue) -> Value:
        value = self.evaluate(node.value)
        roots = self.printed(node.value, value)
        return Value(roots, address=value.address) if value.address else carrying(roots)

    def _starred(self, node: ast.Starred) -> Value:
        return self.ordered(node.value, self.evaluate(node.value))

    def _choice(self, node: ast.IfExp) -> Value:
        certain = self.certainly(node.test)
        if certain is not None:
            return self.evaluate(node.body if certain else node.orelse)
        either = self.evaluate(node.body).joined(self.evaluate(node.orelse))
        decided = deciding(self.evaluate(node.test).roots)
        return replace(either, roots=either.roots | decided) if decided else either

    def certainly(self, test: ast.expr) -> bool | None:
        """The answer to ``x is None``, where it is known; None for everything else."""
        if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.left, ast.Name):
            return None
        if not nodes.is_constant(test.comparators[0], None) or test.left.id not in self.names:
            return None
        none = self.names[test.left.id].none
        match test.ops[0]:
            case ast.Is():
                return none
            case ast.IsNot():
                return not none
            case _:
                return None

    def _attribute(self, node: ast.Attribute) -> Value:
        dotted = self.dotted(node)
        if dotted in sources.ANSWER_ATTRIBUTES:
            return Value(frozenset([self.root(sources.ANSWER_ATTRIBUTES[dotted], dotted, node)]))
        value = self.evaluate(node.value)
        if node.attr in sources.CONSTANT_ATTRIBUTES:
            return NOTHING
        if node.attr in value.attributes:
            return value.attributes[node.attr]
        if value.instance is not None:
            method = self._method_of(value.instance, node.attr)
            if method is not None and _is_property(method):
                return self.enter(node, Value(code=method, home=self.now.id), [value])
        return carrying(value.roots)

    def _yield(self, node: ast.Yield | ast.YieldFrom) -> Value:
        """What a generator of the notebook gives is what its call gives."""
        value = self.evaluate(node.value)
        self.returned.append(replace(value, roots=value.everything | self.under, element=None))
        return NOTHING

    def _display(self, node: ast.Dict | ast.List | ast.Tuple) -> Value:
        """A dict, list or tuple written out."""
        children = node.values if isinstance(node, ast.Dict) else node.elts
        values = [self.evaluate(child) for child in children]
        keys = [self.evaluate(key) for key in node.keys] if isinstance(node, ast.Dict) else []
        if isinstance(node, ast.List) and all(value is NOTHING for value in values):
            return NOTHING
        return Value(
            NONE.union(*(value.everything for value in [*keys, *values])),
            holds_set=any(value.is_set or value.holds_set for value in values),
            mapping=isinstance(node, ast.Dict),
            element=next((value for value in values if value.instance is not None), None),
            parts=tuple(values) if isinstance(node, ast.Tuple) else (),
        )

    def _operation(self, node: ast.BinOp) -> Value:
        a, b = self.evaluate(node.left), self.evaluate(node.right)
        algebra = isinstance(node.op, (ast.BitAnd, ast.BitOr, ast.Sub, ast.BitXor))
        if algebra and _is_keys(node.left):
            return Value(a.everything | b.everything, is_set=True)
        if a is NOTHING and b is NOTHING:
            return NOTHING
        if isinstance(node.op, ast.Sub) and _clocks(a) and _clocks(b):
            elapsed = self.root("timing", "the time elapsed", node)
            return Value((a.roots | b.roots) - _clocks(a) - _clocks(b) | {elapsed})
        if isinstance(node.op, ast.Mod) and nodes.text_of(node.left):
            return Value(a.roots | self.printed(node.right, b))
        address = a.address if isinstance(node.op, ast.Add) else ""
        return Value(a.everything | b.everything, address=address, is_set=algebra and (a.is_set or b.is_set))

    def _either(self, node: ast.BoolOp) -> Value:
        """``rng or default_rng()``: the second only where the first is None."""
        values = [self.evaluate(part) for part in node.values]
        if isinstance(node.op, ast.Or):
            return next((value for value in values if not value.none), values[-1])
        return values[0].joined(*values[1:])

    def _comparison(self, node: ast.Compare) -> Value:
        """Membership does not depend on order, and what is compared with its like does not on addresses."""
        parts = [self.evaluate(part).everything for part in (node.left, *node.comparators)]
        roots = NONE.union(*parts)
        if not roots:
            return NOTHING
        if any(isinstance(op, (ast.In, ast.NotIn)) for op in node.ops):
            roots = without_order(roots)
        alike = {kind for kind in ("identity", "hash") if all(any(r.kind == kind for r in part) for part in parts)}
        return carrying(frozenset(root for root in roots if root.kind not in alike))

    def element(self, node: ast.expr, value: Value) -> Value:
        """What iterating gives."""
        if value is NOTHING:
            return NOTHING
        if value.element is not None:
            return value.element
        roots = self.ordered(node, value).roots
        return Value(roots, is_set=value.holds_set and not value.mapping)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Value:
        kept = dict(self.names)
        self._in_comprehension += 1
        total: Roots = NONE
        for generator in node.generators:
            whole = self.evaluate(generator.iter)
            if isinstance(node, ast.SetComp):
                whole = replace(whole, is_set=False)
            element = self.element(generator.iter, whole)
            total |= element.everything - without_order(element.everything)
            self.assign(generator.target, element, generator.iter)
            for condition in generator.ifs:
                total |= self.evaluate(condition).roots
        parts = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        values = [self.evaluate(part) for part in parts]
        total = NONE if nodes.all_constant(parts) else total.union(*(value.everything for value in values))
        self._in_comprehension -= 1
        kept.update((name, self.names[name]) for name in self.filled if name in kept and name in self.names)
        self.names = kept
        if isinstance(node, ast.SetComp):
            return Value(without_order(total), is_set=not nodes.numeric(node.elt))
        if not total and isinstance(node, (ast.ListComp, ast.GeneratorExp)) and all(v is NOTHING for v in values):
            return NOTHING
        return Value(
            total,
            holds_set=any(value.is_set or value.holds_set for value in values),
            mapping=isinstance(node, ast.DictComp),
            element=values[0] if values[0].instance is not None else None,
        )


_NONE = Value(none=True)
_ADDRESSES = ("http://", "https://", "ftp://", "s3://", "gs://", "HTTP://", "HTTPS://")


def _constant(value: object) -> Value:
    if isinstance(value, str) and value.startswith(_ADDRESSES):
        return Value(address=value)
    return _NONE if value is None else NOTHING


_READERS: dict[type | None, Callable[[Expressions, Any], Value]] = {
    ast.Attribute: Expressions._attribute,
    ast.Call: Expressions.call,
    ast.Lambda: Expressions._lambda,
    ast.Set: Expressions._set,
    ast.Dict: Expressions._display,
    ast.List: Expressions._display,
    ast.Tuple: Expressions._display,
    ast.Subscript: Expressions._subscript,
    ast.ListComp: Expressions._comprehension,
    ast.GeneratorExp: Expressions._comprehension,
    ast.DictComp: Expressions._comprehension,
    ast.SetComp: Expressions._comprehension,
    ast.BinOp: Expressions._operation,
    ast.BoolOp: Expressions._either,
    ast.Compare: Expressions._comparison,
    ast.NamedExpr: Expressions._named,
    ast.JoinedStr: Expressions._joined,
    ast.FormattedValue: Expressions._formatted,
    ast.Starred: Expressions._starred,
    ast.IfExp: Expressions._choice,
    ast.Yield: Expressions._yield,
    ast.YieldFrom: Expressions._yield,
}


def _is_property(method: ast.FunctionDef) -> bool:
    return any(isinstance(each, ast.Name) and "property" in each.id for each in method.decorator_list)


def _is_keys(node: ast.expr) -> bool:
    """Whether an expression is the keys of a dict, whose algebra gives sets."""
    return isinstance(node, ast.Call) and nodes.called(node) == "keys" and not node.args


def _clocks(value: Value) -> frozenset[Root]:
    """Roots whose difference is a duration."""
    return frozenset(root for root in value.roots if root.kind == "clock" or root.what.startswith("time."))
