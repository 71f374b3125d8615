"""What the text of a cell says about names."""

from __future__ import annotations

import ast

import pytest

from jupyter_repro.capture.code import cellmagics
from jupyter_repro.capture.code.names import names_of


def reads(source: str) -> set[str]:
    return names_of(source, ast.parse(source)).reads


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = y + 1", {"y"}),
        ("x = 1\nz = x", set()),
        ("x = x + 1", {"x"}),
        ("x += 1", {"x"}),
        ("x[0] = y", {"x", "y"}),
        ("x.a = y", {"x", "y"}),
        ("del x", {"x"}),
        ("x = 1\ndel x", set()),
        ("x = 1\ndel x\nx", {"x"}),
        ("for i in xs:\n    t = i\nt", {"xs"}),
        ("while c:\n    t = 1\nt", {"c"}),
        ("with f() as h:\n    h", {"f"}),
        ("if c:\n    a = 1\nelse:\n    a = 2\na", {"c"}),
        ("if c:\n    a = 1\nelse:\n    raise E\na", {"c", "E"}),
        ("try:\n    import json\nexcept ImportError:\n    json = None\njson", {"ImportError"}),
        ("try:\n    a = 1\nexcept E as error:\n    raise\na", {"E"}),
        ("[x for x in xs if x > k]", {"xs", "k"}),
        ("[y for x in xs for y in x]", {"xs"}),
        ("{k: v for k, v in d.items()}", {"d"}),
        ("x = [x for x in x]", {"x"}),
        ("[z := x for x in xs]\nz", {"xs"}),
        ("(n := len(a)) > 3\nn", {"len", "a"}),
        ("f'{a:{w}} {b!r}'", {"a", "w", "b"}),
        ("lambda a, b=c: a + b + d", {"c", "d"}),
        ("def f(a, b=c): return a + d", {"c"}),
        ("def f(a, b=c): return a + d\nf(1)", {"c", "d"}),
        ("d = 1\ndef f(): return d\nf()", set()),
        ("def f(): return d\nd = 1\nf()", set()),
        ("def f(): return g()\ndef g(): return k\nf()", {"k"}),
        ("def f():\n    def g(): return k\n    return g\nf()", {"k"}),
        ("def f():\n    global n\n    n = 1\nf()\nm", {"m"}),
        ("@cache\ndef f(): return k", {"cache", "k"}),
        ("class A(B):\n    x = y\n    z = x\n    def m(self): return w", {"B", "y"}),
        ("class A:\n    def m(self): return w\nA()", {"w"}),
        ("class A:\n    x = 1\n    def m(self): return x\nA()", {"x"}),
        ("def f(x: T) -> U: pass", {"T", "U"}),
        ("import a.b\na.b.c", set()),
        ("from a import b as c\nc, b", {"b"}),
        ("match v:\n    case {'k': q, **rest} if q > lim:\n        q\n    case [a, *b]:\n        a, b", {"v", "lim"}),
        ("async def f():\n    await g\nawait f()", {"g"}),
        ("a, (b, *c) = t\na, b, c", {"t"}),
        ("a: int = b\na", {"int", "b"}),
        ("exec('q = w')\nq", {"exec", "w"}),
        ("get_ipython().run_cell_magic('time', '', 'm = df.mean()\\n')\nm", {"get_ipython", "df"}),
        ("get_ipython().run_line_magic('timeit', '-n 3 f(x)')", {"get_ipython", "f", "x"}),
    ],
)
def test_a_name_counts_as_read_where_it_is_needed_from_before(source: str, expected: set[str]) -> None:
    assert reads(source) == expected


def test_a_lone_branch_binds_perhaps() -> None:
    names = names_of("s", ast.parse("if c:\n    a = 1\na"))
    assert names.maybe == {"a"}
    assert names.binds == {"a": False}


@pytest.mark.parametrize(
    ("source", "changed"),
    [
        ("df['a'] = 1", {"df"}),
        ("df.loc[0, 'a'] = 1", {"df"}),
        ("for row in rows:\n    row['k'] = 1", {"row", "rows"}),
        ("for k, v in d.items():\n    v.x = 1", {"v", "d"}),
        ("sub = df.iloc[1:]\nsub.a = 1", {"sub", "df"}),
        ("x += [1]", {"x"}),
        ("del d['k']", {"d"}),
        ("y = x", set()),
    ],
)
def test_stores_are_traced_to_the_names_they_may_change(source: str, changed: set[str]) -> None:
    assert names_of(source, ast.parse(source)).stores == changed


def test_what_the_text_cannot_show_is_named() -> None:
    source = "from m import *\nexec(code)\nget_ipython().run_line_magic('run', 'x.py')\nglobals()['a'] = 1"
    assert names_of(source, ast.parse(source)).opaque == [
        "from m import *",
        "exec of a computed string",
        "%run",
        "globals()",
    ]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("!cat {folder}/a.txt > $path", {"folder", "path"}),
        ("x = !ls {folder}", {"folder"}),
        ("%cd {folder}", {"folder"}),
        ("folder = 'a'\n!ls {folder}", set()),
        ("%%bash -s $path\necho $HOME {other}", {"path"}),
        ("%%bash\necho $HOME", set()),
        ("%store frame other", {"frame", "other"}),
        ("%store frame > out.txt", {"frame"}),
        ("%store -r frame", set()),
        ("%%R -i frame,limit -o result\nmean(frame)", {"frame", "limit"}),
    ],
)
def test_names_that_a_line_takes_where_they_are_there(cell: str, expected: set[str]) -> None:
    python = cellmagics.transformed(cell)
    names = names_of(python, ast.parse(python))
    assert names.interpolated == expected
    assert not (names.reads | names.maybe) & {"HOME", "other"}
