"""Child processes that a run starts: the command without secrets, how it ended, and that some ran unnamed.

``subprocess``, ``asyncio``, ``multiprocessing``, ``os.system`` and ``os.posix_spawn`` are heard; shell escapes are read
from the cell. Whatever else was started and waited for (``os.fork``, a library in C) shows in the resources that ended
children have used.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator, Mapping
from typing import Any

from jupyter_repro.capture.calls.patches import Patches
from jupyter_repro.capture.world import redaction

try:
    import resource
except ImportError:  # not on Windows
    resource = None  # type: ignore[assignment]


KEPT = 100
"""Children that are remembered until they end."""
UNNAMED = "a child process that nothing names"


class ChildProcesses:
    """Collects what is started between `begin` and `told`."""

    def __init__(self) -> None:
        self._patches = Patches()
        self._children: list[tuple[str, Any]] = []
        self._waiting: list[tuple[str, Any]] = []
        """Children of earlier runs that had not ended."""
        self._ended: dict[str, str] = {}
        self._used: Any = None
        self._pid = os.getpid()

    def start(self) -> None:
        """Listen to the functions of ``os``."""
        self._patches.listen(os, "system", self._system)
        for name in ("posix_spawn", "posix_spawnp"):
            self._patches.listen(os, name, self._spawned)

    def stop(self) -> None:
        """Put them back."""
        self._patches.undo()

    def begin(self) -> None:
        """A run begins."""
        self._children.clear()
        self._ended.clear()
        self._used = _used_by_children()

    def told(self, python: str, tree: ast.Module | None, namespace: Mapping[str, Any]) -> dict[str, dict[str, str]]:
        """Command -> detail with its ``status``, ``running`` for one that goes on."""
        found: dict[str, dict[str, str]] = {what: {"status": status} for what, status in self._ended.items()}
        waiting, self._waiting = self._waiting, []
        for what, child in waiting:
            status = _status(child)
            if status is None:
                self._waiting.append((what, child))
            else:
                found[what] = {"status": str(status), "started": "earlier"}
        for what, child in self._children:
            status = _status(child)
            found[what] = {"status": "running" if status is None else str(status)} if child is not None else {}
            if status is None and child is not None and len(self._waiting) < KEPT:
                self._waiting.append((what, child))
        if tree is not None and "get_ipython()" in python:
            commands = list(_shell_escapes(tree))
            status = namespace.get("_exit_code")
            for number, command in enumerate(commands):
                known = number == len(commands) - 1 and isinstance(status, int)
                found[f"!{redaction.command(command)}"] = {"status": str(status)} if known else {}
        if not found and self._used is not None and _used_by_children() != self._used:
            found[UNNAMED] = {}
        return found

    def popen(self, arguments: Mapping[str, Any]) -> None:
        """``subprocess.Popen`` is being made."""
        self._add(redaction.command(_text(arguments.get("args", ""))), arguments.get("self"))

    def process(self, arguments: Mapping[str, Any]) -> None:
        """A process of ``multiprocessing`` is being started."""
        self._add(f"multiprocessing: {type(arguments['self']).__name__}", arguments["self"])

    def executor(self, arguments: Mapping[str, Any]) -> None:
        """Work is handed to a pool of processes."""
        self._add("ProcessPoolExecutor", None)

    def _add(self, what: str, child: Any) -> None:
        if os.getpid() == self._pid and len(self._children) < 1000:
            self._children.append((what, child))

    def _system(self, result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        text = args[0] if args else kwargs.get("command", "")
        if os.getpid() == self._pid:
            self._ended[redaction.command(os.fsdecode(text))] = str(os.waitstatus_to_exitcode(int(result)))

    def _spawned(self, result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if len(args) > 1:
            self._add(redaction.command(_text(args[1])), None)


def _status(child: Any) -> int | None:
    """How a child ended, as far as somebody has asked already: asking would reap it."""
    status = getattr(child, "returncode", None)
    if status is None:
        status = getattr(getattr(child, "_popen", None), "returncode", None)
    return status


def _text(args: Any) -> str:
    if isinstance(args, (list, tuple)):
        return " ".join(_text(each) for each in args)
    return os.fsdecode(args) if isinstance(args, (bytes, os.PathLike)) else str(args)


def _used_by_children() -> Any:
    """What ended and awaited children have used: it grows with each of them. Costs less than a microsecond."""
    return tuple(resource.getrusage(resource.RUSAGE_CHILDREN)) if resource is not None else None


def _shell_escapes(tree: ast.Module) -> Iterator[str]:
    """The commands of ``!command`` lines. Those whose output is taken (``x = !ls``) run through ``subprocess``."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "system"
            and isinstance(node.func.value, ast.Call)
            and node.args
            and isinstance(node.args[0], ast.Constant)
            and isinstance(node.args[0].value, str)
        ):
            yield node.args[0].value
