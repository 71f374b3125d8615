"""The lock: ``requirements.in`` and ``constraints.txt`` from the session, ``requirements.txt`` by pip-compile.

Every distribution that the session had is constrained to the version it had; what only the rerun needs (nbval, ...)
is free unless it was installed too. pip-compile resolves for the interpreter it runs in, so it runs in one of the
session's Python version; uv, where it is installed, resolves for any version and gives the same lock much faster.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name

from jupyter_repro.bundle.needs import RERUN_TOOLS, Needs
from jupyter_repro.errors import LockFailed, NoNetwork
from jupyter_repro.progress import Progress

TIMEOUT = 1800.0
"""Seconds that a resolver may take: an index without metadata makes it download everything to hash it."""
_VERSION = 2
"""Of the cache's key: raise it when the way of locking changes."""
_OFFLINE = re.compile(
    r"Name or service not known|Temporary failure in name resolution|getaddrinfo failed|Network is unreachable|"
    r"NewConnectionError|ConnectionError|Connection refused|Could not connect|error sending request|dns error|"
    r"ConnectTimeout|Read timed out|No route to host|tcp connect error|failed to lookup address|ProxyError",
    re.IGNORECASE,
)
_COMMAND = "pip-compile --generate-hashes --allow-unsafe --strip-extras --output-file=requirements.txt requirements.in"


@dataclass(frozen=True, kw_only=True, slots=True)
class Lock:
    """The texts of the three files, and which tool resolved them."""

    requirements_in: str
    constraints: str
    requirements: str
    tool: str

    @property
    def pins(self) -> dict[str, str]:
        """Distribution -> version, of everything locked."""
        return dict(re.findall(r"^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)", self.requirements, re.MULTILINE))


def lock(needs: Needs, progress: Progress, *, wheels: Mapping[str, str] | None = None) -> Lock:
    """Everything the steps and their rerun need, pinned and hashed.

    ``wheels`` are vendored wheels (path in the bundle -> SHA-256), which the lock names by path. Raises LockFailed
    where the versions cannot be had together or are on no index, NoNetwork where no index answers.
    """
    requirements_in, constraints = _requirements_in(needs), _constraints(needs)
    cached = _cache_file(requirements_in, constraints, needs)
    if cached.is_file():
        text, tool = cached.read_text(encoding="utf-8"), "cache"
        progress.step("lock", "taking the lock made before from the same requirements")
    else:
        text, tool = _resolve(requirements_in, constraints, needs, progress)
        _keep(cached, text)
    text = _without(text, {canonicalize_name(each.name) for each in needs.carried})
    vendored = "".join(f"./{path} \\\n    --hash=sha256:{digest}\n" for path, digest in sorted((wheels or {}).items()))
    header = (
        f"# Every distribution that the steps need, pinned and hashed, for Python {needs.python}.\n"
        f"# Made by {_COMMAND}\n"
    )
    return Lock(
        requirements_in=requirements_in,
        constraints=constraints,
        requirements=header + text + vendored,
        tool=tool,
    )


def _without(text: str, names: Collection[str]) -> str:
    """A lock without the entries of what is vendored: another may require it, and an index have its name."""
    if not names:
        return text
    entries = re.split(r"(?m)^(?=\S)", text)
    return "".join(
        each for each in entries if canonicalize_name(re.split(r"[=\s\[;]", each, maxsplit=1)[0]) not in names
    )


def _requirements_in(needs: Needs) -> str:
    lines = ["# What the steps import, at the versions that the session used."]
    lines += [f"{name}=={version}" for name, version in sorted(needs.pins.items())]
    lines.append("# What it takes to rerun and check the notebook.")
    lines += [name for name in RERUN_TOOLS if name not in needs.pins]
    # Carried distributions are not on an index; what they require is.
    required = sorted(
        {
            line
            for each in needs.carried
            for line in each.requires
            if "extra ==" not in line and not re.match(r"jupyter[-_.]repro\b", line)
        }
    )
    if required:
        lines += ["# What the vendored distributions require.", *required]
    lines += ["# Everything that the session's environment had keeps its version.", "-c constraints.txt"]
    return "\n".join(lines) + "\n"


def _constraints(needs: Needs) -> str:
    pinned = {name: version for name, version in needs.constraints.items() if "+" not in version or name in needs.pins}
    return "".join(f"{name}=={version}\n" for name, version in sorted(pinned.items()))


def _resolve(requirements_in: str, constraints: str, needs: Needs, progress: Progress) -> tuple[str, str]:
    with tempfile.TemporaryDirectory(prefix="jupyter-repro-lock-") as scratch:
        folder = Path(scratch)
        (folder / "requirements.in").write_text(requirements_in, encoding="utf-8")
        (folder / "constraints.txt").write_text(constraints, encoding="utf-8")
        uv, said = find_uv(), ""
        if uv is not None:
            progress.step("lock", f"uv pins and hashes everything for Python {needs.python}")
            done = _run(_uv_command(uv, needs.python), folder, progress)
            if done.returncode == 0:
                return _body(folder), "uv"
            said = done.stderr
            # uv reads other configuration than pip; what it cannot find, pip may.
            progress.step("lock", "uv could not; trying pip-compile")
        progress.step(
            "lock", f"pip-compile pins and hashes everything for Python {needs.python} (this can take minutes)"
        )
        done = _run(_pip_compile_command(needs, progress), folder, progress)
        if done.returncode == 0:
            return _body(folder), "pip-compile"
        raise _failure(said, done.stdout + done.stderr)


def find_uv() -> str | None:
    """Where uv is, on the path or beside this interpreter; None where it is not.

    ``JUPYTER_REPRO_LOCKER=pip-compile`` in the environment forbids it.
    """
    if os.environ.get("JUPYTER_REPRO_LOCKER", "") == "pip-compile":
        return None
    return shutil.which("uv") or shutil.which("uv", path=sysconfig.get_path("scripts"))


def _uv_command(uv: str, python: str) -> list[str]:
    return [
        uv, "pip", "compile", "requirements.in", "--generate-hashes", "--no-header", "--python-version", python,
        "--no-emit-index-url", "--no-emit-find-links", "--output-file", "requirements.txt", "--quiet", "--strip-extras",
    ]  # fmt: skip


def _pip_compile_command(needs: Needs, progress: Progress) -> list[str]:
    return [
        _locker(needs, progress), "-m", "piptools", "compile", "requirements.in", "--generate-hashes", "--allow-unsafe",
        "--strip-extras", "--no-header", "--no-emit-index-url", "--no-emit-find-links", "--no-emit-trusted-host",
        "--no-emit-options", "--output-file", "requirements.txt",
    ]  # fmt: skip


def _locker(needs: Needs, progress: Progress) -> str:
    """An interpreter of the session's Python version that has pip-tools: this one, or one made for it and kept."""
    if needs.python.split(".")[:2] == [str(each) for each in sys.version_info[:2]]:
        return sys.executable
    room = cache_folder() / f"pip-tools-{needs.python}"
    python = room / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if python.is_file():
        return str(python)
    progress.step("lock", f"preparing pip-tools for Python {needs.python} (once)")
    room.parent.mkdir(parents=True, exist_ok=True)
    fresh = room.with_name(f"{room.name}.{os.getpid()}")
    inside = fresh / python.relative_to(room)
    try:
        for command in (
            [needs.interpreter.executable, "-m", "venv", str(fresh)],
            [str(inside), "-m", "pip", "install", "--quiet", "pip-tools"],
        ):
            subprocess.run(command, capture_output=True, text=True, check=True, timeout=TIMEOUT)
        # `python -m piptools` works from wherever the environment is; another export may have been faster.
        if not python.is_file():
            fresh.replace(room)
    except (OSError, subprocess.SubprocessError) as error:
        detail = getattr(error, "stderr", "") or str(error)
        if _OFFLINE.search(detail):
            raise NoNetwork(
                "the package index cannot be reached", hint="Check the network; nothing was written."
            ) from None
        raise LockFailed(
            f"pip-tools for Python {needs.python} could not be prepared: {_last(detail)}",
            hint="Install uv, which locks for any version, or install pip-tools in the kernel's environment.",
        ) from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return str(python)


def _run(command: Sequence[str], folder: Path, progress: Progress) -> subprocess.CompletedProcess[str]:
    """Run a resolver; cancelled or timed out, it is stopped."""
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PYTHONWARNINGS": "ignore", "NO_COLOR": "1"}
    # With no retry at all pip does not even say that it could not connect.
    environment["PIP_RETRIES"] = max(
        "1", environment.get("PIP_RETRIES", "2"), key=lambda each: each.isdigit() and int(each)
    )
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        waited = 0.0
        try:
            while True:
                try:
                    out, err = process.communicate(timeout=2.0)
                    return subprocess.CompletedProcess(command, process.returncode, out, err)
                except subprocess.TimeoutExpired:
                    waited += 2.0
                    progress.step("lock", f"resolving and hashing ({waited:.0f} s)")
                    if waited > TIMEOUT:
                        raise LockFailed(
                            f"the resolver did not finish within {TIMEOUT:.0f} seconds",
                            hint="Try again, or install uv.",
                        ) from None
        finally:
            if process.poll() is None:
                process.kill()


def _body(folder: Path) -> str:
    """The lock without comments that depend on the tool, its options or the machine."""
    kept = []
    for line in (folder / "requirements.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith(("#", "--")) or re.match(r"\s+#", line) or not line.strip():
            continue
        kept.append(line.rstrip())
    return "\n".join(kept) + "\n"


def _failure(uv: str, pip: str) -> LockFailed | NoNetwork:
    """What the resolvers' messages mean. uv's are the clearer ones, where it is installed."""
    text = pip + uv
    if _OFFLINE.search(pip):
        return NoNetwork(
            "the package index cannot be reached, so nothing could be locked",
            hint="Check the network or pip's configuration; nothing was written.",
        )
    missing = re.search(r"No matching distribution found for (\S+)", text) or re.search(
        r"there is no version of (\S+)|Because (\S+) was not found in the package registry", text
    )
    if missing:
        return LockFailed(
            f"{missing[missing.lastindex or 0]} is on no index that pip knows, so it cannot be locked",
            hint="It may be a conda, local or yanked version: install a published one in the kernel and run again.",
        )
    return LockFailed(
        f"the requirements could not be resolved: {_reason(uv, pip)}",
        hint="The session's versions contradict each other (see pip check in the kernel's environment).",
    )


def _reason(uv: str, pip: str) -> str:
    told = re.search(r"(?:cause: )?(Because .*)", uv, re.DOTALL) or re.search(r"ERROR: (Cannot install .*?)\n", pip)
    return " ".join(told[1].split())[:500] if told else _last(pip)


def _last(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith((" ", "Traceback"))]
    return " ".join(lines[-2:])[-400:] or "no reason given"


def cache_folder() -> Path:
    """Where locks are kept for this user; respects ``XDG_CACHE_HOME``."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "jupyter-repro"


def _cache_file(requirements_in: str, constraints: str, needs: Needs) -> Path:
    platform = f"{sysconfig.get_platform()} {needs.interpreter.implementation} {needs.python}"
    key = hashlib.sha256(f"{_VERSION}\n{platform}\n{requirements_in}\n{constraints}".encode()).hexdigest()
    return cache_folder() / "locks" / f"{key[:32]}.txt"


def _keep(path: Path, text: str) -> None:
    """Store a lock for next time; a cache that cannot be written is no error."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)
    except OSError:
        return
