"""Calls to the outside world: clock, entropy, machine, network, processes, threads, environment variables read.

Clock, entropy and machine by resolving the cell's names (`worldcalls`); the rest by listening to the Python functions
that all of them go through. What was asked is recorded, never what was answered, but for the length and digest of HTTP
bodies; credentials are cut.
Not seen: network of native libraries and child processes, clocks that a library reads on its own account, answers.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from types import FrameType, ModuleType
from typing import Any

from jupyter_repro.capture.calls.functioncalls import FunctionCalls
from jupyter_repro.capture.calls.imports import ImportWatch
from jupyter_repro.capture.calls.patches import Patches
from jupyter_repro.capture.code.cellmagics import unwrapped
from jupyter_repro.capture.probe import Draft, Probe
from jupyter_repro.capture.world import redaction
from jupyter_repro.capture.world.childprocesses import ChildProcesses
from jupyter_repro.capture.world.httpbodies import HttpBodies
from jupyter_repro.capture.world.worldcalls import WorldCalls, is_users_code
from jupyter_repro.records import Outside, OutsideKind

_LATE = {
    "http.client": (("HTTPConnection", "putrequest", "_requested"),),
    "subprocess": (("Popen", "__init__", "_popen"),),
    "multiprocessing.process": (("BaseProcess", "start", "_process"),),
    "concurrent.futures.process": (("ProcessPoolExecutor", "submit", "_pooled"),),
    "concurrent.futures.thread": (("ThreadPoolExecutor", "submit", "_threads"),),
    "threading": (("Thread", "start", "_thread"),),
    "uuid": (("", "uuid4", "_uuid"), ("", "uuid1", "_uuid_of_time")),
    "random": (("SystemRandom", "getrandbits", "_system_random"), ("SystemRandom", "random", "_system_random")),
    "os": (("_Environ", "__getitem__", "_environment"), ("_Environ", "__iter__", "_whole_environment")),
}
"""Module -> (class or "", function, our method): listened to from the moment the module is imported."""
_GO_BETWEENS = (
    *(
        "/capture/calls/functioncalls.py",
        "/capture/guard.py",
        "/capture/probes/outside.py",
        "/os.py",
        "/_collections_abc.py",
        "/random.py",
        "/uuid.py",
        "/secrets.py",
    ),
    *("/posixpath.py", "/ntpath.py", "/pathlib.py", "/pathlib/__init__.py", "/getpass.py", "/locale.py", "/shutil.py"),
    *("<frozen os>", "<frozen _collections_abc>", "<frozen posixpath>", "jupyter_repro.capture.calls.functioncalls>"),
    *("jupyter_repro.capture.guard>", "jupyter_repro.capture.probes.outside>"),
)
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1", "")
_OWN_THREADS = (
    *("IPython.", "ipykernel.", "zmq.", "tornado.", "asyncio."),
    *("concurrent.", "joblib.", "multiprocessing.", "loky."),
)
"""Threads of these modules are the kernel's, or a pool's that is told anyway."""
_CLOCK_MAGICS = frozenset("%time %timeit %%time %%timeit %prun %%prun".split())
_REMOTE = re.compile(r"(?i)\b(?:https?|ftp|s3|s3a|gs|gcs|hf|az|abfss?)://[^\s'\"]+")
_NATIVE_CLIENTS = ("polars", "duckdb", "pyarrow", "pycurl", "netCDF4", "rasterio", "osgeo", "deltalake", "grpc")
READS = 2000
"""Reads of environment variables in a run that are looked at."""


class OutsideProbe(Probe):
    """Collects what was asked during a run, each thing once."""

    name = "outside"

    def __init__(self, imports: ImportWatch) -> None:
        self._imports = imports
        self.layers: dict[str, str] = {}
        self._calls = FunctionCalls()
        self._patches = Patches()
        self._bodies = HttpBodies()
        self._children = ChildProcesses()
        self._asked: dict[tuple[OutsideKind, str], dict[str, str]] = {}
        self._resolved_to: dict[str, str] = {}
        """Address -> the name that was resolved to it."""
        self._variables: dict[str, None] = {}
        self._reads = 0
        """Of environment variables in this run, the libraries' included."""
        self._running = False
        self._pid = os.getpid()

    def start(self, shell: Any) -> str:
        self._names = WorldCalls(is_users_code)
        self.layers["outside.calls"] = self._calls.start()
        self._children.start()
        for name in dict.fromkeys((*_LATE, "socket", "httpx")):
            self._imports.wait_for(name, self._listen)
        return "on"

    def before(self, draft: Draft) -> None:
        self._asked.clear()
        self._variables.clear()
        self._reads = 0
        self._calls.wake()
        self._children.begin()
        self._running = True

    def after(self, draft: Draft) -> None:
        self._bodies.tell()
        self._running = False
        processes = self._children.told(draft.python, draft.tree, draft.namespace)
        for what, detail in processes.items():
            self._asked["process", what] = detail
        if draft.tree is not None:
            tree = unwrapped(draft.tree, draft.magics) if draft.magics else draft.tree
            for kind, what in self._names.of(tree, draft.namespace):
                self._asked.setdefault((kind, what), {})
        for magic in draft.magics:
            if magic in _CLOCK_MAGICS:
                self._asked.setdefault(("clock", magic), {})
        for (kind, what), detail in self._asked.items():
            draft.outside.append(Outside(kind=kind, what=what, detail=dict(detail)))
        draft.variables.extend(self._variables)
        if self._reads >= READS:
            draft.blind_spots.append(f"environment variables read after the first {READS:,} reads were not noted")
        if processes:
            draft.blind_spots.append("what a child process did outside the project folder was not watched")
        elif "://" in draft.source and _REMOTE.search(draft.source):
            self._unheard_network(draft)

    def stop(self) -> None:
        self._imports.stop()
        self._calls.stop()
        self._bodies.stop()
        self._children.stop()
        self._patches.undo()

    def _unheard_network(self, draft: Draft) -> None:
        native = [name for name in _NATIVE_CLIENTS if name in sys.modules]
        if native and not any(kind == "network" for kind, _ in self._asked):
            draft.blind_spots.append(f"network that {native[0]} may have used was not watched")

    def _listen(self, module: ModuleType) -> None:
        for owner_name, function, method in _LATE.get(module.__name__, ()):
            owner = getattr(module, owner_name, None) if owner_name else module
            if owner is not None:
                self._calls.listen(owner, function, getattr(self, method))
        if module.__name__ == "http.client":
            self._bodies.listen(module)
        elif module.__name__ == "socket":
            self._patches.listen(module, "getaddrinfo", self._resolved)
            self._patches.listen(module.socket, "connect", self._connected)
        elif module.__name__ == "httpx":
            self._patches.listen(module.Client, "send", self._sent)

    def _ask(self, kind: OutsideKind, what: str, **detail: str) -> None:
        if self._running and os.getpid() == self._pid:
            self._asked.setdefault((kind, what), {}).update(detail)

    # What the listened-to functions tell. Each receives the arguments by name, or result and arguments.

    def _requested(self, arguments: Mapping[str, Any]) -> None:
        connection = arguments["self"]
        scheme = "https" if type(connection).__name__.startswith("HTTPS") else "http"
        host, port = _without_user(str(connection.host)), connection.port
        address = host if port in (80, 443, None) else f"{host}:{port}"
        target = str(arguments.get("url", "/"))
        url = redaction.url(target if "://" in target else f"{scheme}://{address}{target}")
        detail = {"method": str(arguments.get("method", "")), "host": host}
        if host in _LOCAL_HOSTS:
            detail["local"] = "yes"
        self._ask("network", url, **detail)
        self._bodies.requested(connection, lambda brought: self._ask("network", url, **{**detail, **brought}))

    def _sent(self, result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """``httpx.Client.send``, which reads sockets on its own."""
        request = args[1] if len(args) > 1 else kwargs.get("request")
        url = redaction.url(str(getattr(request, "url", "")))
        self._ask("network", url, method=str(getattr(request, "method", "")), status=str(result.status_code))

    def _resolved(self, result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        host = args[0] if args else kwargs.get("host")
        if isinstance(host, bytes):
            host = host.decode("ascii", "replace")
        if not isinstance(host, str):
            return
        name = _without_user(host)
        for *_, address in result:
            self._resolved_to[str(address[0])] = name
        if name not in _LOCAL_HOSTS:
            self._ask("network", name)

    def _connected(self, result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """``socket.connect``: told by address where no name was resolved to it."""
        address = args[1] if len(args) > 1 else kwargs.get("address")
        if isinstance(address, tuple) and len(address) >= 2:
            host = self._resolved_to.get(str(address[0]), str(address[0]))
            if not any(kind == "network" and (what == host or f"/{host}" in what) for kind, what in self._asked):
                local = {"local": "yes"} if host in _LOCAL_HOSTS else {}
                self._ask("network", f"{host}:{address[1]}", **local)

    def _popen(self, arguments: Mapping[str, Any]) -> None:
        if self._running:
            self._children.popen(arguments)

    def _process(self, arguments: Mapping[str, Any]) -> None:
        if self._running:
            self._children.process(arguments)

    def _pooled(self, arguments: Mapping[str, Any]) -> None:
        if self._running:
            self._children.executor(arguments)

    def _thread(self, arguments: Mapping[str, Any]) -> None:
        home = type(arguments["self"]).__module__
        if not home.startswith(_OWN_THREADS) and not _starter().startswith(_OWN_THREADS):
            kind = type(arguments["self"]).__name__
            self._ask("thread", f"{home}.{kind}" if home != "__main__" else kind)

    # What a loop may call by the thousand says when it has heard enough.

    def _threads(self, arguments: Mapping[str, Any]) -> bool:
        self._ask("thread", "ThreadPoolExecutor")
        return self._running

    def _uuid(self, arguments: Mapping[str, Any]) -> bool:
        return self._ask_if_local("entropy", "uuid.uuid4")

    def _uuid_of_time(self, arguments: Mapping[str, Any]) -> bool:
        return self._ask_if_local("entropy", "uuid.uuid1")

    def _system_random(self, arguments: Mapping[str, Any]) -> bool:
        return self._ask_if_local("entropy", "random.SystemRandom")

    def _environment(self, arguments: Mapping[str, Any]) -> bool:
        key = arguments.get("key")
        self._reads += 1
        if self._running and isinstance(key, str) and "*" not in self._variables and self._asked_by_user():
            self._variables[key] = None
        return self._running and self._reads >= READS

    def _whole_environment(self, arguments: Mapping[str, Any]) -> None:
        if self._running and self._asked_by_user():
            self._variables["*"] = None

    def _ask_if_local(self, kind: OutsideKind, what: str) -> bool:
        if self._running and self._asked_by_user():
            self._ask(kind, what)
            return True
        return False

    def _asked_by_user(self) -> bool:
        """Whether the user's own code asked; libraries ask for their own reasons."""
        frame = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename.endswith(_GO_BETWEENS):
            frame = frame.f_back  # type: ignore[assignment]
        return frame is not None and is_users_code(frame.f_code.co_filename)


def _starter() -> str:
    """Name of the module that is starting a thread."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        if name != "threading" and not name.startswith("jupyter_repro.capture"):
            return name
        frame = frame.f_back
    return ""


def _without_user(host: str) -> str:
    return host.rpartition("@")[2]
