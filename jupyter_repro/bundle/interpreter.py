"""What is installed where the kernel runs: asked from that interpreter itself, in one short process.

The tool may live in another environment than the kernel, so its own ``importlib.metadata`` is not the answer. Nothing
of the user's is imported: modules are located, not executed.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from packaging.utils import canonicalize_name

from jupyter_repro.errors import KernelUnavailable

_PROBE = Path(__file__).with_name("interpreter_probe.py")
_TIMEOUT = 120.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Installed:
    """An installed distribution."""

    name: str
    """As its metadata spells it."""
    version: str
    requires: tuple[str, ...] = ()
    """Requirement strings, markers and extras included."""
    modules: tuple[str, ...] = ()
    """Dotted names that it brings: top-level ones, deeper ones where several distributions share the top."""
    url: str | None = None
    """Where a VCS, editable or local install came from; None for one from an index."""
    editable: bool = False
    vcs: str | None = None
    """``git``, ``hg`` ... with the commit after ``@``, for an install from version control."""
    folder: str | None = None
    """The site folder it is installed in."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Located:
    """A top-level module as the interpreter would find it."""

    kind: str
    """``stdlib``, ``installed``, ``local`` or ``missing``."""
    path: str | None = None
    """Its file, or the folder of a package, for local modules."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Interpreter:
    """A Python interpreter and what is installed for it."""

    executable: str
    version: str
    """Full version, e.g. ``3.11.7``."""
    implementation: str
    installed: Mapping[str, Installed] = field(default_factory=dict)
    """By canonical name."""
    located: Mapping[str, Located] = field(default_factory=dict)

    @property
    def minor(self) -> str:
        """``3.11``."""
        return ".".join(self.version.split(".")[:2])

    def owner(self, module: str) -> tuple[Installed, ...]:
        """The distributions that bring a dotted module: the longest matching name wins; several may share it."""
        parts = module.split(".")
        for length in range(len(parts), 0, -1):
            name = ".".join(parts[:length])
            owners = tuple(each for each in self.installed.values() if name in each.modules)
            if owners:
                return owners
        return ()


def executable_of(kernel: str | None) -> str:
    """The interpreter that a kernelspec starts; this one where the notebook names none or one that is not installed.

    A spec whose command is bare ``python`` is started by jupyter_client with the interpreter it runs in: so do we.
    """
    if kernel is None:
        return sys.executable
    try:
        spec = KernelSpecManager().get_kernel_spec(kernel)
    except NoSuchKernel:
        return sys.executable
    command = spec.argv[0] if spec.argv else sys.executable
    return sys.executable if command in ("python", "python3", f"python3.{sys.version_info[1]}") else command


def ask(executable: str, modules: Iterable[str], folder: Path) -> Interpreter:
    """What ``executable`` has installed, and where it would find ``modules`` from a notebook in ``folder``.

    Raises KernelUnavailable where the interpreter does not answer.
    """
    question = json.dumps({"modules": sorted(set(modules)), "folder": str(folder.resolve())})
    try:
        with tempfile.TemporaryDirectory(prefix="jupyter-repro-") as neutral:
            done = subprocess.run(
                [executable, str(_PROBE)],
                input=question,
                capture_output=True,
                text=True,
                timeout=_TIMEOUT,
                cwd=neutral,
                check=True,
            )
        answer = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        detail = getattr(error, "stderr", "") or str(error)
        raise KernelUnavailable(
            f"the kernel's interpreter {executable} does not tell what is installed: {str(detail).strip()[-300:]}",
            hint="Check that it starts, or name another kernel in the notebook.",
        ) from None
    return Interpreter(
        executable=executable,
        version=answer["version"],
        implementation=answer["implementation"],
        installed={canonicalize_name(each["name"]): _installed(each) for each in answer["installed"]},
        located={name: Located(**each) for name, each in answer["located"].items()},
    )


def _installed(content: dict[str, Any]) -> Installed:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in content.items()
    }
    return Installed(**values)
