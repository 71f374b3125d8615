"""What the text of a call gives to the function or class that it names: arguments, defaults, fields."""

from __future__ import annotations

import ast
from typing import Any

from jupyter_repro.capture.code.scopes import dotted
from jupyter_repro.capture.draws.callsites import Function
from jupyter_repro.capture.values import fingerprint_instances as instances
from jupyter_repro.capture.world.worldcalls import MODULE

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def imported_here(function: ast.expr) -> tuple[str, ...] | None:
    """``__import__("time").time`` as a chain that begins with the module."""
    if isinstance(function, ast.Attribute) and isinstance(call := function.value, ast.Call) and call.args:
        name = call.args[0]
        asked = dotted(call.func).rpartition(".")[2]
        module = name.value if isinstance(name, ast.Constant) else None
        if asked in ("__import__", "import_module") and isinstance(module, str):
            return (f"{MODULE}{module}", function.attr)
    return None


def parts_given(call: ast.Call, kind: Any) -> dict[str, ast.expr]:
    """What a call that makes an object of named fields gives each of them; nothing where that cannot be told."""
    fields: Any = instances.dict_of_class(kind).get("_fields", ()) if isinstance(kind, type) else ()
    if isinstance(kind, type) and not fields:
        fields = tuple(instances.dict_of_class(kind).get("__dataclass_fields__", ()))
    if any(isinstance(each, ast.Starred) for each in call.args) or len(call.args) > len(fields):
        return {}
    given = {str(name): value for name, value in zip(fields, call.args, strict=False)}
    return given | {word.arg: word.value for word in call.keywords if word.arg}


def parameters_of(function: Function) -> list[str]:
    """The names of its parameters, but for ``*args`` and ``**kwargs``."""
    arguments = function.args
    return [each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]


def default_of(function: Function, name: str) -> ast.expr | None:
    """The default of a parameter, None where it has none."""
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    for each, default in zip(reversed(positional), reversed(arguments.defaults), strict=False):
        if each.arg == name:
            return default
    for each, given in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if each.arg == name:
            return given
    return None


def is_method(node: ast.AST) -> bool:
    """Whether a function takes its instance or class first, by the names that everyone gives them."""
    return isinstance(node, DEFINITIONS) and parameters_of(node)[:1] in (["self"], ["cls"])


def may_enter(call: ast.Call, function: Function) -> bool:
    """Whether the call's text names this function: a call that reaches it through a library has other arguments."""
    name = getattr(function, "name", "")
    tail = dotted(call.func).rpartition(".")[2]
    return not name or tail == name or name == "__init__" or isinstance(call.func, ast.Name)
