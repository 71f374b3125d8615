"""A virtual environment made from the bundle's lock: hashes required, nothing of the user's environment in reach.

Environments are kept by the digest of what they were made from, the most recently used few of them, so that proving a
bundle again is quick. A lock file beside each keeps two verifications from building or removing the same one.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from jupyter_repro.errors import BadInput, CannotWrite
from jupyter_repro.progress import Progress
from jupyter_repro.verify.rooms import driver, install, pythons
from jupyter_repro.verify.rooms.interface import Execution, OpenRoom, Room, Terms
from jupyter_repro.verify.subject import Subject

LOCK = "requirements.txt"
KEPT = 6
"""How many environments are kept."""
_READY = "jupyter-repro-ready"
_LAYOUT = "1"
"""Changes whenever environments made before must not be used any more."""
_PASSED_ON = ("LANG", "LANGUAGE", "TZ", "TMPDIR", "TERM", "USER", "LOGNAME", "SHELL", "LD_LIBRARY_PATH")
_NETWORK = (
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
)


class OpenVenv(OpenRoom):
    """A scratch folder, and the environment's own interpreter."""

    varies = MappingProxyType({"environment": "the room passes on none of your variables"})

    def __init__(self, subject: Subject, environment: Path, scratch: Path, notes: tuple[str, ...]) -> None:
        self._subject = subject
        self._environment = environment
        self._scratch = scratch
        self.notes = notes

    def run(self, terms: Terms, progress: Progress) -> Execution:
        """See `OpenRoom.run`."""
        return driver.run_locally(
            str(self._environment / "bin" / "python"),
            self._subject,
            terms,
            progress,
            scratch=self._scratch,
            room="the virtual environment",
            environment=kernel_environment(self._environment),
        )


class VirtualEnvironment(Room):
    """A new virtual environment, from the lock."""

    name = "venv"

    @contextmanager
    def open(self, subject: Subject, progress: Progress) -> Iterator[OpenRoom]:
        """See `Room.open`. Raises BuildFailed or NoNetwork where the lock cannot be installed."""
        assert subject.manifest is not None
        if LOCK not in subject.files:
            raise BadInput(f"{subject.target} has no {LOCK}", hint="Export the bundle again.")
        wanted = subject.manifest.python
        python = pythons.find(wanted)
        notes: tuple[str, ...] = ()
        if python.version != wanted:
            notes = (f"It ran on Python {python.version}, because {wanted} is not installed here.",)
        with (
            kept(_digest(subject, python), python, subject, progress) as environment,
            tempfile.TemporaryDirectory(prefix="jupyter-repro-", ignore_cleanup_errors=True) as scratch,
        ):
            yield OpenVenv(subject, environment, Path(scratch), notes)


def kernel_environment(environment: Path) -> dict[str, str]:
    """The variables of a clean kernel: no user's Python settings, its own home, the machine's language and network."""
    kept_variables = {
        name: value
        for name, value in os.environ.items()
        if name in _PASSED_ON or name.startswith("LC_") or name.upper() in _NETWORK
    }
    return {
        **kept_variables,
        "PATH": f"{environment / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "VIRTUAL_ENV": str(environment),
        "PYTHONNOUSERSITE": "1",
        "HOME": "{home}",
        # Rebuilding the font cache takes ten seconds, and holds nothing of the user's.
        "MPLCONFIGDIR": str(environment / "cache" / "matplotlib"),
    }


@contextmanager
def kept(digest: str, python: pythons.Python, subject: Subject, progress: Progress) -> Iterator[Path]:
    """The environment of this digest, made where it is not kept; nobody removes it while the context is open."""
    store = cache_folder() / "venvs"
    try:
        store.mkdir(parents=True, exist_ok=True)
        guard = (store / f"{digest}.lock").open("a")
    except OSError as error:
        raise CannotWrite(
            f"{store} cannot be written: {error.strerror}", hint="Set XDG_CACHE_HOME to a folder that can."
        ) from None
    with guard:
        environment = store / digest
        ready = environment / _READY
        progress.step("room", "preparing a virtual environment")
        while True:
            fcntl.flock(guard, fcntl.LOCK_EX)
            if ready.exists():
                progress.step("room", "the virtual environment of this lock is kept from before")
            else:
                _make(environment, ready, python, subject, progress)
                _forget_oldest(store, digest)
            os.utime(ready)
            # Giving up the exclusive lock for a shared one is two steps: somebody may have cleared up between them.
            fcntl.flock(guard, fcntl.LOCK_SH)
            if ready.exists():
                break
        yield environment


def _make(environment: Path, ready: Path, python: pythons.Python, subject: Subject, progress: Progress) -> None:
    shutil.rmtree(environment, ignore_errors=True)
    try:
        install.make(environment, python, subject, LOCK, progress)
        ready.touch()
    finally:
        if not ready.exists():
            shutil.rmtree(environment, ignore_errors=True)


def cache_folder() -> Path:
    """Where environments are kept: ``$XDG_CACHE_HOME/jupyter-repro``."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "jupyter-repro"


def _digest(subject: Subject, python: pythons.Python) -> str:
    digest = hashlib.sha256("\0".join((_LAYOUT, python.version, python.executable)).encode())
    for name in subject.files:
        if name == LOCK or name.startswith("vendor/"):
            digest.update(f"\0{name}\0".encode())
            digest.update((subject.root / name).read_bytes())
    return digest.hexdigest()[:20]


def _forget_oldest(store: Path, digest: str) -> None:
    """Remove all but the most recently used environments; one that is in use stays."""
    ready = [path for path in store.glob(f"*/{_READY}") if path.parent.name != digest]
    for marker in sorted(ready, key=_used, reverse=True)[KEPT - 1 :]:
        lock = store / f"{marker.parent.name}.lock"
        with lock.open("a") as guard, contextlib.suppress(BlockingIOError):
            fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
            marker.unlink(missing_ok=True)
            shutil.rmtree(marker.parent, ignore_errors=True)


def _used(marker: Path) -> float:
    try:
        return marker.stat().st_mtime
    except OSError:
        return 0.0
