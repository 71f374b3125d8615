"""Functions and classes of the notebook: read where they are called, with what is passed to them there."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from jupyter_repro.analysis.flow import nodes
from jupyter_repro.analysis.flow.known import Known
from jupyter_repro.analysis.flow.scope import Frame
from jupyter_repro.analysis.flow.values import NONE, NOTHING, Code, Roots, Value
from jupyter_repro.analysis.tables import seedable

_DEPTH = 8


class Functions(Known):
    """Reads the notebook's own functions."""

    def _method_of(self, code: ast.ClassDef, name: str, depth: int = 0) -> ast.FunctionDef | None:
        """A method of a class of the notebook, or of those it inherits from."""
        found = nodes.method_of(code, name)
        for base in code.bases if found is None and depth < _DEPTH else ():
            above = self.names.get(base.id, NOTHING).code if isinstance(base, ast.Name) else None
            if isinstance(above, ast.ClassDef):
                found = found or self._method_of(above, name, depth + 1)
        return found

    def method(self, node: ast.expr, owner: Value, name: str) -> tuple[Value, Value]:
        """Call a method of an object of the notebook by name alone; the object after it, and what it returned."""
        code = self._method_of(owner.instance, name) if owner.instance is not None else None
        if code is None or not code.args.args or self._is_read(code):
            return owner, owner
        bound = Value(code=code, home=self.now.id, defaults=self.defaults_of(code))
        left, result = self._read_function(node, code, [owner], bound, passed=False)
        return left.get(code.args.args[0].arg, owner), result

    def made(self, node: ast.Call, made_of: Value, values: Sequence[Value]) -> Value:
        """An instance of a class of the notebook."""
        code, home = made_of.code, made_of.home
        assert isinstance(code, ast.ClassDef)
        fresh = Value(instance=code, attributes=made_of.attributes)
        start = self._method_of(code, "__init__")
        if start is None:
            inherited = self.inherited(node, code)
            return replace(fresh, roots=inherited.union(*(value.everything for value in values)))
        if not start.args.args or self._is_read(start):
            return replace(fresh, roots=NONE.union(*(value.everything for value in values)))
        known = Value(code=start, home=home, defaults=self.defaults_of(start))
        left, _ = self._read_function(node, start, [fresh, *values], known)
        return left.get(start.args.args[0].arg, fresh)

    def _is_read(self, code: Code) -> bool:
        """Whether a function is being read already, or the calls have gone too deep."""
        return len(self.frames) >= _DEPTH or any(frame.code is code for frame in self.frames)

    def defaults_of(self, code: Code) -> dict[str, Value]:
        """What parameters are where nothing is passed, as seen where the function is defined."""
        if isinstance(code, ast.ClassDef):
            return {}
        placed = [*code.args.posonlyargs, *code.args.args]
        pairs = [
            *zip(placed[len(placed) - len(code.args.defaults) :], code.args.defaults, strict=True),
            *zip(code.args.kwonlyargs, code.args.kw_defaults, strict=True),
        ]
        return {argument.arg: self.evaluate(default) for argument, default in pairs if default is not None}

    def enter(self, node: ast.expr, value: Value, values: Sequence[Value], *, bound: ast.expr | None = None) -> Value:
        """Read a function of the notebook as called here. ``bound``: the expression whose method it is."""
        code = value.code
        if code is None or self._is_read(code):
            return NOTHING.joined(*values)
        if isinstance(code, ast.ClassDef):
            assert isinstance(node, ast.Call)
            return self.made(node, value, values)
        left, result = self._read_function(node, code, values, value)
        if bound is not None and not isinstance(code, ast.Lambda) and code.args.args:
            after = left.get(code.args.args[0].arg)
            if after is not None and isinstance(bound, ast.Name):
                self.names[bound.id] = after
                self.filled.add(bound.id)
            elif after is not None:
                self.fill(bound, after)
        return result

    def inherited(self, node: ast.Call, code: ast.ClassDef) -> Roots:
        """What a call of ``__init__`` brings in through the library's class that is inherited from."""
        bases = [self.dotted(base) or "" for base in code.bases if isinstance(base, (ast.Name, ast.Attribute))]
        found = (self.unseeded(node, base, NONE) for base in bases if base in seedable.INHERITED)
        return NONE.union(*(roots for roots in found if roots))

    def above(self, node: ast.Call, function: ast.Attribute, values: Sequence[Value]) -> Value | None:
        """``super().method(...)`` within a method of a class of the notebook; None for anything else."""
        if not isinstance(function.value, ast.Call) or nodes.called(function.value) != "super" or not self.frames:
            return None
        code = self.frames[-1].code
        first = code.args.args[0].arg if isinstance(code, ast.FunctionDef) and code.args.args else ""
        owner = self.names.get(first, NOTHING)
        if owner.instance is None or not isinstance(code, ast.FunctionDef):
            return None
        holder = self._holder(owner.instance, code) or owner.instance
        for base in holder.bases:
            known = self.names.get(base.id, NOTHING).code if isinstance(base, ast.Name) else None
            method = self._method_of(known, function.attr) if isinstance(known, ast.ClassDef) else None
            if method is not None:
                bound = Value(code=method, home=self.now.id, defaults=self.defaults_of(method))
                return self.enter(node, bound, [owner, *values], bound=ast.Name(id=first, ctx=ast.Load()))
        if function.attr == "__init__" and (roots := self.inherited(node, holder)):
            self.names[first] = replace(owner, roots=owner.roots | roots)
            self.filled.add(first)
        return NOTHING

    def _holder(self, code: ast.ClassDef, method: ast.FunctionDef, depth: int = 0) -> ast.ClassDef | None:
        """The class, of this one and those above it, in which a method stands."""
        if method in code.body:
            return code
        for base in code.bases if depth < _DEPTH else ():
            above = self.names.get(base.id, NOTHING).code if isinstance(base, ast.Name) else None
            found = self._holder(above, method, depth + 1) if isinstance(above, ast.ClassDef) else None
            if found is not None:
                return found
        return None

    def _read_function(
        self, node: ast.expr, code: Code, values: Sequence[Value], value: Value, *, passed: bool = True
    ) -> tuple[dict[str, Value], Value]:
        """Read the body and carry over what it changed in place; the names as it left them, and what it returned.

        ``passed``: whether the node is the call, whose keywords and arguments are those of the function.
        """
        assert not isinstance(code, ast.ClassDef)
        parameters = dict(self._parameters(code, node if passed else ast.Constant(value=None), values, value))
        kept = self.names, self.aliases, self.filled, self.bound, self.returned
        self.frames.append(Frame(code, node, value.home))
        self.names, self.aliases = {**self.names, **(value.scope or {}), **parameters}, dict(self.aliases)
        self.filled, self.bound, self.returned = set(), {argument.arg for argument in _arguments(code)}, []
        if isinstance(code, ast.Lambda):
            self.returned.append(self.evaluate(code.body))
        else:
            self.body(code.body)
        left, changed, returned = self.names, self.filled, self.returned
        shared = _globals(code)
        outside = (changed | shared) - (self.bound - shared)
        self.frames.pop()
        self.names, self.aliases, self.filled, self.bound, self.returned = kept
        for name in outside & left.keys():
            self.names[name] = left[name]
            self.filled.add(name)
        if passed:
            self._changed_arguments(code, node, left, changed)
        return left, returned[0] if len(returned) == 1 else NOTHING.joined(*returned)

    def _changed_arguments(self, code: Code, node: ast.expr, left: dict[str, Value], changed: set[str]) -> None:
        """Lists and frames that were passed in and changed in place are changed outside, too."""
        if not isinstance(node, ast.Call) or isinstance(code, ast.ClassDef):
            return
        parameters = [argument.arg for argument in (*code.args.posonlyargs, *code.args.args)]
        for parameter, argument in zip(parameters, node.args, strict=False):
            if parameter in changed and isinstance(argument, ast.Name) and argument.id in self.names:
                self.fill(argument, Value(left[parameter].everything), filled=True)

    def _parameters(
        self, code: Code, node: ast.expr, values: Sequence[Value], value: Value
    ) -> Iterator[tuple[str, Value]]:
        """Each parameter with what it is in this call."""
        assert not isinstance(code, ast.ClassDef)
        for argument in _arguments(code):
            yield argument.arg, (value.defaults or {}).get(argument.arg, NOTHING)
        placed = [*code.args.posonlyargs, *code.args.args]
        yield from ((argument.arg, each) for argument, each in zip(placed, values, strict=False))
        if code.args.vararg is not None:
            yield code.args.vararg.arg, NOTHING.joined(*values[len(placed) :])
        for word in node.keywords if isinstance(node, ast.Call) else ():
            if word.arg:
                yield word.arg, self.evaluate(word.value)


def _arguments(code: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> list[ast.arg]:
    return [*code.args.posonlyargs, *code.args.args, *code.args.kwonlyargs]


def _globals(code: Code) -> set[str]:
    """Names that a function declares to be those of the notebook."""
    if isinstance(code, ast.Lambda):
        return set()
    return {name for each in ast.walk(code) if isinstance(each, (ast.Global, ast.Nonlocal)) for name in each.names}
