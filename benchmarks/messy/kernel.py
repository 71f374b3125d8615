"""A real kernel that runs cells as JupyterLab does, with cell ids, and hands back outputs as nbformat has them."""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpec

TIMEOUT = 90.0
"""Seconds a cell may take."""


class LiveKernel:
    """One kernel process in a notebook's folder."""

    def __init__(
        self, python: str, notebook: Path, *, load: str | None = None, env: dict[str, str] | None = None
    ) -> None:
        self._manager = KernelManager(kernel_name="python3")
        argv = [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        self._manager._kernel_spec = KernelSpec(argv=argv, language="python")
        self._manager.start_kernel(
            cwd=str(notebook.parent),
            env={
                **os.environ,
                "JPY_SESSION_NAME": str(notebook),
                "MPLBACKEND": "module://matplotlib_inline.backend_inline",
                "PYTHONHASHSEED": "0",
                **(env or {}),
            },
            stderr=subprocess.DEVNULL,
        )
        self._client = self._manager.blocking_client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=120)
        if load:
            self.run(load, silent=True)

    def run(
        self, source: str, cell: str | None = None, *, silent: bool = False, interrupt_after: float | None = None
    ) -> tuple[list[dict[str, Any]], int | None]:
        """Run a source; its outputs and its execution count. ``interrupt_after`` so many seconds, as by the stop button."""
        session = self._client.session
        content = {
            "code": source,
            "silent": silent,
            "store_history": not silent,
            "user_expressions": {},
            "allow_stdin": False,
        }
        message = session.msg("execute_request", {**content, "stop_on_error": False})
        if cell:
            message["metadata"] = {"cellId": cell}
        self._client.shell_channel.send(message)
        stop_button = threading.Timer(interrupt_after or 0.0, self._manager.interrupt_kernel)
        if interrupt_after is not None:
            stop_button.start()
        wanted, deadline = message["header"]["msg_id"], time.monotonic() + TIMEOUT
        outputs: list[dict[str, Any]] = []
        count = None
        while True:
            try:
                answer = self._client.get_iopub_msg(timeout=max(0.1, deadline - time.monotonic()))
            except queue.Empty:
                self._manager.interrupt_kernel()
                outputs.append({"output_type": "error", "ename": "Timeout", "evalue": "", "traceback": []})
                break
            if answer["parent_header"].get("msg_id") != wanted:
                continue
            kind, body = answer["msg_type"], answer["content"]
            if kind == "status" and body["execution_state"] == "idle":
                break
            if kind == "execute_input":
                count = body["execution_count"]
            elif kind == "clear_output":
                outputs.clear()
            else:
                _add(outputs, kind, body)
        stop_button.cancel()
        with contextlib.suppress(queue.Empty):
            self._client.get_shell_msg(timeout=10)
        return outputs, count

    def stop(self) -> None:
        """End the process."""
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)


def _add(outputs: list[dict[str, Any]], kind: str, body: dict[str, Any]) -> None:
    if kind == "stream":
        if outputs and outputs[-1].get("name") == body["name"]:
            outputs[-1]["text"] += body["text"]
        else:
            outputs.append({"output_type": "stream", "name": body["name"], "text": body["text"]})
    elif kind == "error":
        outputs.append({"output_type": "error", **{key: body[key] for key in ("ename", "evalue", "traceback")}})
    elif kind in ("display_data", "execute_result"):
        output = {"output_type": kind, "data": body["data"], "metadata": body["metadata"]}
        if kind == "execute_result":
            output["execution_count"] = body["execution_count"]
        outputs.append(output)
