"""Plain questions about syntax: whether an expression is a number, a URL, a keyword turned off."""

from __future__ import annotations

import ast
from collections.abc import Iterable


def first(node: ast.Call) -> ast.expr | None:
    """The first thing passed, by place or by name."""
    return node.args[0] if node.args else (node.keywords[0].value if node.keywords else None)


def keyword(node: ast.Call, name: str) -> ast.expr | None:
    """What is passed for a keyword."""
    return next((word.value for word in node.keywords if word.arg == name), None)


def opens_keywords(node: ast.Call) -> bool:
    """Whether ``**kwargs`` are passed: anything may be among them."""
    return any(word.arg is None for word in node.keywords)


def is_constant(node: ast.expr | None, value: object) -> bool:
    """Whether an expression is this very constant, written out."""
    return isinstance(node, ast.Constant) and node.value is value


def text_of(node: ast.expr | None) -> str:
    """The string that is written out, ``""`` where there is none."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def is_number(node: ast.expr) -> bool:
    """Whether an expression is a number, written out."""
    if isinstance(node, ast.UnaryOp):
        return is_number(node.operand)
    return isinstance(node, ast.Constant) and isinstance(node.value, (int, float, bool))


def is_range(node: ast.expr) -> bool:
    """Whether an expression is a range, or a list of numbers: a set made of it has the same order everywhere."""
    return (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range") or (
        isinstance(node, (ast.List, ast.Tuple, ast.Set)) and all(is_number(part) for part in node.elts)
    )


def numeric(node: ast.expr) -> bool:
    """Whether an expression is plainly a number: its hash is the same in every process."""
    return is_number(node) or (
        isinstance(node, ast.BinOp) and (numeric(node.left) or numeric(node.right)) and not isinstance(node.op, ast.Mod)
    )


def all_constant(parts: Iterable[ast.expr]) -> bool:
    """Whether nothing is computed in these."""
    return all(isinstance(part, ast.Constant) for part in parts)


def base_name(node: ast.expr) -> str | None:
    """``x`` of ``x.a[0].b``; None where it begins with something else."""
    while isinstance(node, (ast.Subscript, ast.Attribute)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def method_of(code: ast.ClassDef, name: str) -> ast.FunctionDef | None:
    """A method that stands in the class itself."""
    return next((each for each in code.body if isinstance(each, ast.FunctionDef) and each.name == name), None)


def called(node: ast.Call) -> str:
    """The last part of what is called: ``rand`` of ``np.random.rand()``."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def is_decorated(code: ast.FunctionDef, word: str) -> bool:
    """Whether a function stands under a decorator of this name."""
    return any(isinstance(each, ast.Name) and each.id == word for each in code.decorator_list)
