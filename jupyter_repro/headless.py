"""Execute a document from top to bottom in a fresh, tracked kernel, without a frontend.

The kernel may live in any environment: the tracker is injected. It is told each cell's id, as JupyterLab does and
nbclient does not, so that the journal knows the cells. The notebook file is written once, at the end, in one rename,
and only outputs and execution counts change in it.
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat.v4.rwbase import split_lines

from jupyter_repro.capture.inject import Injection, bootstrap_request, injection_of
from jupyter_repro.errors import BadInput, CannotWrite, KernelDied, KernelUnavailable, TimedOut
from jupyter_repro.model.document import Document
from jupyter_repro.progress import Progress

INJECTION_TIMEOUT = 30.0
"""Seconds to wait for the kernel's answer to the injection."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CellFailure:
    """The cell that stopped the run, or failed where failing is allowed."""

    cell: str
    index: int
    name: str
    value: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Execution:
    """What a headless run gave."""

    notebook: Any = field(repr=False)
    """The executed ``nbformat.NotebookNode``."""
    injection: Injection
    executed: int
    """Code cells that ran."""
    failures: tuple[CellFailure, ...] = ()

    @property
    def journal(self) -> str | None:
        """Path of the journal of this run, None where the kernel could not be tracked."""
        path = self.injection.details.get("journal")
        return str(path) if path else None


class _CellIdClient(NotebookClient):  # type: ignore[misc]
    """nbclient, but each request names the cell it runs."""

    def name_cells(self) -> None:
        """Make the kernel client send the id of the cell that `current` names."""
        client = self.kc

        def execute(code: str, silent: bool = False, store_history: bool = True, **kwargs: Any) -> str:
            content = {
                "code": code,
                "silent": silent,
                "store_history": store_history,
                "user_expressions": kwargs.get("user_expressions") or {},
                "allow_stdin": False,
                "stop_on_error": kwargs.get("stop_on_error", True),
            }
            message = client.session.msg("execute_request", content, metadata={"cellId": self.current})
            client.shell_channel.send(message)
            return str(message["header"]["msg_id"])

        client.execute = execute

    current: str | None = None


def execute(
    document: Document,
    *,
    kernel: str | None = None,
    belongs_to: Path | None = None,
    cwd: Path | None = None,
    allow_errors: bool = False,
    timeout: float | None = None,
    progress: Progress | None = None,
) -> Execution:
    """Run every code cell in document order; the document itself is not changed.

    The run stops at the first cell that fails, unless ``allow_errors`` or the cell's tag ``raises-exception`` lets it
    go on. The journal goes beside ``belongs_to`` (default: the document), the kernel works in ``cwd`` (default: the
    document's folder). ``timeout`` is in seconds per cell. Raises KernelUnavailable, KernelDied, TimedOut, BadInput,
    Cancelled.
    """
    progress = progress or Progress()
    folder = (cwd or document.path.parent).resolve()
    owner = (belongs_to or document.path).resolve()
    name = kernel or document.kernel or "python3"
    check_kernel(name, named_by="--kernel" if kernel else "the notebook")
    notebook = nbformat.from_dict(json.loads(json.dumps(document.notebook)))
    client = _CellIdClient(
        notebook,
        kernel_name=name,
        timeout=timeout,
        allow_errors=allow_errors,
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
    )
    code = [index for index, cell in enumerate(notebook.cells) if cell.cell_type == "code" and cell.source.strip()]
    failures: list[CellFailure] = []
    done = 0
    try:
        progress.step("run", f"starting the kernel {name}", 0, len(code))
        with (
            tempfile.TemporaryFile() as talk,
            client.setup_kernel(cwd=str(folder), env={**os.environ, "JPY_SESSION_NAME": str(owner)}, stderr=talk),
        ):
            injection = _inject(client, str(owner))
            client.name_cells()
            for done, index in enumerate(code, start=1):
                cell = notebook.cells[index]
                client.current = cell.id
                progress.step("run", f"cell {done} of {len(code)}: {_first_line(cell.source)}", done - 1, len(code))
                try:
                    client.execute_cell(cell, index)
                except CellExecutionError:
                    failures.append(_failure(cell, index))
                    break
                if any(output.output_type == "error" for output in cell.outputs):
                    failures.append(_failure(cell, index))
            client.set_widgets_metadata()
            injection = _inject(client, str(owner)) if injection.loaded else injection
    except DeadKernelError:
        where = f" in cell {done} ({_first_line(notebook.cells[code[done - 1]].source)})" if done else ""
        raise KernelDied(f"the kernel {name} died{where}", hint=f"{document.path.name} was not changed.") from None
    except CellTimeoutError:
        raise TimedOut(
            f"cell {done} took longer than {timeout:g} s ({_first_line(notebook.cells[code[done - 1]].source)})",
            hint=f"{document.path.name} was not changed; raise --timeout.",
        ) from None
    except RuntimeError as error:
        raise KernelUnavailable(
            f"the kernel {name} did not start: {error}", hint="Try another one with --kernel."
        ) from None
    progress.step("run", f"{done} cells ran", done, len(code))
    return Execution(notebook=notebook, injection=injection, executed=done, failures=tuple(failures))


def save(execution: Execution, document: Document, target: Path) -> None:
    """Write the document with the outputs of an execution, by one rename: the target is whole or untouched.

    Everything but outputs and execution counts stays as the file has it; derived cell ids stay unwritten. Raises
    CannotWrite.
    """
    content = json.loads(document.path.read_text(encoding="utf-8"))
    shown = nbformat.from_dict({**execution.notebook, "cells": [dict(cell) for cell in execution.notebook.cells]})
    for raw, cell in zip(content["cells"], split_lines(shown).cells, strict=True):
        if raw["cell_type"] == "code":
            raw["outputs"], raw["execution_count"] = cell.get("outputs", []), cell.get("execution_count")
    for key in ("language_info", "widgets"):
        if key in execution.notebook.metadata:
            content["metadata"][key] = execution.notebook.metadata[key]
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as error:
        raise CannotWrite(
            f"{target} cannot be written: {error.strerror}", hint="Choose another place with -o."
        ) from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
        Path(temporary).chmod(target.stat().st_mode & 0o777 if target.exists() else 0o644)
        Path(temporary).replace(target)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True)
        raise CannotWrite(
            f"{target} cannot be written: {error.strerror}", hint="Choose another place with -o."
        ) from None


def check_kernel(name: str, *, named_by: str) -> None:
    """Raises KernelUnavailable for a kernel that is not installed, BadInput for one of another language."""
    manager = KernelSpecManager()
    try:
        spec = manager.get_kernel_spec(name)
    except NoSuchKernel:
        installed = ", ".join(sorted(manager.find_kernel_specs())) or "none"
        raise KernelUnavailable(
            f"the kernel {name!r} that {named_by} asks for is not installed",
            hint=f"Choose one with --kernel: {installed}.",
        ) from None
    if spec.language.lower() not in ("python", ""):
        raise BadInput(f"the kernel {name!r} runs {spec.language}; jupyter-repro tracks Python kernels only")


def _inject(client: NotebookClient, notebook: str) -> Injection:
    for carry in (False, True):
        content = bootstrap_request(notebook=notebook, carry=carry)
        request = client.kc.session.msg("execute_request", content)
        client.kc.shell_channel.send(request)
        reply = client.wait_for_reply(request["header"]["msg_id"])
        injection = injection_of(reply["content"] if reply else {})
        if injection.code != "unreachable":
            break
    return injection


def _failure(cell: Any, index: int) -> CellFailure:
    error: dict[str, Any] = next((output for output in cell.outputs if output.output_type == "error"), {})
    return CellFailure(cell=cell.id, index=index, name=str(error.get("ename", "")), value=str(error.get("evalue", "")))


def _first_line(source: str) -> str:
    line = source.strip().split("\n", 1)[0]
    return line if len(line) <= 60 else f"{line[:57]}..."
