"""Our walk and our digest of syntax trees say what those of the standard library say."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from jupyter_repro.analysis.code import syntax

LIBRARY = Path(ast.__file__).parent
FILES = ["ast.py", "dataclasses.py", "typing.py", "asyncio/tasks.py", "json/decoder.py", "test/test_patma.py"]


@pytest.mark.parametrize("name", [name for name in FILES if (LIBRARY / name).exists()])
def test_the_same_nodes_in_the_same_order(name: str) -> None:
    tree = ast.parse((LIBRARY / name).read_text())
    left_out = (ast.expr_context, ast.operator, ast.boolop, ast.unaryop, ast.cmpop)
    assert syntax.nodes_of(tree) == [node for node in ast.walk(tree) if not isinstance(node, left_out)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("f(a)", "f('a')"), ("{**x}", "{None: x}"), ("return_ = 1", "return_ = 1.0"), ("a - b", "a + b"),
        ("x = 1", "x == 1"), ("f(a, b)", "f((a, b))"), ("f(a=b)", "f(b)"), ("u'x'", "'x'"), ("f'{a}'", "f'{a!r}'"),
        ("def f():\n  return", "def f():\n  return None"), ("-x", "~x"), ("a < b", "a <= b"), ("[x]", "(x,)"),
        ("import a.b", "import a"), ("from . import a", "from .. import a"), ("del x", "x"), ("{a, b}", "{a: b}"),
    ],
)  # fmt: skip
def test_the_meaning_differs_where_the_dump_does(one: str, other: str) -> None:
    assert ast.dump(ast.parse(one)) != ast.dump(ast.parse(other))
    assert syntax.meaning(ast.parse(one)) != syntax.meaning(ast.parse(other))


def test_layout_and_comments_mean_nothing() -> None:
    assert syntax.meaning(ast.parse("f( a,b )  # why")) == syntax.meaning(ast.parse("f(a,\n  b)"))
