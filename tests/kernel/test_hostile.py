"""Hostile code: the same outputs and the same tracebacks, byte for byte, tracked or not; and every run is recorded.

Each story runs in two fresh processes. A story that the tracker would hang or crash in fails here. (No function that
raises is written on one line here: which of a line's statements IPython takes for the failing one hangs on addresses.)
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_repro.journal import reader

DRIVER = Path(__file__).with_name("hostile_driver.py")
HOOKS = "__eq__ __hash__ __repr__ __str__ __reduce__ __reduce_ex__ __getstate__ __getattr__ __len__ __iter__ __bool__ __sizeof__"

STORIES: dict[str, list[str]] = {
    "methods that raise": [
        f"def boom(*a, **k):\n    raise RuntimeError('boom')\nclass Bad: pass\nfor n in {HOOKS!r}.split(): setattr(Bad, n, boom)",
        "b = Bad(); l = [b, 1]; d = {'k': b}",
        "b",
        "l.append(b); c = l",
        "b == 1",
        "d['z'] = (b,)\nprint(len(d), len(l))",
    ],
    "methods that hang": [
        f"import time\ndef hang(*a): time.sleep(600)\nclass Slow: pass\nfor n in {HOOKS!r}.split(): setattr(Slow, n, hang)",
        "s = Slow(); l = [s]; d = {1: s}; t = (s,)",
        "l.append(2); d[2] = s; u = s",
        "def f(x=s): return 1\nf()",
    ],
    "methods that lie": [
        "class Liar:\n    __class__ = int\n    def __eq__(self, o): return True\n    def __hash__(self): return 1\n"
        "    def __len__(self): return -1\n    def __repr__(self): return 'x' * 10",
        "a = Liar(); b = [a, a]; c = {a: 1}",
        "a.v = 3; b[0] = Liar(); isinstance(a, int), len(c), b",
    ],
    "attributes under guard": [
        "class G:\n    def __getattribute__(self, n):\n        raise AttributeError('no ' + n)\n"
        "    @property\n    def __dict__(self):\n        raise KeyError",
        "g = G(); h = [g]",
        "g.x",
        "class P:\n    @property\n    def p(self): print('computed'); return 1\n    def __get__(self, *a): print('get'); return 2",
        "p = P(); q = [p]\nclass Q:\n    d = p\nprint('done')",
        "q.append(p)",
    ],
    "a metaclass that watches": [
        "class M(type):\n    def __getattribute__(c, n): print('look', n); return type.__getattribute__(c, n)\n"
        "    def __eq__(c, o): print('eq'); return c is o\n    def __hash__(c): print('hash'); return 1\n"
        "    def __instancecheck__(c, i): print('inst'); return False",
        "class C(metaclass=M): pass",
        "x = C(); y = [x, C]",
        "y.append(x)",
    ],
    "things freed in time": [
        "import sys, weakref\nclass D:\n    def __init__(self, n): self.n = n\n    def __del__(self): print('freed', self.n)",
        "a = D(1); b = [D(2)]; c = {'x': D(3)}",
        "del a\nprint('after a')",
        "b[0] = None\nprint('after b')",
        "c = None\nprint('after c')",
        "e = D(4); r = weakref.ref(e, lambda _: print('gone'))",
        "print(sys.getrefcount(e), sys.getrefcount(b))",
        "e = D(5)",
        "def f():\n    local = D(6)\nf(); print('left f')",
        "%reset -f",
        "print('end')",
    ],
    "recursion": [
        "import sys\nsys.setrecursionlimit(400)",
        "def f(n): return f(n + 1)\nf(0)",
        "deep = []\nfor _ in range(100_000): deep = [deep]",
        "loop = []; loop.append(loop); table = {}; table['t'] = table\nloop, table",
        "class N: pass\nn = N(); n.me = n; n.l = [n]",
        "n.l.append(n); len(n.l)",
        "while deep: deep = deep.pop()",
    ],
    "generators and coroutines": [
        "def g():\n    for i in range(5): print('step', i); yield i\nx = g(); it = iter([1, 2, 3]); z = zip([1, 2], 'ab')",
        "next(x), next(it), next(z)",
        "y = [x, it, z]",
        "next(x), next(it), list(z)",
        "async def co(): return 5\nc = co()",
        "await c",
        "del x, y\nprint('x')",
    ],
    "modules taken away": [
        "import sys, json, random, hashlib, ast, inspect",
        "for n in ('json', 'hashlib', 'random', 'ast', 'marshal', 'zlib', 'dis'): sys.modules.pop(n, None)",
        "import json\njson.dumps({'a': 1})",
        "sys.modules['hashlib'] = None\nsys.modules['numpy'] = sys.modules['pandas'] = sys.modules['matplotlib'] = 'nonsense'",
        "x = [1, 2]; x.append(3); x",
        "for n in ('hashlib', 'numpy', 'pandas', 'matplotlib'): del sys.modules[n]\nx",
    ],
    "functions replaced": [
        "import builtins, hashlib, json, time, os, marshal",
        "builtins.id = lambda o: 1/0\nhashlib.sha1 = json.dumps = marshal.dumps = time.time = lambda *a, **k: 1/0",
        "x = [1]; x.append(2); print(x)",
        "x.append(3)\nundefined",
    ],
    "open replaced": [
        "import builtins, io, os",
        "from unittest import mock\nwith mock.patch('builtins.open', mock.mock_open(read_data='fake')) as m:\n"
        "    print(open('nothing').read(), m.call_count)",
        "real = open\ndef fake(*a, **k): print('opened', a); return real(*a, **k)\nopen = fake",
        "open('w.txt', 'w').write('x')",
        "del open\nopen('w.txt').read()",
        "open('missing.txt')",
    ],
    "forks": [
        "import os, sys\npid = os.fork()\nif pid == 0:\n    x = 1\n    os._exit(0)\nprint(os.waitpid(pid, 0)[1])",
        "import multiprocessing as mp\nctx = mp.get_context('fork')\ndef work(q): q.put([1, 2])\nq = ctx.Queue()\n"
        "p = ctx.Process(target=work, args=(q,)); p.start(); print(q.get()); p.join(); print(p.exitcode)",
        "y = [1]\ny.append(2)\ny",
    ],
    "threads": [
        "import threading\nns = globals()\nstop = False\ndef churn():\n    i = 0\n    while not stop:\n        i += 1\n"
        "        ns[f'churn_{i % 50}'] = [i]\n        ns.pop(f'churn_{(i + 25) % 50}', None)\n"
        "t = threading.Thread(target=churn, daemon=True); t.start()",
        "a = [1]",
        "a.append(2); b = {'a': a}",
        "stop = True\nt.join()\nprint(a, b)",
        "ts = [threading.Thread(target=lambda: None) for _ in range(500)]\nfor t in ts: t.start()\nfor t in ts: t.join()\n"
        "threading.active_count()",
    ],
    "descriptors closed": [
        "import os\nx = [1]",
        "for fd in range(3, 64):\n    try: os.close(fd)\n    except OSError: pass\nprint('closed')",
        "x.append(2); x",
        "open('a.txt', 'w').write('abc')",
        "open('a.txt').read()",
    ],
    "the folder deleted": [
        "import os, tempfile, shutil\nhere = os.getcwd(); d = tempfile.mkdtemp(); os.chdir(d); shutil.rmtree(d)",
        "x = [1]",
        "x.append(2); x",
        "open('y')",
        "os.getcwd()",
        "os.chdir(here); x",
    ],
    "the journal deleted": [
        "x = 1",
        "import shutil, os\nshutil.rmtree('.repro', ignore_errors=True)",
        "x = x + 1\nx",
        "import random; r = random.random()",
        "sorted(n for n in os.listdir() if not n.startswith('.'))",
    ],
    "errors of all kinds": [
        "1 / 0",
        "def f(x):\n    return g(x)\ndef g(x):\n    raise ValueError('bad') from KeyError('k')\nf(1)",
        "class E(Exception):\n    def __str__(self):\n        raise TypeError('in str')\n    def __repr__(self):\n        raise TypeError('in repr')\nraise E",
        "raise E('x') from E('y')",
        "x = = 1",
        "if True:\nx",
        "raise SystemExit(3)",
        "raise KeyboardInterrupt",
        "class B(BaseException): pass\nraise B('base')",
        "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    saved = e\nraise saved",
        "%xmode Verbose",
        "secret = {'k': [1]}\nf(secret)",
        "%xmode Minimal\n",
        "f(2)",
        "assert secret == 1, 'no'",
        "%nomagic",
    ],
    "a shell of the user's own making": [
        "import ast, sys\nip = get_ipython()\nclass T(ast.NodeTransformer):\n    def visit_Constant(self, n):\n"
        "        return ast.Constant(n.value + 1) if isinstance(n.value, int) else n\nip.ast_transformers.append(T())",
        "x = 1; x",
        "ip.ast_transformers.clear()",
        "ip.set_custom_exc((ValueError,), lambda self, t, v, tb, tb_offset=None: print('custom', v))",
        "raise ValueError('mine')",
        "sys.displayhook, old = (lambda v: print('shown', v)), sys.displayhook",
        "sys.displayhook = old\nip.run_cell('y = 5; y'); y",
        "ip.run_cell('1/0')\nprint('after')",
        "import io\nsys.stdout, kept = io.StringIO(), sys.stdout",
        "print('lost')",
        "sys.stdout = kept\nprint('back')",
        "%%capture out\nprint('inside'); z = 3",
        "out.stdout, z",
        "ip.reset()",
        "'x' in globals(), len(get_ipython().user_ns['In'])",
    ],
    "names that are no names": [
        "globals()[1] = 'one'; globals()[(1, 2)] = 'two'; globals()[None] = 3",
        "class S(str):\n    def __eq__(self, o): print('eq'); return str.__eq__(self, o)\n    __hash__ = str.__hash__",
        "globals()['plain'] = 1; x = [1]",
        "x.append(2); sorted(n for n in globals() if isinstance(n, str) and not n.startswith('_'))[:3]",
        "del globals()[1], globals()[(1, 2)], globals()[None]\nx",
        "In = Out = _ = exit = 5\nx",
    ],
    "tracers and hooks": [
        "import sys\nseen = []\ndef tracer(frame, event, arg):\n    if 'ipython-input' in frame.f_code.co_filename: seen.append(event)\n"
        "    return tracer\nsys.settrace(tracer)",
        "def f():\n    return 1\nf()",
        "sys.settrace(None)\nprint(seen.count('call') > 0)",
        "if hasattr(sys, 'monitoring'):\n    m = sys.monitoring; m.use_tool_id(1, 'mine'); n = []\n"
        "    m.register_callback(1, m.events.PY_START, lambda c, o: n.append(c.co_name) if c.co_name == 'f' else None)\n"
        "    m.set_events(1, m.events.PY_START); f(); m.set_events(1, 0); m.free_tool_id(1); assert n == ['f']\nprint('ok')",
        "import gc\nprint(gc.isenabled(), gc.get_threshold(), len(gc.callbacks))",
        "sys.addaudithook(lambda e, a: (_ for _ in ()).throw(RuntimeError('audited')) if e == 'my.event' else None)\nsys.audit('my.event')",
    ],
    "limits set by the user": [
        "import sys, decimal, warnings\nsys.set_int_max_str_digits(640)\nx = 10 ** 5000; y = [x] * 3",
        "y.append(x); len(y)",
        "warnings.simplefilter('error')\ndecimal.getcontext().traps[decimal.Inexact] = True",
        "z = decimal.Decimal(1) / 8; z",
        "import re\nt = '\\d'",
        "print('1 is 1' and (1 is 1))",
        "warnings.simplefilter('default'); warnings.warn('once'); warnings.warn('once')",
    ],
    "randomness untouched": [
        "import random\nrandom.seed(1); a = random.random(); g = random.gauss(0, 1)",
        "print(a, g, random.gauss(0, 1))",
        "import numpy as np\nnp.random.seed(1); n = np.random.randn()",
        "print(n, np.random.randn(), np.random.rand())",
        "rng = np.random.default_rng(3); k = rng.integers(9)",
        "print(k, rng.integers(9), rng.normal())",
        "r = random.Random(5); b = [r]",
        "b[0].random(), r.random()",
    ],
    "arrays of the user's own kind": [
        "import numpy as np, pandas as pd\nclass A(np.ndarray):\n    def __array_finalize__(self, o): print('finalize')\n"
        "    @property\n    def shape(self): print('shape'); return (1,)\n    def __array_function__(self, *a): print('function')",
        "a = np.zeros(3).view(A); b = [a]",
        "b.append(1); c = a",
        "class F(pd.DataFrame):\n    @property\n    def _constructor(self): print('made'); return F\n    def __len__(self): print('len'); return 1",
        "f = F({'x': [object(), 2]}); o = np.array([f, None], dtype=object)",
        "o[1] = f",
    ],
    "tasks that end later": [
        "import asyncio\nasync def later():\n    await asyncio.sleep(0.05); print('late'); globals()['made'] = [1]\nt = asyncio.create_task(later())",
        "x = 1",
        "await asyncio.sleep(0.2)\nprint(made, t.done())",
        "async def fails():\n    raise ValueError('in task')\nt = asyncio.ensure_future(fails())\nawait asyncio.sleep(0)",
        "await t",
    ],
    "an environment without its mapping": [
        "import os\nkept, os.environ = os.environ, {'A': 'b'}",
        "x = [os.environ['A']]; x.append(1); x",
        "os.environ = kept; 'PATH' in os.environ",
    ],
}  # fmt: skip


def begin(story: str, folder: Path, account: str) -> subprocess.Popen[str]:
    folder.mkdir()
    return subprocess.Popen(
        [sys.executable, str(DRIVER), json.dumps(STORIES[story]), account],
        cwd=folder,
        env={**os.environ, "PYTHONHASHSEED": "0", "IPYTHONDIR": str(folder / ".ipython"), "PYTHONWARNINGS": "default"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    )


def told_by(process: subprocess.Popen[str], folder: Path) -> str:
    try:
        out, err = process.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        err += "\nHUNG"
    text = f"{out}\n=== stderr\n{err}\n=== {process.returncode}"
    text = re.sub(r"^jupyter-repro: .*\n", "", text, flags=re.MULTILINE)  # told once, on the terminal's stderr
    text = re.sub(r"0x[0-9a-f]{6,}", "0x", text.replace(str(folder), "FOLDER"))
    return re.sub(r"/tmp/tmp\w+|ipython_\d+|pid=\d+", "TMP", text)


@pytest.mark.kernel
@pytest.mark.parametrize("story", STORIES)
def test_the_cells_do_the_same_as_without_the_tracker(story: str, tmp_path: Path) -> None:
    account = tmp_path / "account.json"
    tracked, bare = (
        begin(story, tmp_path / "tracked", str(account)),
        begin(story, tmp_path / "bare", ""),
    )
    expected = told_by(bare, tmp_path / "bare")
    assert told_by(tracked, tmp_path / "tracked") == expected
    assert "HUNG" not in expected
    told = json.loads(account.read_text())
    assert told["runs"] == len(STORIES[story])
    if story in ("the journal deleted", "descriptors closed"):
        return
    session = reader.read(Path(told["journal"]))
    assert [run.source for run in session.runs] == STORIES[story]
    assert not session.damage
    unwatched = [spot for run in session.runs for spot in run.blind_spots if "could not be watched" in spot]
    if story != "functions replaced":  # there, saying so is all that can be done
        assert unwatched == []
