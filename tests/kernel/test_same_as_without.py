# ruff: noqa: E501
"""Cells show the same, byte for byte, with the tracker and without it: outputs, errors and tracebacks."""

from __future__ import annotations

import json
import re

import pytest

from tests.capture.kernels import TrackedKernel

pytestmark = pytest.mark.kernel

CELLS = {
    "imports": "import builtins, inspect, io, os, shutil, sqlite3, traceback, warnings",
    "open a missing file": "open('missing.txt')",
    "open badly": "open('x', 'nonsense')",
    "open without arguments": "open()",
    "traceback of a missing file as text": "import traceback\ntry:\n    open('missing.txt')\nexcept OSError:\n    print(traceback.format_exc())",
    "logging of a missing file": "import logging\ntry:\n    open('missing.txt')\nexcept OSError:\n    logging.exception('no')",
    "chained errors": "try:\n    open('missing.txt')\nexcept OSError as error:\n    raise ValueError('no') from error",
    "error while handling": "try:\n    open('missing.txt')\nexcept OSError:\n    1 / 0",
    "open through pathlib": "from pathlib import Path; Path('missing.txt').read_text()",
    "remove a missing file": "import os; os.remove('missing.txt')",
    "rename a missing file": "import os; os.rename('missing.txt', 'other.txt')",
    "os.open a missing file": "import os; os.open('missing.txt', os.O_RDONLY)",
    "sqlite in a missing folder": "import sqlite3; sqlite3.connect('missing/x.db')",
    "program that does not exist": "import subprocess; subprocess.run(['no-such-program'])",
    "program that fails": "subprocess.run(['false'], check=True)",
    "refused connection": "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9/')",
    "environment variable that is not set": "import os; os.environ['NOT_SET_AT_ALL']",
    "environment of a wrong type": "os.environ[3]",
    "module that does not exist": "import no_such_module",
    "module that fails": "open('failing.py', 'w').write('1 / 0'); import failing",
    "h5py would be imported": "import importlib.util; importlib.util.find_spec('h5py') is not None",
    "division": "def f():\n    return 1 / 0\nf()",
    "syntax error": "a = = 1",
    "indentation error": "if True:\nprint(1)",
    "interrupt": "raise KeyboardInterrupt",
    "exit": "raise SystemExit(3)",
    "own exception with a failing str": "class Odd(Exception):\n    def __str__(self): raise RuntimeError('no')\nraise Odd",
    "exception group": "raise ExceptionGroup('g', [ValueError(1), OSError(2)])",
    "recursion": "def g(): return g()\ntry:\n    g()\nexcept RecursionError as error: print(type(error), str(error)[:32])",
    "mocked open": "from unittest import mock\nwith mock.patch('builtins.open', mock.mock_open(read_data='x')):\n    print(__builtins__.open('y').read())",
    "signature of open": "import inspect; print(inspect.signature(os.remove))",
    "open is open": "import io, builtins; (io.open is builtins.open, open.__name__, builtins.open.__name__, builtins.open.__module__)",
    "open as it is": "(builtins.open, io.open, type(builtins.open), inspect.signature(builtins.open), builtins.open.__self__, builtins.open.__qualname__, hasattr(builtins.open, '__dict__'))",
    "functions of os as they are": "[(f, type(f), f.__module__, inspect.signature(f)) for f in (os.open, os.remove, os.rename, os.chdir, os.link, os.system)]",
    "what os can do": "sorted({f.__name__ for f in os.supports_dir_fd}), os.open in os.supports_dir_fd, os.unlink in os.supports_dir_fd, shutil._use_fd_functions",
    "open of a cell": "import inspect; print(open, inspect.getsource(open.__code__)); open.__code__.co_firstlineno, open.__code__.co_filename, open.__wrapped__",
    "frames of a failing open": "try:\n    open('missing.txt')\nexcept OSError as error:\n    tb, seen = error.__traceback__, []\n    while tb: seen.append((tb.tb_frame.f_code.co_name, tb.tb_lineno)); tb = tb.tb_next\nseen",
    "stack within open": "def opener(path, flags):\n    print([each.f_code.co_name for each, _ in traceback.walk_stack(None)][:4]); return os.open(path, flags)\nopen('kw.txt', 'w', opener=opener).close()",
    "warning from C within open": "open('kw.txt', 'rb', 1).close(); open('kw.txt', 'rb', buffering=1).close()",
    "warning from C within builtins.open": "builtins.open('kw.txt', 'rb', 1).close()\nio.open('kw.txt', 'rb', buffering=1).close()",
    "warning within an opener": "def opener(path, flags):\n    warnings.warn('mine', stacklevel=1); return os.open(path, flags)\nopen('kw.txt', opener=opener).close()",
    "warning of sqlite3": "warnings.simplefilter('always'); c = sqlite3.connect(':memory:', 5.0); c.close()\nwarnings.simplefilter('default')",
    "debugger on a failing remove": "import pdb, bdb\ntry:\n    os.remove('missing.txt')\nexcept OSError as error:\n    print([f.f_code.co_name for f, _ in bdb.Bdb().get_stack(None, error.__traceback__)][-1:], len(list(traceback.walk_tb(error.__traceback__))), len(inspect.getinnerframes(error.__traceback__)))",
    "pickled open": "import pickle; pickle.loads(pickle.dumps(builtins.open)) is builtins.open",
    "pickled os functions": "[pickle.loads(pickle.dumps(f)) is f for f in (os.open, os.remove, os.rename, os.system)]",
    "keyword arguments": "open(file='kw.txt', mode='w', encoding='utf-8').close(); open(**{'file': 'kw.txt'}).read()",
    "opener": "open('kw.txt', opener=lambda path, flags: os.open(path, flags)).read()",
    "descriptor": "fd = os.open('kw.txt', os.O_RDONLY); f = open(fd); f.read(); f.close()",
    "bytes path": "open(b'kw.txt').read()",
    "closed file": "f = open('kw.txt'); f.close(); f.read()",
    "warning": "import warnings; warnings.warn('once')",
    "warning that is shown once": "for _ in range(3): warnings.warn('again')",
    "warning with a stack level": "def w(): warnings.warn('deep', DeprecationWarning, stacklevel=2)\nw()",
    "invalid escape": "print('\\d')",
    "garbage collector": "import gc; gc.isenabled(), gc.get_threshold(), gc.callbacks",
    "hooks": "import sys; sys.gettrace(), sys.getprofile(), sys.excepthook is sys.__excepthook__",
    "recursion limit": "sys.getrecursionlimit()",
    "path": "[p for p in sys.path if 'repro' in p]",
    "names": "sorted(name for name in globals() if not name.startswith('_'))[:12]",
    "history": "len(In), sorted(Out)[:3], _",
    "awaited": "import asyncio\nasync def a():\n    await asyncio.sleep(0)\n    return open('missing.txt')\nawait a()",
    "tasks": "len(asyncio.all_tasks()), asyncio.current_task() is not None",
    "threads": "import threading; [t.name for t in threading.enumerate() if 'repro' in t.name.lower()]",
    "error in a thread": "t = threading.Thread(target=lambda: 1 / 0); t.start(); t.join()",
    "fork": "pid = os.fork()\nif not pid:\n    open('kw.txt').read(); os._exit(7)\nos.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])",
    "%time of nothing": "%timeit -n1 -r1 -q pass",
    "unknown magic": "%no_such_magic",
    "shell": "!exit 3\nprint(_exit_code)",
    "%%bash that fails": "%%bash\nexit 4",
    "nested run_cell": "get_ipython().run_cell('open(\"missing.txt\")'); print('on')",
    "%%capture": "%%capture out\nprint('x'); 1 / 0",
    "%run": "open('script.py', 'w').write('1 / 0')\n%run script.py",
    "%xmode": "%xmode Verbose\nopen('missing.txt')",
    "back from %xmode": "%xmode Context",
    "debugger's list": "import bdb; bdb.Bdb().get_stack.__name__",
    "deleted working directory": "import tempfile\nd = tempfile.mkdtemp(); os.chdir(d); os.rmdir(d)\nopen('x')",
    "in no directory": "1 + 1",
    "back": "os.chdir('/'); os.getcwd()",
    "closed stdout": "import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()) as s: print('x')\ns.getvalue()",
    "reset": "%reset -f\nprint('reset')",
    "after the reset": "sorted(name for name in globals() if not name.startswith('_'))",
    "get_ipython().reset()": "get_ipython().reset()",
    "after that": "1",
}


def _plain(outputs: list[dict[str, object]]) -> str:
    """The outputs as text, without what differs between any two kernels."""
    joined: list[dict[str, object]] = []
    for output in outputs:  # a stream comes in pieces as time has it
        if joined and output["output_type"] == "stream" and output.get("name") == joined[-1].get("name"):
            joined[-1] = {**joined[-1], "text": f"{joined[-1]['text']}{output['text']}"}
        else:
            joined.append(output)
    text = json.dumps(joined, indent=1, sort_keys=True)
    text = re.sub(r"ipykernel_\d+", "ipykernel_PID", text)
    text = re.sub(r"0x[0-9a-f]+", "0x", text)
    return re.sub(r"/tmp/tmp\w+|pid=\d+", "TMP", text)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, str]]:
    shown: dict[str, list[str]] = {name: [] for name in CELLS}
    for track in (True, False):
        folder = tmp_path_factory.mktemp("same") / "project"
        folder.mkdir()
        with TrackedKernel(folder, track=track) as kernel:
            for name, source in CELLS.items():
                shown[name].append(_plain(kernel.run(source)).replace(str(folder), "FOLDER"))
    return {name: (texts[0], texts[1]) for name, texts in shown.items()}


@pytest.mark.parametrize("name", CELLS)
def test_shows_the_same(name: str, both: dict[str, tuple[str, str]]) -> None:
    with_tracker, without = both[name]
    assert with_tracker == without
