"""What the capture can see on this machine, in one kernel: asked of a real kernel, not guessed."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from jupyter_client.manager import start_new_kernel

from jupyter_repro.capture.inject import bootstrap_request, injection_of
from jupyter_repro.errors import KernelUnavailable

TIMEOUT = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkup:
    """The layers of the capture in a kernel: ``on``, or why not."""

    kernel: str
    python: str
    tracked: bool
    reason: str = ""
    layers: dict[str, str] = field(default_factory=dict)
    limits: dict[str, str] = field(default_factory=dict)


def examine(kernel: str) -> Checkup:
    """Start the kernel in the working directory, load the tracker as the panel does, and ask; nothing is recorded.

    Raises KernelUnavailable.
    """
    from jupyter_repro.headless import check_kernel

    check_kernel(kernel, named_by="--kernel")
    with tempfile.TemporaryFile() as talk:
        try:
            manager, client = start_new_kernel(kernel_name=kernel, cwd=str(Path.cwd()), stderr=talk)
        except (RuntimeError, OSError) as error:
            raise KernelUnavailable(f"the kernel {kernel!r} did not start: {error}") from None
        try:
            content = bootstrap_request()
            content["user_expressions"]["python"] = "__import__('sys').version.split()[0]"
            request = client.session.msg("execute_request", content)
            client.shell_channel.send(request)
            while True:
                reply = client.get_shell_msg(timeout=TIMEOUT)
                if reply["parent_header"].get("msg_id") == request["header"]["msg_id"]:
                    break
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
    injection = injection_of(reply["content"])
    python = reply["content"].get("user_expressions", {}).get("python", {}).get("data", {}).get("text/plain", "")
    return Checkup(
        kernel=kernel,
        python=python.strip("'"),
        tracked=injection.loaded,
        reason=injection.reason,
        layers=dict(injection.details.get("layers", {})),
        limits=_limits(),
    )


def _limits() -> dict[str, str]:
    """What this machine grants to the folder watch and to processes, and whether it knows its files' packages."""
    limits = {}
    for name in ("max_user_watches", "max_queued_events", "max_user_instances"):
        try:
            limits[f"inotify {name}"] = Path(f"/proc/sys/fs/inotify/{name}").read_text().strip()
        except OSError:
            limits[f"inotify {name}"] = "not on this system"
    limits["usable cpus"] = (
        str(len(os.sched_getaffinity(0))) if hasattr(os, "sched_getaffinity") else str(os.cpu_count())
    )
    told = shutil.which("dpkg-query") is not None
    limits["system packages"] = "told by dpkg" if told else "not told: this system has no dpkg"
    return limits
