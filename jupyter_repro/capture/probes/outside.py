"""Calls to the outside world: clock, entropy, network, child processes, stdin, and environment variables read.

Clock and entropy by resolving the cell's names (`worldcalls`); network, processes and the environment by listening to
the Python functions that all of them go through. What was asked is recorded, never what was answered; credentials
are cut.
Not seen: network of native libraries and child processes, clocks that a library reads on its own account, answers.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from jupyter_repro.capture import redaction
from jupyter_repro.capture.functioncalls import FunctionCalls
from jupyter_repro.capture.imports import ImportWatch
from jupyter_repro.capture.patches import Patches
from jupyter_repro.capture.probe import Draft, Probe
from jupyter_repro.capture.worldcalls import WorldCalls, is_users_code
from jupyter_repro.records import Outside, OutsideKind

_LATE = {
    "http.client": (("HTTPConnection", "putrequest", "_requested"),),
    "socket": (("", "getaddrinfo", "_resolved"),),
    "subprocess": (("Popen", "__init__", "_started"),),
    "multiprocessing.process": (("BaseProcess", "start", "_forked"),),
    "concurrent.futures.process": (("ProcessPoolExecutor", "submit", "_pooled"),),
    "uuid": (("", "uuid4", "_uuid"), ("", "uuid1", "_uuid_of_time")),
    "random": (("SystemRandom", "getrandbits", "_system_random"), ("SystemRandom", "random", "_system_random")),
    "os": (("_Environ", "__getitem__", "_environment"),),
}
"""Module -> (class or "", function, our method): listened to from the moment the module is imported."""
_GO_BETWEENS = (
    *("/capture/functioncalls.py", "/os.py", "/_collections_abc.py", "/random.py", "/uuid.py", "/secrets.py"),
    *("<frozen os>", "<frozen _collections_abc>", "jupyter_repro.capture.functioncalls>"),
)
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1", "")


class OutsideProbe(Probe):
    """Collects what was asked during a run, each thing once."""

    name = "outside"

    def __init__(self, imports: ImportWatch) -> None:
        self._imports = imports
        self.layers: dict[str, str] = {}
        self._calls = FunctionCalls()
        self._patches = Patches()
        self._asked: dict[tuple[OutsideKind, str], dict[str, str]] = {}
        self._children: list[tuple[str, Any]] = []
        self._variables: dict[str, None] = {}
        self._running = False
        self._pid = os.getpid()

    def start(self, shell: Any) -> str:
        self._names = WorldCalls(is_users_code)
        self.layers["outside.calls"] = self._calls.start()
        self._patches.listen(os, "system", self._system)
        for name in _LATE:
            self._imports.wait_for(name, self._listen)
        return "on"

    def before(self, draft: Draft) -> None:
        self._asked.clear()
        self._children.clear()
        self._variables.clear()
        self._running = True

    def after(self, draft: Draft) -> None:
        self._running = False
        for what, child in self._children:
            status = getattr(child, "returncode", None)
            self._asked["process", what] = {"status": "running" if status is None else str(status)}
        if "get_ipython()" in draft.python:
            self._shell_escapes(draft)
        if draft.tree is not None:
            for kind, what in self._names.of(draft.tree, draft.namespace):
                self._asked.setdefault((kind, what), {})
        for (kind, what), detail in self._asked.items():
            draft.outside.append(Outside(kind=kind, what=what, detail=detail))
        draft.variables.extend(self._variables)
        if any(kind == "process" for kind, _ in self._asked):
            draft.blind_spots.append("what a child process did outside the project folder was not watched")

    def stop(self) -> None:
        self._imports.stop()
        self._calls.stop()
        self._patches.undo()

    def _listen(self, module: ModuleType) -> None:
        for owner_name, function, method in _LATE[module.__name__]:
            owner = getattr(module, owner_name, None) if owner_name else module
            if owner is not None:
                self._calls.listen(owner, function, getattr(self, method))

    def _ask(self, kind: OutsideKind, what: str, **detail: str) -> None:
        if self._running and os.getpid() == self._pid:
            self._asked.setdefault((kind, what), {}).update(detail)

    def _shell_escapes(self, draft: Draft) -> None:
        status = draft.namespace.get("_exit_code")
        for magic in draft.magics:
            if magic == "!":
                known = isinstance(status, int)
                self._asked.setdefault(("process", "!"), {"status": str(status)} if known else {})

    # What the listened-to functions tell. Each receives the arguments by name.

    def _requested(self, arguments: Mapping[str, Any]) -> None:
        connection = arguments["self"]
        scheme = "https" if type(connection).__name__.startswith("HTTPS") else "http"
        host, port = _without_user(str(connection.host)), connection.port
        address = host if port in (80, 443, None) else f"{host}:{port}"
        target = str(arguments.get("url", "/"))
        full = target if "://" in target else f"{scheme}://{address}{target}"
        if host not in _LOCAL_HOSTS:
            self._ask("network", redaction.url(full), method=str(arguments.get("method", "")), host=host)
        else:
            self._ask("network", redaction.url(full), method=str(arguments.get("method", "")), host=host, local="yes")

    def _resolved(self, arguments: Mapping[str, Any]) -> None:
        host = arguments.get("host")
        if isinstance(host, bytes):
            host = host.decode("ascii", "replace")
        if isinstance(host, str) and _without_user(host) not in _LOCAL_HOSTS:
            self._ask("network", _without_user(host))

    def _started(self, arguments: Mapping[str, Any]) -> None:
        args = arguments.get("args", "")
        if isinstance(args, (list, tuple)):
            text = " ".join(os.fsdecode(each) if isinstance(each, (bytes, os.PathLike)) else str(each) for each in args)
        else:
            text = os.fsdecode(args) if isinstance(args, (bytes, os.PathLike)) else str(args)
        if self._running and os.getpid() == self._pid:
            self._children.append((redaction.command(text), arguments.get("self")))

    def _system(self, result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        text = args[0] if args else kwargs.get("command", "")
        self._ask("process", redaction.command(os.fsdecode(text)), status=str(os.waitstatus_to_exitcode(int(result))))

    def _forked(self, arguments: Mapping[str, Any]) -> None:
        self._ask("process", f"multiprocessing: {type(arguments['self']).__name__}")

    def _pooled(self, arguments: Mapping[str, Any]) -> None:
        self._ask("process", "ProcessPoolExecutor")

    def _uuid(self, arguments: Mapping[str, Any]) -> None:
        self._ask_if_local("entropy", "uuid.uuid4")

    def _uuid_of_time(self, arguments: Mapping[str, Any]) -> None:
        self._ask_if_local("entropy", "uuid.uuid1")

    def _system_random(self, arguments: Mapping[str, Any]) -> None:
        self._ask_if_local("entropy", "random.SystemRandom")

    def _environment(self, arguments: Mapping[str, Any]) -> None:
        key = arguments.get("key")
        if self._running and isinstance(key, str) and self._asked_by_user():
            self._variables[key] = None

    def _ask_if_local(self, kind: OutsideKind, what: str) -> None:
        if self._running and self._asked_by_user():
            self._ask(kind, what)

    def _asked_by_user(self) -> bool:
        """Whether the user's own code asked; libraries ask for their own reasons."""
        frame = sys._getframe(3)
        while frame is not None and frame.f_code.co_filename.endswith(_GO_BETWEENS):
            frame = frame.f_back  # type: ignore[assignment]
        return frame is not None and is_users_code(frame.f_code.co_filename)


def _without_user(host: str) -> str:
    return host.rpartition("@")[2]
