# ruff: noqa: E501
"""What a run asked of the outside world, in a real kernel, and that no secret of it reaches the journal."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from jupyter_repro.records import RunRecord
from tests.capture.kernels import TrackedKernel

pytestmark = pytest.mark.kernel

BODY = b"x,y\n1,2\n" * 5000
DIGEST = f"sha256:{hashlib.sha256(BODY).hexdigest()}"
SECRET = "hunter2-planted-secret"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        found = not self.path.startswith("/absent")
        self.send_response(200 if found else 404)
        if self.path.startswith("/chunked"):
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for start in range(0, len(BODY), 7000):
                piece = BODY[start : start + 7000]
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.write(b"0\r\n\r\n")
        else:
            self.send_header("Content-Length", str(len(BODY)))
            self.end_headers()
            self.wfile.write(BODY)

    do_POST = do_GET

    def log_message(self, *args: object) -> None:
        pass


CELLS = {
    "imports": "import time, os, datetime, uuid, socket, subprocess, sys, threading, random, platform, locale, urllib.request, requests, functools, getpass\ntable = {'now': time.time}",
    # The clock, by every spelling.
    "call": "time.time()",
    "method": "datetime.datetime.now().year",
    "from a table here": "{'now': time.time}['now']()",
    "from a table of an earlier cell": "table['now']()",
    "getattr": "getattr(time, 'time')()",
    "import in a function": "def f():\n    from datetime import datetime as d\n    return d.now()\nf()",
    "map": "list(map(time.ctime, [1]))",
    "partial": "functools.partial(time.strftime, '%Y')()",
    "exec": "exec('import time; time.time()')",
    "%time": "%time 1",
    "body of %%time": "%%time\nuuid.uuid4()",
    # Machine, environment, threads.
    "machine": "socket.gethostname(), os.getcwd(), locale.getlocale(), platform.node(), os.cpu_count()",
    "variables": "os.environ.get('HOME'); os.getenv('LANG'); os.path.expanduser('~')",
    "all variables": "dict(os.environ);",
    "one variable by the thousand": "for i in range(3000): os.environ.get('LANG')\nos.environ.get('SHELL')",
    "variables after that": "os.environ.get('PATH')",
    "thread": "t = threading.Thread(target=len, args=('',)); t.start(); t.join()",
    "thread pool": "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(1) as e: e.submit(len, '').result()",
    "thread pool again": "with ThreadPoolExecutor(1) as e: e.submit(len, '').result()",
    "uuid unnamed": "ids = [getattr(uuid, 'uu' + 'id4')() for i in range(3)]",
    "uuid unnamed again": "ids = [getattr(uuid, 'uu' + 'id4')() for i in range(3)]",
    # Child processes.
    "run": "subprocess.run(['sh', '-c', 'exit 3'])",
    "os.system": "os.system('exit 4')",
    "escape": "!exit 5",
    "taken": "lines = !echo hi",
    "%%bash": "%%bash\ntrue",
    "asyncio": "import asyncio\np = await asyncio.create_subprocess_exec('false'); await p.wait()",
    "pool": "import multiprocessing as mp\nwith mp.get_context('fork').Pool(1) as pool: pool.map(len, [''])",
    "fork": "pid = os.fork()\nif pid == 0: os._exit(7)\nos.waitpid(pid, 0);",
    "started": "child = subprocess.Popen(['sleep', '0.1'])",
    "ended": "child.wait()",
    # The network.
    "urlopen": "body = urllib.request.urlopen(URL + '/a.csv?token=SECRET').read(); len(body)",
    "requests": "answer = requests.get(URL + '/a.csv', params={'api_key': 'SECRET'}, headers={'Authorization': 'Bearer SECRET'}); len(answer.content)",
    "absent": "requests.get(URL + '/absent').status_code",
    "chunked": "len(requests.get(URL + '/chunked').content)",
    "chunked by urllib": "len(urllib.request.urlopen(URL + '/chunked').read())",
    "streamed": "total = sum(len(piece) for piece in requests.get(URL + '/a.csv', stream=True).iter_content(1000))",
    "in lines": "lines = urllib.request.urlopen(URL + '/a.csv').readlines(); len(lines)",
    "in part": "stream = urllib.request.urlopen(URL + '/a.csv'); stream.read(10)",
    "credentials": "urllib.request.urlopen(urllib.request.Request(URL.replace('//', '//') + '/b', headers={'Authorization': 'Basic SECRET'})).read(1);",
    "pandas": "import pandas as pd; len(pd.read_csv(URL + '/a.csv'))",
    "socket": "s = socket.create_connection(('localhost', PORT)); s.close()",
    "unresolved": "try: socket.getaddrinfo('no-such-host.invalid', 80)\nexcept OSError: pass",
    "httpx": "import httpx; httpx.get(URL + '/a.csv').status_code",
    # Nothing at all.
    "nothing": "sum(range(3)); str(datetime.date(2020, 1, 1)); os.path.join('a', 'b')",
    "secret variable": "os.environ['MY_API_TOKEN'] = 'SECRET'; os.environ['MY_API_TOKEN'][:0]",
    "secret command": "subprocess.run(['echo', '--password', 'SECRET', 'https://user:SECRET@host/x?token=SECRET']);",
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, RunRecord]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_port
    with TrackedKernel(tmp_path_factory.mktemp("outside"), env={"no_proxy": "127.0.0.1,localhost"}) as kernel:
        kernel.run(f"URL, PORT = 'http://127.0.0.1:{port}', {port}", silent=True)
        for name, source in CELLS.items():
            shown = kernel.run(source.replace("SECRET", SECRET), cell=name)
            assert not [each for each in shown if each["output_type"] == "error"], (name, shown)
        kernel.run("first = input('Name? '); again = input('Name again? ')", cell="input", answers=(SECRET, SECRET))
        kernel.run("word = getpass.getpass()", cell="getpass", answers=(SECRET,))
        session = kernel.session()
        journals = list(Path(kernel.cwd, ".repro").rglob("*.jsonl"))
    server.shutdown()
    sources = sum(source.count("SECRET") for source in CELLS.values())
    text = "".join(path.read_text() for path in journals)
    assert text.count(SECRET) == sources, "a secret may stand in the journal only where the cell's own source holds it"
    yield {run.cell: run for run in session.runs if run.cell is not None}


def asked(run: RunRecord, kind: str) -> dict[str, dict[str, str]]:
    return {each.what: dict(each.detail) for each in run.outside if each.kind == kind}


@pytest.mark.parametrize(
    "name",
    [
        "call",
        "method",
        "from a table here",
        "from a table of an earlier cell",
        "getattr",
        "import in a function",
        "map",
        "partial",
        "exec",
        "%time",
        "body of %%time",
    ],
)
def test_the_clock_is_asked(name: str, runs: dict[str, RunRecord]) -> None:
    assert asked(runs[name], "clock")


def test_entropy_below_a_magic(runs: dict[str, RunRecord]) -> None:
    assert "uuid.uuid4" in asked(runs["body of %%time"], "entropy")


def test_the_machine(runs: dict[str, RunRecord]) -> None:
    assert set(asked(runs["machine"], "machine")) == {
        "socket.gethostname",
        "os.getcwd",
        "locale.getlocale",
        "platform.node",
        "os.cpu_count",
    }


def test_environment_variables(runs: dict[str, RunRecord]) -> None:
    assert set(runs["variables"].variables) == {"HOME", "LANG"}
    assert runs["all variables"].variables == ("*",)


def test_what_a_loop_reads_by_the_thousand_is_heard_for_a_while_and_anew_in_the_next_run(
    runs: dict[str, RunRecord],
) -> None:
    many = runs["one variable by the thousand"]
    assert many.variables == ("LANG",)
    assert [each for each in many.blind_spots if "environment variables read after the first" in each]
    assert runs["variables after that"].variables == ("PATH",)
    assert not runs["variables after that"].blind_spots
    for name in ("uuid unnamed", "uuid unnamed again"):
        assert "uuid.uuid4" in asked(runs[name], "entropy")
    assert "ThreadPoolExecutor" in asked(runs["thread pool again"], "thread")


def test_threads(runs: dict[str, RunRecord]) -> None:
    assert set(asked(runs["thread"], "thread")) == {"threading.Thread"}
    assert "ThreadPoolExecutor" in asked(runs["thread pool"], "thread")
    assert not asked(runs["%%bash"], "thread") and not asked(runs["asyncio"], "thread"), "nobody but IPython asked"


@pytest.mark.parametrize(
    ("name", "what", "status"),
    [
        ("run", "sh -c exit 3", "3"),
        ("os.system", "exit 4", "4"),
        ("escape", "!exit 5", "5"),
        ("taken", "echo hi", "0"),
        ("%%bash", "bash", "0"),
        ("asyncio", "false", "1"),
        ("pool", "multiprocessing: ForkProcess", None),
        ("fork", "a child process that nothing names", None),
        ("started", "sleep 0.1", "running"),
        ("ended", "sleep 0.1", "0"),
    ],
)
def test_child_processes(name: str, what: str, status: str | None, runs: dict[str, RunRecord]) -> None:
    found = asked(runs[name], "process")
    assert list(found) == [what]
    assert status is None or found[what]["status"] == status
    assert any("child process" in spot for spot in runs[name].blind_spots)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("urlopen", "/a.csv?token=***"),
        ("requests", "/a.csv?api_key=***"),
        ("chunked", "/chunked"),
        ("chunked by urllib", "/chunked"),
        ("streamed", "/a.csv"),
        ("in lines", "/a.csv"),
        ("pandas", "/a.csv"),
    ],
)
def test_a_body_that_was_read_has_its_length_and_digest(name: str, path: str, runs: dict[str, RunRecord]) -> None:
    (url, detail), *more = asked(runs[name], "network").items()
    assert not more and url.endswith(path)
    assert (detail["status"], detail["length"], detail["digest"]) == ("200", str(len(BODY)), DIGEST)
    assert detail["host"] == "127.0.0.1" and detail["method"] == "GET"


def test_a_body_that_was_read_in_part_has_no_digest(runs: dict[str, RunRecord]) -> None:
    (detail,) = asked(runs["in part"], "network").values()
    assert detail["read"] == "in part" and "digest" not in detail


def test_a_refusal_has_its_status(runs: dict[str, RunRecord]) -> None:
    (detail,) = asked(runs["absent"], "network").values()
    assert detail["status"] == "404"


def test_hosts_of_sockets(runs: dict[str, RunRecord]) -> None:
    assert any(what.startswith("localhost:") for what in asked(runs["socket"], "network"))
    assert not asked(runs["nothing"], "network")


def test_httpx(runs: dict[str, RunRecord]) -> None:
    found = asked(runs["httpx"], "network")
    assert any(what.endswith("/a.csv") and detail.get("status") == "200" for what, detail in found.items()), found


def test_nothing_is_made_up(runs: dict[str, RunRecord]) -> None:
    assert not runs["nothing"].outside and not runs["nothing"].variables and not runs["nothing"].blind_spots


def test_answers_are_told_by_length_and_by_a_digest_that_only_compares(runs: dict[str, RunRecord]) -> None:
    found = asked(runs["input"], "stdin")
    assert list(found) == ["Name? ", "Name again? "]
    assert found["Name? "] == found["Name again? "]
    assert found["Name? "]["length"] == str(len(SECRET)) and found["Name? "]["digest"].startswith("keyed:")


def test_of_a_password_only_the_asking_is_told(runs: dict[str, RunRecord]) -> None:
    assert asked(runs["getpass"], "stdin").get("password") == {}
