"""Statements, and the cell as a whole: what came in in it, and what of all that can be seen."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import replace

from jupyter_repro.analysis.flow import nodes
from jupyter_repro.analysis.flow.expressions import Expressions
from jupyter_repro.analysis.flow.scope import deciding
from jupyter_repro.analysis.flow.values import NONE, NOTHING, CellFlow, FlowCell, Root, Roots, Value
from jupyter_repro.analysis.tables import sources

_FITTING = ("fit", "cross_val", "learning_curve", "validation_curve")


class Reader(Expressions):
    """Reads the cells of a notebook, one after the other, in document order."""

    def cell(self, cell: FlowCell) -> CellFlow:
        """What the next cell brings in and shows."""
        tree = cell.code.tree
        if tree is None:
            return CellFlow()
        self.now = cell
        self.modules.update(each.module.partition(".")[0] for each in cell.code.imports)
        before = self.names, self.aliases, self.seeded, self.seed_roots
        self._read(tree, *before, ambient=NONE)
        unexplained = self._unexplained_draws(before[0], before[2])
        if unexplained:
            self._read(tree, *before, ambient=unexplained)
        roots = {root for root in self.roots if not self._refuted(root)}
        shown = {root for root in self.shown if not (root in self.roots and root not in roots)}
        visible = cell.shows is not False
        return CellFlow(
            roots=frozenset(roots), shown=frozenset(shown) if visible else NONE, saved=frozenset(self.saved)
        )

    def _read(
        self,
        tree: ast.Module,
        names: dict[str, Value],
        aliases: dict[str, str],
        seeded: dict[str, bool],
        seed_roots: dict[str, Roots],
        *,
        ambient: Roots,
    ) -> None:
        """Read the cell, starting from what the cells above left."""
        self.names, self.aliases = dict(names), {**aliases, **self.now.code.aliases}
        self.seeded, self.seed_roots = dict(seeded), dict(seed_roots)
        self.roots, self.shown, self.saved, self.ambient = set(), set(), set(), ambient
        self.spoken, self.printed_here, self.settled = set(), False, False
        if any(magic.name == "%pylab" for magic in self.now.code.magics):
            self.aliases.update({"np": "numpy", "plt": "matplotlib.pyplot"})
            self._star("pylab")
        self.body(tree.body[:-1])
        if tree.body:
            self._last(tree.body[-1])
        if self.now.talks and not self.printed_here:
            self.shown |= self.spoken

    def _last(self, statement: ast.stmt) -> None:
        if not isinstance(statement, ast.Expr):
            self.statement(statement)
            return
        value = self.evaluate(statement.value)
        if value.estimator and not value.fitted:
            return
        self.spoken |= value.roots
        if self.now.figure or not self.now.code.source.rstrip().endswith(";"):
            self.show(value.roots)

    def _unexplained_draws(self, names: Mapping[str, Value], seeded: Mapping[str, bool]) -> Roots:
        """Draws the tracker saw, unseeded, in a generator that neither the text nor what came in explains."""
        if self.now.observed is None:
            return NONE
        came_in = (root for name in self.now.code.names.needed for root in names.get(name, NOTHING).everything)
        known = {"numpy" if root.generator == "random_state" else root.generator for root in (*self.roots, *came_in)}
        found = {
            Root(kind="random", what="a call in this cell", cell=self.now.id, line=1, generator=generator)
            for generator, was_seeded in self.now.observed.draws.items()
            if generator in sources.SEED_SNIPPETS
            and not was_seeded
            and not seeded.get(generator)
            and generator not in known
            and not (generator == "random" and self.now.observed.importing)
            and not (generator == "numpy" and self.idle and self._fits())
        }
        explained = self.settled or any(root.parameter and not self.disproved(root) for root in self.roots)
        if self.now.observed.fresh and "fresh" not in known and not explained:
            found.add(Root(kind="random", what="a call in this cell", cell=self.now.id, line=1, generator="fresh"))
        return frozenset(found)

    def _fits(self) -> bool:
        """Whether the cell fits models, by themselves or in a search."""
        called = {nodes.called(each) for each in self.now.code.nodes if isinstance(each, ast.Call)}
        return any(name.startswith(_FITTING) for name in called)

    def _refuted(self, root: Root) -> bool:
        """Whether the tracker looked and saw no unseeded draw of this generator in this very source."""
        observed = self.now.observed
        if observed is None or root.kind != "random" or root.behind:
            return False  # what is drawn later, by what was made here, is looked for in all cells up to where it shows
        if root.generator == "fresh":
            return not observed.fresh
        return root.generator in ("random", "numpy", "torch") and observed.draws.get(root.generator, True)

    # statements
    def body(self, statements: Iterable[ast.stmt]) -> None:
        """Read statements in order."""
        for statement in statements:
            self.statement(statement)

    def statement(self, node: ast.stmt) -> None:
        """Read one statement."""
        match node:
            case ast.Expr(value=value):
                self._alone(value)
            case ast.Assign(targets=targets, value=value):
                result = self.evaluate(value)
                for target in targets:
                    self.assign(target, result, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self.assign(target, self.evaluate(value), value)
            case ast.AugAssign(target=target, value=value):
                self._augmented(target, value)
            case ast.For() | ast.AsyncFor():
                self._loop(node)
            case ast.While():
                self._maybe(node.body, node.orelse, under=self.evaluate(node.test).roots)
            case ast.If():
                self._if(node)
            case ast.With() | ast.AsyncWith():
                managers = [self._entered(item) for item in node.items]
                self.body(node.body)
                for item, manager in zip(node.items, managers, strict=True):
                    self.method(item.context_expr, manager, "__exit__")
            case ast.Try() | ast.TryStar():
                self.body([*node.body, *node.orelse])
                self._maybe(*(handler.body for handler in node.handlers))
                self.body(node.finalbody)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                self._definition(node)
            case ast.Return():
                result = self.evaluate(node.value) if node.value else Value(none=True)
                self.returned.append(replace(result, roots=result.roots | self.under) if self.under else result)
            case ast.Match():
                subject = self.evaluate(node.subject)
                self._maybe(*(case.body for case in node.cases), under=subject.roots)
            case ast.Import() | ast.ImportFrom():
                self._import(node)
            case _:
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr):
                        self.evaluate(child)

    def _alone(self, value: ast.expr) -> None:
        """A call whose result is not kept is made for what it does: arrays passed to it may be filled by it."""
        self.spoken |= self.evaluate(value).roots
        if isinstance(value, ast.Call) and nodes.called(value) not in ("print", "display"):
            for argument in value.args:
                if isinstance(argument, ast.Name) and self.names.get(argument.id, NOTHING).roots:
                    self.fill(argument, NOTHING, filled=True)

    def _augmented(self, target: ast.expr, value: ast.expr) -> None:
        """``x += y`` is changed in place where it is a part of something."""
        added = self.evaluate(value)
        name = nodes.base_name(target)
        if isinstance(target, ast.Name):
            self.assign(target, added.joined(self.names.get(target.id, NOTHING)), value)
            self.filled.add(target.id)
        elif name is not None:
            self.fill(target, Value(added.everything))

    def _loop(self, node: ast.For | ast.AsyncFor) -> None:
        whole = self.evaluate(node.iter)
        element = self.element(node.iter, whole)
        self.assign(node.target, element, node.iter)
        self._maybe(node.body, node.orelse)
        if isinstance(node.target, ast.Name) and element.instance is not None:
            after = self.names.get(node.target.id, element)
            name = nodes.base_name(node.iter)
            if after != element and name in self.names:
                self.fill(node.iter, Value(after.everything))

    def _if(self, node: ast.If) -> None:
        certain = self.certainly(node.test)
        if certain is not None:
            self.body(node.body if certain else node.orelse)
            return
        self._maybe(node.body, node.orelse, under=self.evaluate(node.test).roots)

    def _maybe(self, *blocks: list[ast.stmt], under: Roots = NONE) -> None:
        """Blocks that may run. ``under``: what decides that."""
        before = self.under
        self.under |= deciding(under)
        self.weak += 1
        for block in blocks:
            self.body(block)
        self.weak -= 1
        self.under = before

    def _entered(self, item: ast.withitem) -> Value:
        """What the block of a ``with`` is entered with; an object of the notebook's own is read."""
        manager = self.evaluate(item.context_expr)
        after, given = self.method(item.context_expr, manager, "__enter__")
        if item.optional_vars is not None:
            self.assign(item.optional_vars, given if given.instance is not None else after, item.context_expr)
        return after

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        for name in node.names:
            if name.name == "*":
                self._star(getattr(node, "module", None) or "")
            else:
                self.names.pop(name.asname or name.name.partition(".")[0], None)

    def _star(self, module: str) -> None:
        """``from module import *``: those of its names that mean something here."""
        names = sources.star_names(module)
        self.aliases.update(names)
        for name in names:
            self.names.pop(name, None)

    def _definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        scope = dict(self.names) if self.frames else None
        attributes = self._class_attributes(node) if isinstance(node, ast.ClassDef) else {}
        value = Value(code=node, home=self.now.id, scope=scope, defaults=self.defaults_of(node), attributes=attributes)
        for decorator in reversed(node.decorator_list):
            wraps = self.names.get(decorator.id, NOTHING) if isinstance(decorator, ast.Name) else NOTHING
            if isinstance(wraps.code, ast.FunctionDef):
                wrapped = self.enter(decorator, wraps, [value])
                value = wrapped if wrapped.code is not None else value
        self.names[node.name] = value
        self.bound.add(node.name)

    def _class_attributes(self, node: ast.ClassDef) -> dict[str, Value]:
        """What stands in the body of a class, and what it inherits from those of the notebook."""
        found: dict[str, Value] = {}
        for base in node.bases:
            above = self.names.get(base.id, NOTHING) if isinstance(base, ast.Name) else NOTHING
            found.update(above.attributes if isinstance(above.code, ast.ClassDef) else {})
        for each in node.body:
            match each:
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=value)
                    | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                ):
                    found[name] = self.evaluate(value)
                case _:
                    pass
        return found
