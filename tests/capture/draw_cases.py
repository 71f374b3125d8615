# ruff: noqa: E501
"""Ways to seed a generator and to draw from it, as data: the cells, and what the last one is to be recorded as.

Expected: generator -> whether the draw is seeded. A generator not listed must not be recorded (``may`` allows some).
"""

from __future__ import annotations

from dataclasses import dataclass

MODULES = {
    "drawhelpers": """
import contextlib, random, time
import numpy as np
SEED = 11
STARTED = int(time.time())
def setup(seed=SEED): random.seed(seed); np.random.seed(seed)
def setup_by_clock(): random.seed(time.time()); np.random.seed(int(time.time()))
def setup_by_start(): random.seed(STARTED)
def roll(): return random.random()
def fresh(): return np.random.default_rng().normal()
def fresh_none(rng=None): return np.random.default_rng(rng).normal()
def made(seed): return np.random.default_rng(seed)
class Config:
    seed = 5
    stamp = time.time()
rng = np.random.default_rng(3)
wild = np.random.default_rng()
def from_rng(): return rng.normal()
def from_wild(): return wild.normal()
@contextlib.contextmanager
def for_a_while(seed):
    state = np.random.get_state()
    np.random.seed(seed)
    try: yield
    finally: np.random.set_state(state)
""",
    "drawscript": "import random\nrandom.seed(3)\n",
    "drawclock": "import random, time\nrandom.seed(time.time())\n",
}
"""Local modules that the cases import, or run."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Draws:
    """One session. ``cells`` run after ``import random, time, os, uuid, numpy as np``."""

    name: str
    cells: tuple[str, ...]
    drawn: dict[str, bool]
    needs: tuple[str, ...] = ()


def _of(name: str, drawn: dict[str, bool], *cells: str, needs: tuple[str, ...] = ()) -> Draws:
    return Draws(name=name, cells=cells, drawn=drawn, needs=needs)


P, N, U = "random", "numpy", "unseeded:default_rng()"
RND, NP = "random.random()", "np.random.rand()"

CASES: tuple[Draws, ...] = (
    # Seeded: never to be called unseeded.
    _of("seed in the same cell", {P: True}, f"random.seed(1); {RND}"),
    _of("seed in an earlier cell", {N: True}, "np.random.seed(1)", NP),
    _of("seed from a variable of an earlier cell", {N: True}, "SEED = 3", "np.random.seed(SEED)", NP),
    _of(
        "seed from a name made again of itself",
        {N: True},
        "s = 3\n" + "s = s + s * s % 7 - s\n" * 30 + "np.random.seed(s % 1000)",
        NP,
    ),
    _of(
        "seed from a class attribute",
        {N: True},
        "class CFG:\n    seed = 3\n    started = time.time()",
        "np.random.seed(CFG.seed)",
        NP,
    ),
    _of(
        "seed from a dictionary",
        {N: True},
        "cfg = {'seed': 3, 'started': time.time()}",
        "np.random.seed(cfg['seed'])",
        NP,
    ),
    _of(
        "seed from a dataclass",
        {P: True},
        "from dataclasses import dataclass\n@dataclass\nclass C:\n    seed: int = 3\n    t: float = 0.0\nc = C(t=time.time())",
        "random.seed(c.seed)",
        RND,
    ),
    _of(
        "seed in a function",
        {P: True, N: True},
        "def go(s):\n    random.seed(s)\n    np.random.seed(s)",
        "go(4)",
        f"{RND}, {NP}",
    ),
    _of(
        "seed in a function that also looks at the clock",
        {P: True},
        "def go(s):\n    t = time.time()\n    random.seed(s)\n    return t",
        "go(4)",
        RND,
    ),
    _of("seed in a function of another name", {P: True}, "def prepare():\n    random.seed(8)", "prepare()", RND),
    _of(
        "seed by a method",
        {N: True},
        "class M:\n    def __init__(self, s): self.s = s\n    def go(self): np.random.seed(self.s)\nm = M(3)",
        "m.go()",
        NP,
    ),
    _of("seed in a local module", {P: True, N: True}, "import drawhelpers", "drawhelpers.setup()", f"{RND}, {NP}"),
    _of(
        "seed in a local module, imported by name", {P: True}, "from drawhelpers import setup as begin", "begin(9)", RND
    ),
    _of("seed in a loop", {P: True}, "for s in range(3):\n    random.seed(s)\n    random.random()", RND),
    _of("seed in a comprehension", {P: True}, "[random.seed(s) for s in (1, 2)]", RND),
    _of("seed in a try", {P: True}, "try:\n    random.seed(2)\nfinally:\n    pass", RND),
    _of(
        "seed in a with",
        {P: True},
        "import contextlib\n@contextlib.contextmanager\ndef seeded(s):\n    state = random.getstate()\n    random.seed(s)\n    yield\n    random.setstate(state)\nrandom.seed(1)",
        "with seeded(5):\n    random.random()",
        RND,
    ),
    _of("seed by an alias", {P: True}, "from random import seed as s", "s(3)", RND),
    _of("seed by numpy alias", {N: True}, "from numpy.random import seed", "seed(3)", NP),
    _of("seed by getattr", {N: True}, "getattr(np.random, 'seed')(3)", NP),
    _of(
        "seed by a table",
        {P: True, N: True},
        "table = {'p': random.seed, 'n': np.random.seed}",
        "for f in table.values(): f(0)",
        f"{RND}, {NP}",
    ),
    _of("seed by map", {P: True, N: True}, "list(map(lambda f: f(0), (random.seed, np.random.seed)))", f"{RND}, {NP}"),
    _of("seed by partial", {P: True}, "import functools; p = functools.partial(random.seed, 3)", "p()", RND),
    _of("seed by exec", {P: True}, "exec('random.seed(3)')", RND),
    _of("seed of text", {P: True}, "random.seed('a text')", RND),
    _of("seed of a list", {N: True}, "np.random.seed([1, 2, 3])", NP),
    _of("seed of an array", {N: True}, "np.random.seed(np.arange(3))", NP),
    _of("seed made from a constant", {N: True}, "np.random.seed(len('abc') * 7 % 2**32)", NP),
    _of(
        "seed of a stable hash",
        {N: True},
        "import hashlib",
        "np.random.seed(int(hashlib.sha256(b'a').hexdigest()[:8], 16))",
        NP,
    ),
    _of("seed of hash of an int", {N: True}, "np.random.seed(hash(42))", NP),
    _of("seed from a seeded generator", {P: True}, "np.random.seed(1)", "random.seed(int(np.random.randint(99)))", RND),
    _of(
        "seed from a seeded generator in the same cell",
        {P: True},
        f"np.random.seed(1); random.seed(int(np.random.randint(99))); {RND}",
        RND,
    ),
    _of(
        "seed from an environment variable with a default",
        {P: True},
        "random.seed(int(os.environ.get('NO_SUCH_SEED', 3)))",
        RND,
    ),
    _of(
        "set_state of a seeded state",
        {N: True},
        "np.random.seed(1); state = np.random.get_state()",
        "np.random.seed()",
        "np.random.set_state(state)",
        NP,
    ),
    _of(
        "setstate of a seeded state",
        {P: True},
        "random.seed(1); state = random.getstate()",
        "random.seed()",
        "random.setstate(state)",
        RND,
    ),
    _of(
        "setstate after unseeded draws",
        {P: True},
        "random.seed(1); state = random.getstate(); random.random()",
        f"random.setstate(state); {RND}",
    ),
    _of("default_rng of an int", {"numpy.Generator:g": True}, "g = np.random.default_rng(1)", "g.normal()"),
    _of("default_rng of a list", {"numpy.Generator:g": True}, "g = np.random.default_rng([1, 2])", "g.normal()"),
    _of(
        "default_rng of 128 constant bits",
        {"numpy.Generator:g": True},
        "g = np.random.default_rng(0x87351080e25cb0fad77a44a3be03b491)",
        "g.normal()",
    ),
    _of(
        "default_rng of a SeedSequence",
        {"numpy.Generator:g": True},
        "g = np.random.default_rng(np.random.SeedSequence(1))",
        "g.normal()",
    ),
    _of("default_rng in one expression", {}, "np.random.default_rng(1).normal()"),
    _of(
        "Generator(PCG64(seed))",
        {"numpy.Generator:g": True},
        "g = np.random.Generator(np.random.PCG64(5))",
        "g.normal()",
    ),
    _of(
        "Generator(MT19937(seed))",
        {"numpy.Generator:g": True},
        "g = np.random.Generator(np.random.MT19937(5))",
        "g.normal()",
    ),
    _of("RandomState(seed)", {"numpy.RandomState:g": True}, "g = np.random.RandomState(5)", "g.rand()"),
    _of(
        "RandomState(MT19937(0))",
        {"numpy.RandomState:g": True},
        "g = np.random.RandomState(np.random.MT19937(0))",
        "g.rand()",
    ),
    _of(
        "RandomState seeded later",
        {"numpy.RandomState:g": True},
        "g = np.random.RandomState()",
        "g.seed(5)",
        "g.rand()",
    ),
    _of(
        "SeedSequence.spawn",
        {"numpy.Generator:gs.0": True},
        "gs = [np.random.default_rng(s) for s in np.random.SeedSequence(1).spawn(2)]",
        "gs[0].normal()",
    ),
    _of("Generator.spawn", {"numpy.Generator:gs.1": True}, "gs = np.random.default_rng(1).spawn(2)", "gs[1].normal()"),
    _of("jumped", {"numpy.Generator:g": True}, "g = np.random.Generator(np.random.PCG64(5).jumped())", "g.normal()"),
    _of(
        "state of a bit generator",
        {"numpy.Generator:g": True},
        "seeded = np.random.default_rng(1)\ng = np.random.default_rng()",
        "g.bit_generator.state = seeded.bit_generator.state",
        "g.normal()",
    ),
    _of(
        "check_random_state of an int",
        {"numpy.RandomState:g": True},
        "from sklearn.utils import check_random_state\ng = check_random_state(0)",
        "g.rand()",
        needs=("sklearn",),
    ),
    _of(
        "check_random_state of numpy's own",
        {N: True},
        "from sklearn.utils import check_random_state\nnp.random.seed(1)",
        "check_random_state(None).rand()",
        needs=("sklearn",),
    ),
    _of(
        "generator made by a local module",
        {"numpy.Generator:g": True},
        "import drawhelpers\ng = drawhelpers.made(3)",
        "g.normal()",
    ),
    _of("generator given by keyword", {"numpy.Generator:g": True}, "g = np.random.default_rng(seed=7)", "g.normal()"),
    _of(
        "generator handed on",
        {"numpy.Generator:g": True, "numpy.Generator:h": True},
        "g = np.random.default_rng(7); h = g",
        "h.normal()",
    ),
    _of(
        "generator in an attribute",
        {"numpy.Generator:m.rng": True},
        "class M: pass\nm = M(); m.rng = np.random.default_rng(1)",
        "m.rng.normal()",
    ),
    _of(
        "generator set as an attribute later",
        {"numpy.Generator:m.rng": True},
        "class M: pass\nm = M()",
        "m.rng = np.random.default_rng(1)",
        "m.rng.normal()",
    ),
    _of(
        "generator deep in attributes",
        {"numpy.Generator:m.inner.rng": True},
        "class M: pass\nm = M(); m.inner = M(); m.inner.rng = np.random.default_rng(1)",
        "m.inner.rng.normal()",
    ),
    _of(
        "generator in a closure",
        {"numpy.Generator:f.rng": True},
        "def make():\n    rng = np.random.default_rng(1)\n    return lambda: rng.normal()\nf = make()",
        "f()",
    ),
    _of(
        "generator in a default",
        {"numpy.Generator:f.rng": True},
        "def f(rng=np.random.default_rng(1)): return rng.normal()",
        "f()",
    ),
    _of(
        "generator in a class",
        {"numpy.Generator:C.rng": True},
        "class C:\n    rng = np.random.default_rng(1)",
        "C.rng.normal()",
    ),
    _of(
        "generator in a dictionary set later",
        {"numpy.Generator:box.g": True},
        "box = {}",
        "box['g'] = np.random.default_rng(1)",
        "box['g'].normal()",
    ),
    _of(
        "generator of a local module",
        {"numpy.Generator:drawhelpers.rng": True},
        "import drawhelpers",
        "drawhelpers.from_rng()",
    ),
    _of("random.Random(seed)", {"random.Random:r": True}, "r = random.Random(3)", "r.random()"),
    _of("random.Random seeded later", {"random.Random:r": True}, "r = random.Random()", "r.seed(3)", "r.random()"),
    _of(
        "scikit-learn with random_state",
        {},
        "from sklearn.ensemble import RandomForestClassifier as F",
        "F(n_estimators=2, random_state=0).fit([[0], [1]], [0, 1])",
        needs=("sklearn",),
    ),
    _of(
        "scikit-learn on numpy's seed",
        {N: True},
        "from sklearn.ensemble import RandomForestClassifier as F\nnp.random.seed(0)",
        "F(n_estimators=2).fit([[0], [1]], [0, 1])",
        needs=("sklearn",),
    ),
    _of(
        "scikit-learn with a RandomState",
        {"numpy.RandomState:g": True},
        "from sklearn.ensemble import RandomForestClassifier as F\ng = np.random.RandomState(1)",
        "F(n_estimators=2, random_state=g).fit([[0], [1]], [0, 1])",
        needs=("sklearn",),
    ),
    _of(
        "pandas sample with random_state",
        {},
        "import pandas as pd; d = pd.DataFrame({'a': range(9)})",
        "d.sample(3, random_state=1)",
    ),
    _of(
        "pandas sample on numpy's seed",
        {N: True},
        "import pandas as pd; d = pd.DataFrame({'a': range(9)}); np.random.seed(2)",
        "d.sample(3)",
    ),
    _of(
        "scipy with random_state",
        {},
        "from scipy import stats",
        "stats.norm.rvs(size=3, random_state=1)",
        needs=("scipy",),
    ),
    _of(
        "scipy on numpy's seed",
        {N: True},
        "from scipy import stats; np.random.seed(1)",
        "stats.norm.rvs(size=3)",
        needs=("scipy",),
    ),
    _of(
        "scipy bootstrap with a seed",
        {},
        "from scipy import stats",
        "stats.bootstrap(([1., 2, 3],), np.mean, n_resamples=9, rng=1)",
        needs=("scipy",),
    ),
    _of(
        "seed for a while, drawn meanwhile",
        {N: True},
        "import drawhelpers",
        "with drawhelpers.for_a_while(3): np.random.rand()",
    ),
    _of(
        "seed from a namedtuple",
        {P: True},
        "from collections import namedtuple; T = namedtuple('T', 'seed t'); a = T(3, time.time())",
        "random.seed(a.seed)",
        RND,
    ),
    _of("seed of hash of a tuple of ints", {P: True}, "n = 2", "random.seed(hash((n, 1)))", RND),
    _of("seed of the size of a set", {P: True}, "random.seed(len({'a', 'b'}))", RND),
    _of("seed of a set's sorted items", {P: True}, "random.seed(sorted({'a', 'b'})[0])", RND),
    _of(
        "seed by a script",
        {P: True},
        "%run drawscript.py",
        RND,
    ),
    _of("a seed behind a branch", {P: True}, "DEBUG = True\nif DEBUG:\n    random.seed(1)", RND),
    _of("a seed by a magic", {P: True}, "%time random.seed(1)", RND),
    _of("a seed under %%time", {P: True}, f"%%time\nrandom.seed(1)\n{RND}", RND),
    # Not reproducible, though something was seeded.
    _of("nothing seeded", {P: False}, RND),
    _of("drawn before it is seeded", {P: False}, f"x = {RND}; random.seed(1)"),
    _of("seed()", {P: False}, "random.seed(1); random.seed()", RND),
    _of("seed(None)", {N: False}, "np.random.seed(1)", "np.random.seed(None)", NP),
    _of("seed of hash of a text", {P: False}, "random.seed(hash('a'))", RND),
    _of("seed of the clock", {P: False}, "random.seed(time.time())", RND),
    _of("seed of the clock, imported by name", {P: False}, "from time import time as now", "random.seed(now())", RND),
    _of(
        "seed of the clock through variables",
        {P: False},
        "t = time.time()",
        "s = int(t * 1000) % 2**32",
        "random.seed(s)",
        RND,
    ),
    _of(
        "seed of the clock, made again of itself",
        {N: False},
        "s = int(time.time())\n" + "s = s + s * s % 7 - s\n" * 30 + "np.random.seed(s % 1000)",
        NP,
    ),
    _of("seed of the clock in the same cell", {N: False}, "s = int(time.time())\nnp.random.seed(s)", NP),
    _of("seed of the clock by a function", {P: False}, "def pick(): return time.time_ns()", "random.seed(pick())", RND),
    _of(
        "seed of the clock in a function", {P: False}, "def go():\n    s = time.time()\n    random.seed(s)", "go()", RND
    ),
    _of("seed of the clock as an argument", {P: False}, "def go(s):\n    random.seed(s)", "go(time.time())", RND),
    _of("seed of the clock as a default", {P: False}, "def go(s=time.time()):\n    random.seed(s)", "go()", RND),
    _of(
        "seed of the clock in a local module",
        {P: False, N: False},
        "import drawhelpers",
        "drawhelpers.setup_by_clock()",
        f"{RND}, {NP}",
    ),
    _of("seed of a local module's start time", {P: False}, "import drawhelpers", "drawhelpers.setup_by_start()", RND),
    _of(
        "seed of a class's start time",
        {P: False},
        "class CFG:\n    seed = 3\n    started = time.time()",
        "random.seed(CFG.started)",
        RND,
    ),
    _of(
        "seed of a dictionary's start time",
        {P: False},
        "cfg = {'seed': 3, 'started': time.time()}",
        "random.seed(cfg['started'])",
        RND,
    ),
    _of(
        "seed of datetime", {P: False}, "from datetime import datetime", "random.seed(datetime.now().timestamp())", RND
    ),
    _of(
        "seed of the clock in an attribute",
        {N: False},
        "class M:\n    def __init__(self): self.s = int(time.time())\n    def go(self): np.random.seed(self.s)\nm = M()",
        "m.go()",
        NP,
    ),
    _of(
        "seed of a namedtuple's start time",
        {P: False},
        "from collections import namedtuple; T = namedtuple('T', 'seed t'); a = T(3, time.time())",
        "random.seed(a.t)",
        RND,
    ),
    _of("seed of numpy's now", {P: False}, "random.seed(int(np.datetime64('now').astype(int)))", RND),
    _of("seed of a thread's number", {P: False}, "import threading; random.seed(threading.get_ident())", RND),
    _of("seed of a set's first item", {P: False}, "random.seed(list({'a', 'b', 'c'})[0])", RND),
    _of("seed of hash of a tuple of texts", {P: False}, "random.seed(hash(('a', 1)))", RND),
    _of(
        "seed of hash after the hash seed was set, too late",
        {P: False},
        "os.environ['PYTHONHASHSEED'] = '0'; random.seed(hash('a'))",
        RND,
    ),
    _of(
        "seed of the clock by a script",
        {P: False},
        "%run drawclock.py",
        RND,
    ),
    _of(
        "seed for a while, drawn afterwards",
        {N: False},
        "import drawhelpers\nwith drawhelpers.for_a_while(3): np.random.rand()",
        NP,
    ),
    _of("seed of the process", {P: False}, "random.seed(os.getpid())", RND),
    _of("seed of os.urandom", {N: False}, "np.random.seed(int.from_bytes(os.urandom(4), 'little'))", NP),
    _of("seed of uuid", {P: False}, "random.seed(uuid.uuid4().int)", RND),
    _of("seed of secrets", {P: False}, "import secrets; random.seed(secrets.randbits(32))", RND),
    _of("seed of id", {P: False}, "random.seed(id(object()))", RND),
    _of("seed from an unseeded generator", {P: False}, "random.seed(int(np.random.randint(99)))", RND),
    _of(
        "seed from an unseeded generator's variable",
        {P: False},
        "s = np.random.randint(99)",
        "random.seed(int(s))",
        RND,
    ),
    _of(
        "seed from an unseeded Generator",
        {P: False},
        "g = np.random.default_rng()",
        "random.seed(int(g.integers(99)))",
        RND,
    ),
    _of("seed from a fresh Generator", {P: False}, "random.seed(int(np.random.default_rng().integers(99)))", RND),
    _of(
        "setstate of an unseeded state",
        {P: False},
        "state = random.getstate()",
        "random.seed(1)",
        "random.setstate(state)",
        RND,
    ),
    _of("default_rng()", {U: False}, "g = np.random.default_rng()"),
    _of("drawing from default_rng()", {"numpy.Generator:g": False}, "g = np.random.default_rng()", "g.normal()"),
    _of("default_rng(None)", {"numpy.Generator:g": False}, "g = np.random.default_rng(None)", "g.normal()"),
    _of(
        "default_rng of the clock",
        {"numpy.Generator:g": False},
        "g = np.random.default_rng(time.time_ns())",
        "g.normal()",
    ),
    _of("default_rng of hash", {"numpy.Generator:g": False}, "g = np.random.default_rng(abs(hash('a')))", "g.normal()"),
    _of(
        "default_rng of a variable made of the clock",
        {"numpy.Generator:g": False},
        "s = time.time_ns()",
        "g = np.random.default_rng(s)",
        "g.normal()",
    ),
    _of(
        "default_rng of the clock in a function",
        {"numpy.Generator:g": False},
        "def make():\n    return np.random.default_rng(time.time_ns())\ng = make()",
        "g.normal()",
    ),
    _of("Generator(PCG64())", {"numpy.Generator:g": False}, "g = np.random.Generator(np.random.PCG64())", "g.normal()"),
    _of(
        "PCG64 of the clock",
        {"numpy.Generator:g": False},
        "g = np.random.Generator(np.random.PCG64(time.time_ns()))",
        "g.normal()",
    ),
    _of("RandomState()", {"numpy.RandomState:g": False}, "g = np.random.RandomState()", "g.rand()"),
    _of(
        "RandomState of the clock",
        {"numpy.RandomState:g": False},
        "g = np.random.RandomState(int(time.time()))",
        "g.rand()",
    ),
    _of(
        "spawned from entropy",
        {"numpy.Generator:gs.0": False},
        "gs = np.random.default_rng().spawn(2)",
        "gs[0].normal()",
    ),
    _of("random.Random()", {"random.Random:r": False}, "r = random.Random()", "r.random()"),
    _of("random.Random of the clock", {"random.Random:r": False}, "r = random.Random(time.time())", "r.random()"),
    _of("default_rng() in one expression", {U: False}, "np.random.default_rng().normal()"),
    _of("default_rng() in a function", {U: False}, "def f(): return np.random.default_rng().normal()", "f()"),
    _of("default_rng() in a local module", {U: False}, "import drawhelpers", "drawhelpers.fresh()"),
    _of("default_rng(None) in a local module", {U: False}, "import drawhelpers", "drawhelpers.fresh_none()"),
    _of(
        "unseeded generator of a local module",
        {"numpy.Generator:drawhelpers.wild": False},
        "import drawhelpers",
        "drawhelpers.from_wild()",
    ),
    _of("unseeded draws in a local module", {P: False}, "import drawhelpers", "drawhelpers.roll()"),
    _of(
        "scikit-learn without random_state",
        {N: False},
        "from sklearn.ensemble import RandomForestClassifier as F",
        "F(n_estimators=2).fit([[0], [1]], [0, 1])",
        needs=("sklearn",),
    ),
    _of(
        "random_state drawn unseeded",
        {N: False},
        "from sklearn.ensemble import RandomForestClassifier as F",
        "F(n_estimators=2, random_state=np.random.randint(99)).fit([[0], [1]], [0, 1])",
        needs=("sklearn",),
    ),
    _of(
        "train_test_split",
        {N: False},
        "from sklearn.model_selection import train_test_split",
        "train_test_split([1, 2, 3, 4])",
        needs=("sklearn",),
    ),
    _of("pandas sample", {N: False}, "import pandas as pd; d = pd.DataFrame({'a': range(9)})", "d.sample(3)"),
    _of("scipy rvs", {N: False}, "from scipy import stats", "stats.norm.rvs(size=3)", needs=("scipy",)),
    _of(
        "scipy bootstrap",
        {N: False},
        "from scipy import stats",
        "stats.bootstrap(([1., 2, 3],), np.mean, n_resamples=9)",
        needs=("scipy",),
    ),
    _of(
        "scipy bootstrap with rng=None",
        {U: False},
        "from scipy import stats",
        "stats.bootstrap(([1., 2, 3],), np.mean, n_resamples=9, rng=None)",
        needs=("scipy",),
    ),
    _of(
        "scipy differential evolution",
        {N: False},
        "from scipy.optimize import differential_evolution as de",
        "de(lambda x: x[0] ** 2, [(-1, 1)], maxiter=1)",
        needs=("scipy",),
    ),
    _of("torch unseeded", {"torch": False}, "import torch", "torch.rand(2)", needs=("torch",)),
    _of(
        "torch seeded", {"torch": True}, "import torch; torch.manual_seed(3)", "torch.nn.Linear(2, 2)", needs=("torch",)
    ),
    _of(
        "torch seeded by the clock",
        {"torch": False},
        "import torch; torch.manual_seed(int(time.time()))",
        "torch.rand(2)",
        needs=("torch",),
    ),
    _of(
        "torch.Generator",
        {"torch.Generator:g": True},
        "import torch; g = torch.Generator(); g.manual_seed(4)",
        "torch.rand(2, generator=g)",
        needs=("torch",),
    ),
    _of(
        "torch DataLoader",
        {"torch": True},
        "import torch; from torch.utils.data import DataLoader; torch.manual_seed(0)",
        "list(DataLoader([1, 2, 3], shuffle=True))",
        needs=("torch",),
    ),
    _of("seed of a clock imported in place", {P: False}, "random.seed(__import__('time').time())", RND),
    # Nothing drawn at all.
    _of("making a seeded generator", {}, "g = np.random.default_rng(1)"),
    _of("looking at the state", {}, "random.getstate(); np.random.get_state();"),
    _of("copying a generator", {}, "import copy; g = np.random.default_rng(1)", "h = copy.deepcopy(g)"),
)
