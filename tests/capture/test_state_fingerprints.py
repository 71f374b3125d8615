"""Fingerprints: equal for equal values in any process, different for different ones, and no user code runs for them."""

from __future__ import annotations

import collections
import datetime
import enum
import functools
import os
import subprocess
import sys
import textwrap
import tracemalloc
import types
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_repro.capture.values.fingerprint import look


def mark(value: Any) -> str:
    return look(value).fingerprint


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self, a: int) -> None:
        self.a = a


class Plain:
    def __init__(self, a: Any) -> None:
        self.a = a


def plus(amount: int) -> Any:
    return lambda x: x + amount


PAIRS: list[tuple[Any, Any]] = [
    (1, 2),
    (1, 1.0),
    (1, True),
    (0.0, -0.0),
    ("a", b"a"),
    (None, "None"),
    ([1, 2], (1, 2)),
    ([1, 2], [2, 1]),
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    ({1, 2}, {1, 3}),
    ({(1, "x")}, {(1, "y")}),
    ([[1], [2]], [[1, 2]]),
    ([{"a": [1]}], [{"a": [2]}]),
    (["ab", "c"], ["a", "bc"]),
    (list(range(20)), [*range(19), 20]),
    (np.arange(3), np.arange(3.0)),
    (np.arange(6), np.arange(6).reshape(2, 3)),
    (np.array([1, 2]), np.array([2, 1])),
    (np.array(["a", {}], dtype=object), np.array(["a", {1: 2}], dtype=object)),
    (np.float64(1), np.float32(1)),
    (np.ma.array([1, 2], mask=[False, True]), np.ma.array([1, 2], mask=[True, False])),
    (pd.DataFrame({"a": [1]}), pd.DataFrame({"b": [1]})),
    (pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [2]})),
    (pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [1]}, index=[5])),
    (pd.DataFrame({"a": ["x"]}), pd.DataFrame({"a": ["y"]})),
    (pd.Series([1, 2], name="a"), pd.Series([1, 2], name="b")),
    (pd.Series(pd.Categorical(["x", "y"])), pd.Series(pd.Categorical(["x", "y"], categories=["y", "x"]))),
    (pd.Series(pd.array([1, None], dtype="Int64")), pd.Series(pd.array([1, 0], dtype="Int64"))),
    (pd.MultiIndex.from_tuples([(1, 2)]), pd.MultiIndex.from_tuples([(2, 1)])),
    (pd.Timestamp("2020"), pd.Timestamp("2021")),
    (datetime.datetime(2020, 1, 1), datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)),
    (Colour.RED, Colour.BLUE),
    (Slotted(1), Slotted(2)),
    (Plain(1), Plain(2)),
    (plus(1), plus(2)),
    (functools.partial(plus, 1), functools.partial(plus, 2)),
    (collections.Counter("ab"), collections.Counter("abb")),
    (collections.deque([1], maxlen=2), collections.deque([1], maxlen=3)),
    (collections.defaultdict(list), collections.defaultdict(dict)),
    (types.SimpleNamespace(a=1), types.SimpleNamespace(a=2)),
    (ValueError("a"), ValueError("b")),
    (iter([1, 2]), iter([1, 3])),
    (np.random.default_rng(1), np.random.default_rng(2)),
    (range(3), range(4)),
    (int, float),
    (np, pd),
]


@pytest.mark.parametrize(("one", "other"), PAIRS, ids=lambda value: type(value).__name__)
def test_different_values_have_different_fingerprints(one: Any, other: Any) -> None:
    assert mark(one) != mark(other)
    assert mark(one) == mark(one)
    assert mark(one).startswith("=") and mark(other).startswith("=")


def test_the_layout_of_a_frame_does_not_count() -> None:
    apart = pd.DataFrame({"a": [1, 2]})
    apart["b"] = [3, 4]
    together = pd.DataFrame(np.array([[1, 3], [2, 4]]), columns=["a", "b"])
    assert mark(apart) == mark(together) == mark(together.copy())


def test_every_changed_element_of_a_mid_sized_array_is_seen() -> None:
    values = np.zeros(300_000)
    before = mark(values)
    assert before.startswith("=")
    for position in (0, 1, 77_777, 299_999):
        values[position] = 1e-300
        assert mark(values) != before
        values[position] = 0
    assert mark(values) == before


def test_large_values_are_sampled_and_say_so() -> None:
    for large in (
        np.zeros(20_000_000, dtype="u1").astype("f8"),
        list(range(1_000_000)),
        dict.fromkeys(range(300_000), "x"),
        pd.DataFrame(np.zeros((400_000, 25))),
        [[number] for number in range(100_000)],
    ):
        assert mark(large).startswith("~")
        assert mark(large) == mark(large)


def test_cycles_and_depth_end() -> None:
    cycle: list[Any] = []
    cycle.append(cycle)
    assert mark(cycle).startswith("=")
    deep: Any = []
    for _ in range(5000):
        deep = [deep]
    assert mark(deep).startswith("~")
    shared: Any = ()
    for _ in range(60):
        shared = (shared, shared)
    assert mark(shared).startswith("~")


def test_the_shell_behind_a_value_is_no_part_of_it() -> None:
    class Plot:
        def __init__(self, shell: InteractiveShell) -> None:
            self.shell, self.size = shell, 3

    shell = InteractiveShell()
    plot = Plot(shell)
    before = look(plot)
    shell.run_cell("x = 1", store_history=True)
    assert look(plot).digest == before.digest
    plot.size = 4
    assert look(plot).digest != before.digest


def test_a_value_that_was_sampled_is_looked_at_in_full_once_it_is_small() -> None:
    rows = [[number, {"n": number}] for number in range(200_000)]
    sampled = look(rows)
    assert not sampled.full
    assert look(rows, sampled).digest == sampled.digest
    rows[0][0] = -1
    changed = look(rows, sampled)
    assert (changed.digest, changed.full) == (look(rows).digest, False) and changed.digest != sampled.digest
    del rows[10:]
    assert (look(rows, sampled).digest, look(rows, sampled).full) == (look(rows).digest, True)


def test_shared_parts_are_owned() -> None:
    part = [1]
    one, other = look({"a": part}), look([part])
    assert id(part) in one.owned & other.owned
    array = np.arange(10)
    assert look(array[2:5]).owned & look(array[::2].reshape(1, 5)).owned
    assert not look(array.copy()).owned & look(array).owned
    assert not look((1, "a", 2.5)).mutable


def test_a_function_is_what_it_does_not_where_it_stands() -> None:
    def made(source: str) -> Any:
        namespace: dict[str, Any] = {}
        exec(source, namespace)
        return namespace["f"]

    assert mark(made("def f(x): return x + 1")) == mark(made("\n\n# moved\ndef f(x):\n    return x + 1"))
    assert mark(made("def f(x): return x + 1")) != mark(made("def f(x): return x + 2"))
    assert mark(made("def f(x, y=1): return x")) != mark(made("def f(x, y=2): return x"))
    assert mark(made("f = lambda x: {x, 1}")) != mark(made("f = lambda x: {x, 2}"))


HOSTILE = ("__eq__", "__hash__", "__repr__", "__str__", "__reduce__", "__reduce_ex__", "__getstate__", "__getattr__",
           "__getattribute__", "__len__", "__iter__", "__bool__", "__sizeof__", "__format__", "__index__")  # fmt: skip


@pytest.mark.parametrize("base", [object, list, dict, set, tuple, str, int, float, Exception])
def test_no_method_of_the_user_runs(base: type) -> None:
    def forbidden(self: Any, *args: Any) -> Any:
        raise AssertionError("the tracker ran the user's code")

    meta = type("Meta", (type,), dict.fromkeys(("__eq__", "__getattribute__", "__instancecheck__"), forbidden))
    members: dict[str, Any] = {name: forbidden for name in HOSTILE if name != "__getattribute__"}
    members.update(__module__="__main__", __class__=property(forbidden), __getattribute__=forbidden)
    kind = meta("Hostile", (base,), members)
    hostile = base.__new__(kind)  # type: ignore[call-overload]
    try:
        marks = [mark(each) for each in (hostile, [hostile], {"a": hostile}, (hostile,) * 20, kind)]
    except AssertionError as error:
        raise RuntimeError(str(error)) from None  # pytest could not print the values of those frames
    assert all(each[0] in "=~" for each in marks)


SAME_EVERYWHERE = textwrap.dedent("""
    import collections, dataclasses, datetime, decimal, enum, fractions, functools, pathlib, re, warnings
    warnings.simplefilter("ignore")
    import numpy as np, pandas as pd
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from jupyter_repro.capture.values.fingerprint import look

    words = {"a", "b", "cc", 1, 2.5, (1, "x"), frozenset({"p", "q"})}
    nested = {"a": {1, "z"}, "b": [{"x", "y"}]}
    many = {str(i) for i in range(100_000)}
    frame = pd.DataFrame({"a": range(1000), "b": list("abcd") * 250, "c": pd.date_range("2020", periods=1000),
                          "d": pd.Categorical(list("xy") * 500), "e": [{"s", "t"}] * 1000})
    groups = frame.groupby("b").size()
    def chosen(x, y={"a", "b"}): return [z for z in x if z in {"q", "r", "s"}]
    class Thing:
        KINDS = {"x", "y"}
        def __init__(self): self.words = {"u", "w"}; self.me = self
        def all(self): return chosen(self.words)
    thing = Thing()
    @dataclasses.dataclass
    class Point:
        x: int = 1
        tags: set = dataclasses.field(default_factory=lambda: {"k", "l"})
    point = Point()
    class Kind(enum.Enum):
        A = "a"
    kinds = {Kind.A: 1}
    X = np.random.default_rng(0).random((100, 4)); y = (X[:, 0] > 0.5).astype(int)
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)
    forest = RandomForestClassifier(n_estimators=3, random_state=0).fit(X, y)
    vectors = CountVectorizer().fit(["a bb cc", "bb dd"])
    pattern = re.compile("a+"); path = pathlib.Path("a/b"); third = fractions.Fraction(1, 3)
    bound = thing.all; cached = functools.lru_cache(chosen)
    for name, value in sorted(globals().copy().items()):
        if not name.startswith("__") and name != "look":
            print(name, look(value).fingerprint)
""")


@pytest.mark.slow
def test_equal_values_have_equal_fingerprints_in_every_process() -> None:
    told = [
        subprocess.run(
            [sys.executable, "-c", SAME_EVERYWHERE],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert told[0] == told[1]
    assert len(told[0].splitlines()) > 30


class Point:
    """A class of the notebook."""

    def __init__(self, x: int) -> None:
        self.x = x
        self.tags = ["a", {"n": x}]


Point.__module__ = "__main__"


def _rows() -> list[list[object]]:
    return [[n, {"v": [n, str(n)]}] for n in range(600)]


def _points() -> list[Point]:
    return [Point(n) for n in range(300)]


@pytest.mark.parametrize("at", [0, 7, 299])
def test_one_change_anywhere_in_rows_or_among_instances_is_seen(at: int) -> None:
    rows, points = _rows(), _points()
    assert look(rows).full and look(points).full
    before = look(rows).digest, look(points).digest
    assert before == (look(_rows()).digest, look(_points()).digest)
    rows[at][1]["v"][1] = "other"  # type: ignore[index]
    points[at].tags[1]["n"] = -1  # type: ignore[index]
    assert look(rows).digest != before[0]
    assert look(points).digest != before[1]


def test_what_rows_and_instances_hold_is_known_for_aliases() -> None:
    rows, points = _rows(), _points()
    assert {id(rows), id(rows[5]), id(rows[5][1])} <= look(rows).owned
    assert {id(points), id(points[5]), id(points[5].tags)} <= look(points).owned


def test_a_part_that_is_there_twice_is_not_two_equal_parts() -> None:
    part: list[int] = [1, 2]
    assert look([part, part]).digest != look([[1, 2], [1, 2]]).digest
    shared, apart = _points(), _points()
    shared[1].tags = shared[0].tags
    apart[1].tags = ["a", {"n": 0}]
    assert look(shared).digest != look(apart).digest
    cyclic: list[object] = [1]
    cyclic.append(cyclic)
    assert look(cyclic).digest == look(cyclic).digest


def test_a_sample_of_a_huge_dictionary_shows_both_of_its_ends() -> None:
    huge = {n: [n] for n in range(200_000)}
    before = look(huge)
    assert not before.full
    huge[199_999] = [-1]
    assert look(huge).digest != before.digest


@pytest.mark.parametrize(
    "make",
    [
        lambda text: text,
        lambda text: text.encode(),
        lambda text: 1 << (8 * len(text)),
        lambda text: [text] * 1000,
        lambda text: dict.fromkeys(range(1000), text),
        lambda text: {n: (text, n) for n in range(1000)},
        lambda text: [{"n": n, "text": text} for n in range(1000)],
        lambda text: {text, "small"},
        lambda text: [1 << (8 * len(text))] * 1000,
        lambda text: [1.0, text, None] * 1000,
        lambda text: types.SimpleNamespace(text=[text] * 1000),
    ],
)
def test_nothing_large_is_copied_to_be_looked_at(make: Callable[[str], Any]) -> None:
    """A list that holds one string of 50 MB a thousand times once made 6 GB of it."""
    value = make("x" * 30_000_000)
    tracemalloc.start()
    try:
        seen = look(value)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert not seen.full
    assert peak < 5_000_000
