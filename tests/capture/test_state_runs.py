"""What runs read, bind, delete and change in place, in a real shell."""

from __future__ import annotations

import gc
import textwrap
import weakref
from pathlib import Path

import pytest

from jupyter_repro.capture.probes.state import StateProbe
from tests.capture.playing import Play


@pytest.fixture
def play() -> Play:
    return Play(StateProbe())


def test_a_binding_is_read_back_with_the_same_fingerprint(play: Play) -> None:
    written = play("x = [1, 2]").writes["x"]
    run = play("y = len(x)")
    assert run.reads == {"x": written}
    assert run.mutates == {}
    assert run.kinds == {"y": "int"}


def test_a_name_that_was_not_there_is_read_as_missing(play: Play) -> None:
    run = play("gone + 1")
    assert run.reads == {"gone": ""}
    assert run.error is not None and run.error.name == "NameError"


def test_the_line_that_raised_is_told(play: Play) -> None:
    play("def f(n):\n    return 1 / n")
    lines = {
        "x = 1\ny = f(0)\nz = 2": 2,
        "\n\nx = 1\nfor n in (1, 0):\n    f(\n        n)": 5,
        "await f(1)": 1,
        "1 +": None,
    }
    for source, line in lines.items():
        run = play(source)
        assert run.error is not None and run.error.line == line


def test_ipythons_own_open_is_not_read_and_the_users_is(play: Play) -> None:
    runs = [play(each) for each in ("open('/dev/null').close()", "real, open = open, lambda *a: None", "open('x')")]
    assert "open" not in runs[0].reads and "open" not in runs[1].reads
    assert "open" in runs[1].writes and "open" in runs[2].reads


def test_binding_the_same_object_again_is_a_write(play: Play) -> None:
    first = play("x = 5").writes
    assert play("x = 5").writes == first


def test_the_size_of_what_is_made_and_changed_is_told(play: Play) -> None:
    source = "import numpy as np, pandas as pd; a = np.zeros((3, 2)); l = [1]; d = pd.DataFrame({'x': [1, 2]}); n = 5"
    assert play(source).sizes == {"a": "3x2", "l": "1", "d": "2x1"}
    assert play("l.append(2); d['y'] = 3; s = d['y'], 1").sizes == {"d": "2x2", "l": "2", "s": "2"}
    assert play("l[0] + len(d)").sizes == {}


def test_a_branch_not_taken_reads_from_before(play: Play) -> None:
    play("a = 1.5; c = False")
    assert set(play("if c:\n    a = 2.5\nb = a").reads) == {"a", "c"}
    play("c = True")
    assert set(play("if c:\n    a = 2.5\nb = a").reads) == {"c"}


def test_deleting_frees_the_value_and_is_told(play: Play) -> None:
    play("class Big: pass\nbig = Big()\nalso = [big]")
    dead = weakref.ref(play.shell.user_ns["big"])
    assert play("del big, also").deletes == ["also", "big"]
    gc.collect()
    assert dead() is None


@pytest.mark.parametrize(
    ("make", "change", "changed"),
    [
        ("a = [1]", "a.append(2)", {"a"}),
        ("a = [1]; b = {'a': a}", "a.append(2)", {"a", "b"}),
        ("a = [1]; b = {'a': a}", "b['a'].append(2)", {"a", "b"}),
        ("import numpy as np; a = np.zeros(5); b = a[1:3]", "b[0] = 1", {"a", "b"}),
        ("import numpy as np; a = np.zeros(5); b = a[1:3].copy()", "b[0] = 1", {"b"}),
        ("import pandas as pd; d = pd.DataFrame({'x': [1, 2]})", "d['y'] = d.x * 2", {"d"}),
        (
            "import pandas as pd; d = pd.DataFrame({'x': [1, 2]})",
            "d.sort_values('x', ascending=False, inplace=True)",
            {"d"},
        ),
        ("import pandas as pd; d = pd.DataFrame({'x': [1, 2]})", "d.describe(); d.x.mean(); d.head()", set()),
        ("class A: pass\na = A(); b = a", "a.x = 1", {"a", "b"}),
        ("class A:\n    n = 0\na = A()", "A.n += 1", {"A"}),
        (
            "class A:\n    def __init__(s): s.v = []\n    def add(s): s.v += [1]\na = A(); r = [a]",
            "a.add()",
            {"a", "r"},
        ),
        ("a = {'x': {1, 2}}", "a['x'].discard(1)", {"a"}),
        ("a = {'x': {1, 2}}", "sorted(a['x']); a.get('y'); a.keys()", set()),
        ("a = [3, 1]", "sorted(a); len(a); a.index(1)", set()),
        ("a = [3, 1]\ndef f(v): v.sort()", "f(a)", {"a"}),
        ("a = [3, 1]\ndef f(): a.sort()", "f()", {"a"}),
        ("a = [3, 1]\ndef f():\n    global a\n    a = 2", "f()", set()),
        ("rows = [{'k': 1}, {'k': 2}]", "for row in rows: row['k'] += 1", {"rows"}),
        ("def counter():\n    n = [0]\n    def up(): n[0] += 1\n    return up\nup = counter()", "up()", {"up"}),
        (
            "def make():\n    n = 0\n    def up():\n        nonlocal n\n        n += 1\n    return up\nup = make()",
            "up()",
            {"up"},
        ),
        ("d = {'a': 1}; keys = d.keys(); rest = d.items()", "d['b'] = 2", {"d", "keys", "rest"}),
        (
            "import sqlite3; c = sqlite3.connect(':memory:'); r = c.execute('create table t (n int)')",
            "r.execute('insert into t values (1)')",
            {"c", "r"},
        ),
        (
            "import sqlite3; c = sqlite3.connect(':memory:'); r = c.execute('create table t (n int)')",
            "r.execute('select * from t').fetchall()",
            set(),
        ),
        (
            "import sqlite3; c = sqlite3.connect(':memory:'); r = c.execute('select 1')",
            "r.fetchone()",
            {"r"},
        ),
        ("import random; r = random.Random(1)", "r.random()", {"r"}),
        ("g = (i for i in range(3))", "next(g)", {"g"}),
        ("import io; s = io.StringIO()", "print('x', file=s)", {"s"}),
        ("it = iter([1, 2])", "next(it)", {"it"}),
        ("a = [1]", "exec('a.append(1)')", {"a"}),
        ("import collections; q = collections.deque([1])", "q.appendleft(0)", {"q"}),
    ],
)
def test_changes_in_place_are_seen_through_every_name(play: Play, make: str, change: str, changed: set[str]) -> None:
    play(make)
    run = play(change)
    assert run.error is None
    assert set(run.mutates) == changed


LARGE = "import numpy as np, pandas as pd\ndf = pd.DataFrame(np.zeros((300_000, 25)))\nview = [df]"


def test_a_store_outside_the_sample_of_a_large_value_is_a_change_that_replays_alike() -> None:
    versions = []
    for _ in range(2):
        play = Play(StateProbe())
        play(LARGE)
        assert play("df.head(); df.iloc[0, 0]; df.describe").mutates == {}
        first = play("df.iloc[5, 5] = 0.5")
        second = play("df.iloc[5, 5] = 0.5")
        assert set(first.mutates) == set(second.mutates) == {"df", "view"}
        assert first.mutates["df"] == second.reads["df"] != first.reads["df"]
        assert play("copy = df.copy()").writes["copy"] != second.mutates["df"]
        versions.append((first.mutates, second.mutates))
    assert versions[0] == versions[1]


def test_a_function_of_the_notebook_that_stores_may_have_changed_a_large_argument(play: Play) -> None:
    play(LARGE + "\ndef fix(frame): frame.loc[7, 3] = 1\ndef see(frame): return frame.shape")
    assert play("see(df)").mutates == {}
    assert set(play("fix(df)").mutates) == {"df", "view"}


def test_values_that_cannot_be_looked_into_have_a_lineage_that_replays_alike() -> None:
    cells = [
        "import matplotlib; matplotlib.use('Agg'); import matplotlib.pyplot as plt",
        "k = 3",
        "fig, ax = plt.subplots()",
        "ax.plot([1, k])",
        "fig.get_axes(); ax.get_title(); len(fig.axes)",
        "[a.set_title(str(k)) for a in fig.axes]",
    ]
    played = []
    for _ in range(2):
        play = Play(StateProbe())
        played.append([play(cell) for cell in cells])
    one, other = ([(run.reads, run.writes, run.mutates) for run in runs] for runs in played)
    assert one == other
    made, drawn, seen, titled = played[0][2:]
    assert set(drawn.mutates) == {"ax", "fig"}
    assert drawn.reads["ax"] == made.writes["ax"] != drawn.mutates["ax"]
    assert seen.mutates == {}
    assert set(titled.mutates) == {"ax", "fig"}


def test_reads_go_through_functions_classes_closures_and_decorators(play: Play) -> None:
    play(
        textwrap.dedent("""
        import functools
        base, rate, limit, label, unused = 1, 2, 3, "l", 0
        def inner(): return base
        def traced(f):
            @functools.wraps(f)
            def wrapper(*a): return label, f(*a)
            return wrapper
        @traced
        def outer(): return inner() * rate
        class Model:
            def run(self): return limit
            def other(self): return outer()
        model = Model()
        later = functools.partial(outer)
        table = {"f": inner}
    """)
    )
    assert set(play("inner()").reads) == {"inner", "base"}
    # `rate`, and what else lies behind the decorator
    assert {"outer", "inner", "base", "rate", "label"} <= set(play("outer()").reads)
    assert {"model", "limit", "outer", "base"} <= set(play("model.run()").reads)
    assert {"later", "base"} <= set(play("later()").reads)
    assert {"table", "base"} <= set(play("table['f']()").reads)
    assert set(play("list(map(inner, []))").reads) == {"inner", "base"}
    assert "unused" not in play("model.run()").reads


def test_a_function_that_is_only_defined_reads_nothing(play: Play) -> None:
    run = play("def f(): return missing + x")
    assert run.reads == {}
    assert run.writes.keys() == {"f"}


def test_names_that_come_from_star_imports_exec_and_run_are_writes(play: Play, tmp_path: Path) -> None:
    assert "sqrt" in play("from math import *\nr = sqrt(4)").writes
    assert set(play("exec('w' + ' = 5')\nv = w").writes) == {"w", "v"}
    assert play("exec('w' + ' = 5')\nv = w").blind_spots
    script = tmp_path / "s.py"
    script.write_text("fromrun = 3")
    run = play(f"%run {script}\nfromrun")
    assert run.writes.keys() == {"fromrun"} and run.reads == {}


def test_the_body_of_a_timed_cell_is_read_like_any_other(play: Play) -> None:
    play("x = 2")
    run = play("%%time\ny = x * 3\nprint(y)")
    assert set(run.reads) == {"x"} and set(run.writes) == {"y"}
    assert set(play("%timeit -n1 -r1 x + 1").reads) == {"x"}
    assert set(play("!echo $x {y} > /dev/null").reads) == {"x", "y"}


def test_what_a_librarys_object_remembers_of_its_answers_is_no_change(play: Play, tmp_path: Path) -> None:
    (tmp_path / "fitting.py").write_text(
        textwrap.dedent("""
        import functools
        class Result:
            def __init__(self, data): self.data, self._cache = data, {}
            @functools.cached_property
            def spread(self): return max(self.data) - min(self.data)
            def summary(self): self.lines = len(self.data); self._cache["n"] = 1; return self.lines
            def add_data(self, value): self.data.append(value)
    """)
    )
    play(f"import sys; sys.path.insert(0, {str(tmp_path)!r})\nfrom fitting import Result")
    made = play("r = Result([1, 2])").writes["r"]
    assert play("r.spread; r.summary(); print(r.lines)").mutates == {}
    assert play("same = r").writes["same"] == made
    assert set(play("r.add_data(3)").mutates) == {"r", "same"}
    assert set(play("r.summary(); r.data[0] = 9").mutates) == {"r", "same"}


def test_aliases_are_told_for_what_was_touched(play: Play) -> None:
    assert play("a = [1]; b = [a]; c = [2]").aliases == [("a", "b")]
    assert play("c.append(1)").aliases == []
    assert play("d = a").aliases == [("a", "b", "d")]


def test_an_emptied_namespace_is_told(play: Play) -> None:
    play("x = 1; y = 2")
    assert play("%reset -f").deletes == ["x", "y"]
    assert play("x = 1").writes.keys() == {"x"}


def test_what_another_run_left_in_the_history_is_no_variable(play: Play) -> None:
    play("1 + 1")
    run = play("x = _ + 1")
    assert run.writes.keys() == {"x"}
    assert "_" in run.reads


def test_an_async_cell_and_a_failing_one_are_seen(play: Play) -> None:
    assert play("import asyncio\nawait asyncio.sleep(0)\nz = 1").writes.keys() == {"asyncio", "z"}
    run = play("p = 1.25\nraise ValueError\nq = 2")
    assert run.writes.keys() == {"p"}
