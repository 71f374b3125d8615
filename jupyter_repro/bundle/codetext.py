"""Python code as text: parsed and compiled as a notebook's cell is, and set deeper."""

from __future__ import annotations

import ast
import warnings


def indented(text: str) -> str:
    """The text four spaces deeper; lines inside string literals stay where they are."""
    inside: set[int] = set()
    tree = parsed(text)
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, (ast.Constant, ast.JoinedStr)) and node.end_lineno and node.end_lineno > node.lineno:
            inside.update(range(node.lineno + 1, node.end_lineno + 1))
    lines = text.split("\n")
    done = [
        line if number in inside or not line.strip() else f"    {line}" for number, line in enumerate(lines, start=1)
    ]
    if not any(line.strip() and not line.strip().startswith("#") for line in lines):
        done.append("    pass")
    return "\n".join(done)


def parsed(text: str) -> ast.Module | None:
    """The syntax tree of a cell, where ``await`` may stand at the top; None where the text is not Python."""
    flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = compile(text, "<cell>", "exec", flags, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return tree if isinstance(tree, ast.Module) else None


def compiles(text: str) -> bool:
    """Whether the text is a script in plain Python: a cell may be fine alone, but not after others (``global x``)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<cell>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
