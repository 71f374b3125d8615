"""``jupyter repro doctor`` says of this machine and a kernel which layers are active, and why others are not."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.kernel

DOCTOR = f"{sys.executable} -m jupyter_repro.cli.main doctor"


def doctor(before: str = "", *, json_wanted: bool = True) -> str:
    """What it prints in a user namespace of its own, where ``before`` sets limits that touch nobody else."""
    if subprocess.run(["unshare", "-U", "-r", "true"], capture_output=True).returncode:
        pytest.skip("user namespaces are not allowed here")
    command = f"{before}{DOCTOR}{' --json' if json_wanted else ''}"
    return subprocess.run(["unshare", "-U", "-r", "sh", "-c", command], capture_output=True, text=True).stdout


def test_every_layer_is_on() -> None:
    found = json.loads(doctor())
    assert found["tracked"] and found["python"] == sys.version.split()[0]
    assert {name for name, status in found["layers"].items() if not status.startswith("on")} == set()


def test_without_inotify() -> None:
    limit = "echo 0 > /proc/sys/user/max_inotify_instances; "
    status = json.loads(doctor(limit))["layers"]["files.watch"]
    assert status.startswith("inotify refuses") and "max_user_instances" in status
    assert "files.watch      inotify refuses" in doctor(limit, json_wanted=False)


def test_with_too_few_watches() -> None:
    """The doctor looks at the folder that it is called in: a large project needs more of them than a small one."""
    status = json.loads(doctor("echo 2 > /proc/sys/user/max_inotify_watches; "))["layers"]["files.watch"]
    assert status.startswith("on, but") and "max_user_watches" in status
