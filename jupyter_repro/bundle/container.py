"""What gives the steps a place to run: Dockerfile, Binder, a GitHub workflow. Text from a plan; runs nothing."""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Iterable, Mapping
from contextlib import closing

import docker
import requests

from jupyter_repro.model.systempackages import SystemPackage

ACTIONS = {
    "checkout": "actions/checkout@34e114876b0b11c390a56381ad16ebd13914f8d5  # v4.3.1",
    "setup-python": "actions/setup-python@a26af69be951a213d495a4c3e4e4022e16d87065  # v5.6.0",
}
"""Pinned by commit, because a tag can be moved."""
RUNNER = "ubuntu-22.04"
NBVAL = (
    "pytest",
    "--nbval",
    "pipeline.ipynb",
    "--nbval-sanitize-with",
    "nbval_sanitize.cfg",
    "--nbval-kernel-name",
    "python3",
)


def base_image(python: str) -> str:
    """The official slim image of exactly this Python, or what ``JUPYTER_REPRO_BASE_IMAGE`` says."""
    return os.environ.get("JUPYTER_REPRO_BASE_IMAGE") or f"python:{python}-slim-bookworm"


def pinned(image: str) -> tuple[str, str]:
    """The image pinned by digest, and the digest, where an engine here knows it; else the image and ``""``."""
    if "@" in image:
        return image, image.partition("@")[2]
    try:
        with closing(docker.from_env(timeout=5)) as engine:
            known = engine.images.get(image).attrs.get("RepoDigests") or []
    except (docker.errors.DockerException, requests.exceptions.RequestException, OSError):
        return image, ""
    digest = next((each.partition("@")[2] for each in known if "@" in each), "")
    return (f"{image}@{digest}", digest) if digest else (image, "")


def installable(packages: Iterable[SystemPackage], system: str) -> list[str]:
    """Names of the packages to install on a system, by the name of its image.

    Programs have the same package everywhere. Those of libraries carry the version of their interface, so that they are
    asked for only where the image is of this machine's release.
    """
    try:
        release = platform.freedesktop_os_release().get("VERSION_CODENAME", "")
    except OSError:
        release = ""
    alike = bool(release) and release in system
    return sorted(each.name for each in packages if alike or any("/" not in brought for brought in each.brings))


def dockerfile(
    *,
    image: str,
    digest: str,
    python: str,
    environment: Mapping[str, str],
    vendored: bool,
    packages: Iterable[str] = (),
) -> str:
    """A Dockerfile: exact interpreter, locked and hashed packages, a user without rights, nbval as its command."""
    lines = [
        f"# Python {python} and exactly the locked packages. Build: docker build -t pipeline .",
        "# The base is pinned by digest."
        if digest
        else "# No engine here knows the base's digest: it is pinned by version.",
        f"FROM {image}",
        "",
    ]
    system = sorted(packages)
    if system:
        lines += [
            "RUN apt-get update \\",
            f"    && apt-get install --yes --no-install-recommends {' '.join(system)} \\",
            "    && rm -rf /var/lib/apt/lists/*",
            "",
        ]
    settings = {"PYTHONUNBUFFERED": "1", "MPLBACKEND": "Agg", "HOME": "/home/repro", **environment}
    settings.pop("MPLBACKEND")  # the kernel chooses inline figures itself, the script Agg
    lines += [
        "RUN useradd --create-home --home-dir /home/repro --uid 1000 repro",
        "ENV " + " \\\n    ".join(f"{name}={_quoted(value)}" for name, value in sorted(settings.items())),
        "WORKDIR /home/repro/pipeline",
        "",
        "# The lock first: it changes less often than the steps, so its layer is kept.",
        "COPY requirements.txt ./",
    ]
    if vendored:
        lines.append("COPY vendor ./vendor")
    lines += [
        "RUN python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt",
        "",
        "COPY --chown=repro:repro . .",
        "RUN chown repro:repro /home/repro/pipeline",
        "USER repro",
        f"CMD {json.dumps(list(NBVAL))}",
        "",
    ]
    return "\n".join(lines)


def _quoted(value: str) -> str:
    return value if re.fullmatch(r"[\w./:,+-]*", value) else json.dumps(value).replace("$", "\\$")


_IGNORED = (".git", ".github", ".repro", "binder", "__pycache__", "*.pyc", ".ipynb_checkpoints", "figures")


def dockerignore(carried: Iterable[str]) -> str:
    """What the image does not need; a folder that one of the ``carried`` files lies in is not among it."""
    needed = {path.split("/")[0] for path in carried}
    return "".join(f"{name}\n" for name in _IGNORED if name not in needed)


def workflow(python: str, environment: Mapping[str, str], packages: Iterable[str] = ()) -> str:
    """A GitHub workflow that reruns the notebook with nbval, with no rights but to read the repository."""
    system = " ".join(sorted(packages))
    install = f"      - run: sudo apt-get update && sudo apt-get install --yes {system}\n" if system else ""
    env = "".join(f"      {name}: {json.dumps(value)}\n" for name, value in sorted(environment.items()))
    return f"""\
# Reruns the notebook from its lock and compares every output with the reference.
name: reproduce

on:
  push:
  pull_request:
  schedule:
    - cron: "17 4 * * 1"
  workflow_dispatch:

permissions:
  contents: read

jobs:
  nbval:
    runs-on: {RUNNER}
    timeout-minutes: 60
{"    env:" + chr(10) + env if env else ""}    steps:
      - uses: {ACTIONS["checkout"]}
        with:
          persist-credentials: false
      - uses: {ACTIONS["setup-python"]}
        with:
          python-version: "{python}"
{install}      - run: python -m pip install --disable-pip-version-check --require-hashes -r requirements.txt
      - run: python -m {" ".join(NBVAL)}
"""


def runtime(python: str) -> str:
    """``runtime.txt`` of repo2docker: it takes a minor version."""
    return "python-" + ".".join(python.split(".")[:2]) + "\n"
