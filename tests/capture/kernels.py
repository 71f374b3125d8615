"""A real kernel with the tracker injected, driven cell by cell as a frontend does it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from queue import Empty
from types import TracebackType
from typing import Any

from jupyter_client.manager import KernelManager

from jupyter_repro.capture.inject import Injection, bootstrap_request, injection_of
from jupyter_repro.journal import reader
from jupyter_repro.records import RunRecord, SessionRecord

TIMEOUT = 60


class KernelGone(Exception):
    """The kernel process ended."""


class TrackedKernel:
    """``with TrackedKernel(folder) as kernel: kernel.run("1 + 1", cell="a")``."""

    def __init__(
        self, cwd: Path, *, python: str | None = None, track: bool = True, env: dict[str, str] | None = None
    ) -> None:
        self.cwd = cwd
        self._track = track
        self.manager = KernelManager(kernel_name="python3")
        if python is not None:
            self.manager.kernel_spec.argv[0] = python
        self._env = {**os.environ, **(env or {})}
        self.injection: Injection | None = None

    def __enter__(self) -> TrackedKernel:
        self.manager.start_kernel(cwd=str(self.cwd), env=self._env)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=TIMEOUT)
        if self._track:
            self.inject()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.stop_channels()
        if self.manager.is_alive():
            self.manager.shutdown_kernel()

    def inject(self, *, notebook: str | None = None, carry: bool = False) -> Injection:
        """Load the tracker by one silent request."""
        self.injection = injection_of(self._request(bootstrap_request(notebook=notebook, carry=carry))[0])
        return self.injection

    def run(
        self,
        code: str,
        cell: str | None = None,
        *,
        silent: bool = False,
        store_history: bool = True,
        answers: tuple[str, ...] = (),
    ) -> list[dict[str, Any]]:
        """Run code; its outputs as the nbformat dicts that a document would hold. ``answers`` are typed when asked."""
        content = {
            "code": code,
            "silent": silent,
            "store_history": store_history,
            "user_expressions": {},
            "allow_stdin": bool(answers),
            "stop_on_error": False,
        }
        return self._request(content, cell, list(answers))[1]

    def value(self, expression: str) -> str:
        """The repr of an expression, asked silently."""
        content = {"code": "", "silent": True, "store_history": False, "user_expressions": {"v": expression}}
        answer = self._request(content)[0]["user_expressions"]["v"]
        return (
            str(answer["data"]["text/plain"]) if answer["status"] == "ok" else f"{answer['ename']}: {answer['evalue']}"
        )

    def session(self) -> SessionRecord:
        """What the journal says by now."""
        path = json.loads(
            self.value(
                "__import__('json').dumps(str(__import__('sys').modules['jupyter_repro.capture.extension'].tracker_of(get_ipython()).journal))"
            ).strip("'")
        )
        return reader.read(Path(path))

    def runs(self) -> tuple[RunRecord, ...]:
        """The runs in the journal by now."""
        return self.session().runs

    def _request(
        self, content: dict[str, Any], cell: str | None = None, answers: list[str] | None = None
    ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        message = self.client.session.msg("execute_request", content, metadata={"cellId": cell} if cell else {})
        self.client.shell_channel.send(message)
        request = message["header"]["msg_id"]
        outputs: list[dict[str, Any]] = []
        for answer in answers or ():
            self._next(self.client.get_stdin_msg)
            self.client.input(answer)
        while True:
            news = self._next(self.client.get_iopub_msg)
            if news["parent_header"].get("msg_id") != request:
                continue
            kind, body = news["msg_type"], news["content"]
            if kind == "status" and body["execution_state"] == "idle":
                break
            if kind in ("stream", "display_data", "execute_result", "error"):
                outputs.append({"output_type": kind, **body})
        while True:
            reply = self._next(self.client.get_shell_msg)
            if reply["parent_header"].get("msg_id") == request:
                return dict(reply["content"]), outputs

    def _next(self, get: Callable[..., dict[str, Any]]) -> dict[str, Any]:
        for _ in range(TIMEOUT):
            try:
                return get(timeout=1)
            except Empty:
                if not self.manager.is_alive():
                    raise KernelGone from None
        raise TimeoutError(f"the kernel did not answer for {TIMEOUT} s")
