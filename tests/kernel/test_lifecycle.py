# ruff: noqa: E501
"""Loading, unloading, interrupts, deaths and restarts of tracked kernels; who owns which journal."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import nbformat
import pytest

from jupyter_repro.cli.main import main
from jupyter_repro.journal import folder, reader
from tests.capture.kernels import KernelGone, TrackedKernel

pytestmark = pytest.mark.kernel

SNAPSHOT = """
def snapshot():
    import builtins, io, os, sys, subprocess, socket, http.client, sqlite3, traceback, warnings, threading, asyncio, gc
    import IPython.core.interactiveshell as shell_module, random, uuid
    shell = get_ipython()
    kernel = shell.kernel
    found = {}
    for module in (builtins, io, os, sys, subprocess, socket, http.client, sqlite3, traceback, shell_module, random, uuid):
        for name, value in list(vars(module).items()):
            if name not in ('_', 'last_type', 'last_value', 'last_traceback', 'last_exc', 'displayhook', 'stdout', 'stderr',
                            'input', 'excepthook'):  # IPython sets these anew for every cell
                found[module.__name__, name] = id(value) if callable(value) else None
    for owner in (subprocess.Popen, http.client.HTTPConnection, traceback.TracebackException, random.SystemRandom,
                  os._Environ, type(shell), type(kernel)):
        for name, value in vars(owner).items():
            found[owner.__name__, name] = id(value)
    for name, value in (('shell', shell), ('kernel', kernel), ('session', kernel.session), ('stdout', sys.stdout)):
        found[name] = sorted(vars(value))
    found['events'] = {name: list(callbacks) for name, callbacks in shell.events.callbacks.items()}
    found['meta_path'] = list(sys.meta_path)
    found['path'] = list(sys.path)
    found['hooks'] = list(sys.path_hooks)
    found['filters'] = list(warnings.filters)
    found['trace'] = sys.gettrace(), sys.getprofile(), gc.get_threshold(), gc.callbacks[:]
    found['threads'] = sorted(thread.name for thread in threading.enumerate())
    found['transformers'] = list(shell.ast_transformers), list(shell.input_transformers_post)
    found['comms'] = sorted(kernel.comm_manager.targets)
    links = [os.readlink(f'/proc/self/fd/{n}') for n in os.listdir('/proc/self/fd') if os.path.exists(f'/proc/self/fd/{n}')]
    theirs = 'history.sqlite', 'profile_default'  # IPython's history thread comes and goes, and syncs their folder
    found['descriptors'] = sorted(link for link in links if not any(each in link for each in theirs))
    found['open of cells'] = open.__code__, open.__globals__['io_open']
    found['hooks of sys'] = sys.excepthook, sys.unraisablehook, sys.breakpointhook, threading.excepthook, warnings.showwarning
    found['signals'] = {n: __import__('signal').getsignal(n) for n in range(1, 32) if n not in (9, 19)}
    found['shell'] = shell.compile, shell.displayhook, shell.display_pub, shell.history_manager, shell.InteractiveTB, shell.CustomTB
    found['transformers too'] = list(shell.input_transformers_cleanup), list(shell.input_transformer_manager.token_transformers)
    found['capable'] = {name: sorted(map(id, getattr(os, name))) for name in ('supports_dir_fd', 'supports_fd', 'supports_follow_symlinks')}
    found['builtins'] = sorted(dir(builtins))
    found['linecache'] = 'jupyter_repro' in str(list(__import__('linecache').cache))
    found['audit'] = sys.flags, sys.getrecursionlimit(), sys.getswitchinterval()
    found['io'] = id(__import__('_io').open), id(__import__('posix').open), id(__import__('posix').remove)
    found['modules'] = sorted(name for name, module in list(sys.modules.items()) if vars(module).get('__spec__') is None and name != '__main__')
    found['tools'] = [sys.monitoring.get_tool(n) for n in range(6)] if hasattr(sys, 'monitoring') else []
    return found
"""


def test_unload_restores_the_shell(tmp_path: Path) -> None:
    with TrackedKernel(tmp_path, track=False) as kernel:
        kernel.run(SNAPSHOT)
        kernel.run("%load_ext autoreload")
        kernel.run("before = snapshot()\nbefore = snapshot()")
        kernel.run("%load_ext jupyter_repro")
        kernel.run("changed = snapshot() != before")
        kernel.run("open('a.txt', 'w').write('x'); 1/0")
        kernel.run("%unload_ext jupyter_repro")
        kernel.run("after = snapshot()")
        assert kernel.value("changed") == "True"
        assert kernel.value("{k: (before.get(k), v) for k, v in after.items() if before.get(k) != v}") == "{}"


def test_loading_twice_and_reloading(tmp_path: Path) -> None:
    with TrackedKernel(tmp_path) as kernel:
        kernel.inject()
        kernel.run("%load_ext jupyter_repro")
        kernel.run("%reload_ext jupyter_repro")
        kernel.run("x = 1")
        assert kernel.value("sum('Tracker' in repr(f) for f in get_ipython().events.callbacks['pre_run_cell'])") == "1"
        assert [run.source for run in kernel.runs()] == ["x = 1"]


@pytest.mark.parametrize(
    ("first", "collections"), [("", 1), ("gc.disable()", 0), ("big = [[] for _ in range(600_000)]", 0)]
)
def test_loading_pays_for_its_own_garbage(first: str, collections: int, tmp_path: Path) -> None:
    program = f"""
import gc
from IPython.core.interactiveshell import InteractiveShell
from jupyter_repro.capture import extension
from jupyter_repro.capture.probes import build_probes
shell = InteractiveShell.instance()
{first}
found = []
gc.callbacks.append(lambda phase, info: found.append(info["generation"]) if phase == "stop" else None)
before = gc.isenabled(), gc.get_threshold()
extension.load(shell)
assert (gc.isenabled(), gc.get_threshold()) == before
print("told", int(found[-1:] == [2]))
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert f"told {collections}" in run.stdout, run.stderr


def test_injection_leaves_no_trace_in_the_session(tmp_path: Path) -> None:
    state = "(sorted(get_ipython().user_ns), list(__import__('sys').path), get_ipython().execution_count, len(get_ipython().user_ns['In']))"
    for carry in (False, True):
        with TrackedKernel(tmp_path, track=False) as kernel:
            before = kernel.value(state)
            assert kernel.inject(carry=carry).loaded
            assert kernel.value(state) == before


def test_runs_as_they_happened(tmp_path: Path) -> None:
    with TrackedKernel(tmp_path) as kernel:
        kernel.run("a = 1", cell="first")
        kernel.run("   ", cell="blank")
        kernel.run("b = (", cell="broken")
        kernel.run("1 / 0", cell="failing")
        kernel.run("raise SystemExit", cell="leaving")
        kernel.run("%%capture x\nprint(1)", cell="nesting")
        kernel.run("get_ipython().run_cell('c = 2', store_history=True)", cell="nesting too")
        kernel.run("hidden = 1", silent=True)
        kernel.run("unnumbered = 1", store_history=False)
        kernel.run("import asyncio; await asyncio.sleep(0)", cell="awaiting")
        runs = kernel.runs()
    assert [(run.cell, run.status) for run in runs] == [
        ("first", "ok"),
        ("broken", "syntax-error"),
        ("failing", "error"),
        ("leaving", "error"),
        ("nesting", "ok"),
        ("nesting too", "ok"),
        (None, "ok"),
        ("awaiting", "ok"),
    ]
    assert [run.n for run in runs] == list(range(1, 9))
    assert [run.execution_count for run in runs[:4]] == [1, 2, 3, 4]
    assert runs[2].error is not None and runs[2].error.name == "ZeroDivisionError"
    assert runs[4].magics == ("%%capture",)
    assert runs[0].ended <= runs[1].started


@pytest.mark.parametrize("source", ["import time\ntime.sleep(30)", "import asyncio\nawait asyncio.sleep(30)"])
def test_interrupt(tmp_path: Path, source: str) -> None:
    with TrackedKernel(tmp_path) as kernel:
        kernel.run("1")
        threading.Timer(1.0, kernel.manager.interrupt_kernel).start()
        kernel.run(source, cell="long")
        kernel.run("2", cell="after")
        runs = kernel.runs()
    assert [(run.cell, run.status) for run in runs[1:]] == [("long", "interrupted"), ("after", "ok")]


STRIKE = """
import signal
def strike(method):
    tracker = __import__('sys').modules['jupyter_repro.capture.extension'].tracker_of(get_ipython())
    probe = tracker.guard.probes[-1]
    original = getattr(probe, method)
    def striking(draft):
        delattr(probe, method)
        signal.raise_signal(signal.SIGINT)
        original(draft)
    setattr(probe, method, striking)
"""


def test_an_interrupt_that_strikes_in_our_own_work(tmp_path: Path) -> None:
    """It costs no finished run and shows nothing of us; one that was meant for the cell that begins reaches it."""
    with TrackedKernel(tmp_path) as kernel:
        kernel.run(STRIKE)
        assert kernel.run("strike('after')", cell="finished") == []
        assert [output["output_type"] for output in kernel.run("1 + 1")] == ["execute_result"]
        kernel.run("strike('before')")
        shown = kernel.run("import time\ntime.sleep(30)", cell="meant")
        assert [output.get("ename") for output in shown] == ["KeyboardInterrupt"]
        assert not any("jupyter_repro" in line for line in shown[0]["traceback"])
        runs = {run.cell: run for run in kernel.runs()}
    assert (runs["finished"].status, runs["meant"].status) == ("ok", "interrupted")
    assert not any("could not be watched" in spot for run in runs.values() for spot in run.blind_spots)


def test_a_kernel_that_dies_tells_in_which_run(tmp_path: Path) -> None:
    with TrackedKernel(tmp_path) as kernel:
        kernel.run("x = 1", cell="good")
        path = kernel.session()
        message = kernel.client.session.msg(
            "execute_request",
            {
                "code": "import os; os._exit(9)",
                "silent": False,
                "store_history": True,
                "user_expressions": {},
                "allow_stdin": False,
            },
            metadata={"cellId": "deadly"},
        )
        kernel.client.shell_channel.send(message)
        until = time.monotonic() + 20
        while kernel.manager.is_alive() and time.monotonic() < until:
            time.sleep(0.1)
    session = reader.read(folder.journals(tmp_path / ".repro")[0])
    assert session.header.id == path.header.id
    assert [run.cell for run in session.runs] == ["good"]
    assert session.interrupted_run == 2
    assert session.ended is None


def test_an_orderly_end(tmp_path: Path) -> None:
    with TrackedKernel(tmp_path) as kernel:
        kernel.run("import json")
    session = reader.read(folder.journals(tmp_path / ".repro")[0])
    assert session.ended is not None
    assert {each.name.lower() for each in session.distributions} >= {"ipykernel", "ipython"}


def test_two_kernels_never_share_a_journal(tmp_path: Path) -> None:
    with TrackedKernel(tmp_path) as one, TrackedKernel(tmp_path) as other:
        for kernel in (one, other):
            kernel.run("x = 1")
    assert [len(reader.read(path).runs) for path in folder.journals(tmp_path / ".repro")] == [1, 1]


def test_kill_at_random_moments_loses_no_finished_run(tmp_path: Path) -> None:
    """A small version of ``python tests/kernel/test_lifecycle.py 100``."""
    assert killed(tmp_path, 3) == 0


def killed(tmp_path: Path, times: int) -> int:
    """How many finished runs were lost, or journals unreadable, when kernels were killed at random moments."""
    lost = 0
    for number in range(times):
        place = tmp_path / str(number)
        place.mkdir()
        with TrackedKernel(place) as kernel:
            kernel.run("import os")
            pid = int(kernel.value("os.getpid()"))
            threading.Timer(0.3 + 0.37 * number % 1.0, os.kill, (pid, signal.SIGKILL)).start()
            finished = 1
            with contextlib.suppress(KernelGone):
                while True:
                    kernel.run(f"x = {finished}; open('f{finished}.txt', 'w').write('x')")
                    finished += 1
        session = reader.read(folder.journals(place / ".repro")[0])
        lost += len(session.runs) < finished or [run.n for run in session.runs] != list(range(1, len(session.runs) + 1))
    return lost


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / ".repro").write_text("in the way")
    with TrackedKernel(project, env={"XDG_STATE_HOME": str(tmp_path / "state")}) as kernel:
        outputs = kernel.run("1 + 1")
        assert [output["output_type"] for output in outputs] == ["execute_result"]
        assert len(kernel.runs()) == 1
    assert len(list((tmp_path / "state" / "jupyter-repro").glob("*.jsonl"))) == 1


def test_a_history_that_had_to_go_elsewhere_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / ".repro").write_text("in the way")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    notebook = project / "story.ipynb"
    cells = [nbformat.v4.new_code_cell("x = 1"), nbformat.v4.new_code_cell("print(x)")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), notebook)
    assert main(["run", str(notebook), "--kernel", "python3"]) == 0
    capsys.readouterr()
    assert main(["log", str(notebook), "--json"]) == 0
    (session,) = json.loads(capsys.readouterr().out)["sessions"]
    assert len(session["runs"]) == 2
    assert main(["check", str(notebook)]) == 0
    assert "2 same" in capsys.readouterr().out


def test_no_folder_can_be_written(tmp_path: Path) -> None:
    (tmp_path / ".repro").write_text("in the way")
    with TrackedKernel(tmp_path, env={"XDG_STATE_HOME": "/proc/nowhere"}) as kernel:
        assert [output["output_type"] for output in kernel.run("1 + 1")] == ["execute_result"]
        assert [output["output_type"] for output in kernel.run("1 + 1")] == ["execute_result"]


def test_a_journal_that_is_removed_while_it_is_written(tmp_path: Path) -> None:
    with TrackedKernel(tmp_path) as kernel:
        kernel.run("import shutil; shutil.rmtree('.repro')")
        assert [output["output_type"] for output in kernel.run("1 + 1")] == ["execute_result"]


def test_descriptors_closed_by_the_user(tmp_path: Path) -> None:
    with TrackedKernel(tmp_path) as kernel:
        kernel.run("import os, json")
        kernel.run(
            "for fd in os.listdir('/proc/self/fd'):\n"
            "    link = os.readlink(f'/proc/self/fd/{fd}') if os.path.exists(f'/proc/self/fd/{fd}') else ''\n"
            "    if '.repro' in link or 'inotify' in link or 'jupyter-repro' in link: os.close(int(fd))"
        )
        kernel.run("mine = [open(f'{n}.txt', 'w') for n in range(20)]")  # they get the numbers that were ours
        assert [output["output_type"] for output in kernel.run("1 + 1")] == ["execute_result"]
        kernel.run("for f in mine: f.close()")
        kernel.run("import subprocess; subprocess.run(['touch', 'by_a_child.txt'])")
        runs = kernel.runs()
    assert {path.read_text() for path in tmp_path.glob("*.txt")} == {""}
    assert len(runs) == 6
    assert any("closed a descriptor of the folder watch" in spot for spot in runs[1].blind_spots)
    assert [touch.path for touch in runs[5].files] == ["by_a_child.txt"], "the watch was begun anew"


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        count = int(sys.argv[1])
        print(f"{killed(Path(scratch), count)} of {count} journals lost a finished run")


def test_a_cell_in_which_a_kernel_could_die_is_announced_before_it_runs(tmp_path: Path) -> None:
    """A plain one is not: it is over at once, and its line tells all."""
    with TrackedKernel(tmp_path) as kernel:
        kernel.inject()
        kernel.run("n = 1")
        kernel.run("print(n)")
        (journal,) = folder.journals(folder.journal_folder(tmp_path))
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    assert [(line["type"], line["n"]) for line in lines if line["type"] in ("begin", "run")] == [
        ("run", 1), ("begin", 2), ("run", 2),
    ]  # fmt: skip
