"""A container: built from the bundle's own Dockerfile, then run without network, without privileges, within limits.

The image's file system is read-only; the working folder is a volume that lives as long as the container. The notebook's
outputs and files come back as an archive that we check entry by entry.
"""

from __future__ import annotations

import contextlib
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import docker
from docker.errors import APIError, DockerException, NotFound
from docker.types import Mount

from jupyter_repro.errors import BadInput, KernelUnavailable, NoEngine
from jupyter_repro.progress import Progress
from jupyter_repro.verify.rooms import collect, driver, image
from jupyter_repro.verify.rooms.interface import Execution, OpenRoom, Room, Terms
from jupyter_repro.verify.subject import Subject

LABEL = "jupyter-repro"
MEMORY_SHARE = 0.75
"""The part of the engine's memory that a container may use."""
MOST_PROCESSES = 4096
SHARED_MEMORY = 1 << 30
"""Bytes of /dev/shm, which worker processes of numerical libraries use."""
HOME = "/tmp/home"
UNPRIVILEGED = "1000:1000"
"""User of an image that names none."""


def connect() -> docker.DockerClient:
    """A client of the engine that ``DOCKER_HOST`` names, or of the default one. Raises NoEngine where none answers."""
    try:
        client = docker.from_env(timeout=1800)
        client.ping()
    except (DockerException, OSError) as error:
        reason = str(error).split("(")[0].strip() or type(error).__name__
        raise NoEngine(
            f"no container engine answers: {reason}",
            hint="Start Docker (or set DOCKER_HOST), or prove it in a virtual environment: --in venv.",
        ) from None
    return client


class OpenContainer(OpenRoom):
    """An image that is ready, and the client to run containers of it."""

    varies = MappingProxyType(
        {
            "environment": "the container has none of your variables",
            "network": "the container has no network",
            "folder": "the container has a folder and a home of its own",
        }
    )
    cannot_vary = MappingProxyType(
        {"clock": "the image has no libfaketime", "locale": "nobody knows which locales the image has"}
    )

    def __init__(
        self, client: docker.DockerClient, tag: str, subject: Subject, scratch: Path, notes: tuple[str, ...]
    ) -> None:
        self._client = client
        self._tag = tag
        self._subject = subject
        self._scratch = scratch
        self.notes = notes

    def run(self, terms: Terms, progress: Progress) -> Execution:
        """See `OpenRoom.run`."""
        container = self._create(terms)
        try:
            with _killed_when_cancelled(container, progress):
                container.start()
                ended = driver.follow(_lines(container), progress, "the container")
            progress.step("run", "the container ended")
            state = container.client.api.inspect_container(container.id)["State"]
            if ended is None:
                raise KernelUnavailable(
                    f"the notebook could not be run in the container: {_last_words(container, state)}",
                    hint="The image needs ipykernel and nbclient that work, and enough memory.",
                )
            if ended.ending == "died" and state.get("OOMKilled"):
                ended.message = f"the kernel was killed for want of memory (limit {_memory(self._client) >> 20} MiB)"
            folder = Path(tempfile.mkdtemp(prefix="run-", dir=self._scratch))
            work = self._work()
            collect.fetch(container, work, folder)
            result = folder / driver.RESULT
            content = result.read_text(encoding="utf-8")
            result.unlink()
            return driver.execution(ended, content, folder, (work, HOME))
        except APIError as error:
            raise KernelUnavailable(f"the container engine failed: {error.explanation or error}") from None
        finally:
            with contextlib.suppress(APIError):
                container.remove(v=True, force=True)

    def _work(self) -> str:
        config = self._client.images.get(self._tag).attrs["Config"]
        return str(config.get("WorkingDir") or "/").rstrip("/") or "/"

    def _create(self, terms: Terms) -> Any:
        config = self._client.images.get(self._tag).attrs["Config"]
        work = self._work()
        if work == "/":
            raise BadInput(f"{self._subject.target}: its Dockerfile sets no WORKDIR", hint="Export the bundle again.")
        user = str(config.get("User") or "")
        argument = driver.request(
            self._subject,
            terms,
            notebook=f"{work}/{self._subject.notebook}",
            result=f"{work}/{driver.RESULT}",
            kernel=None,
        )
        return self._client.containers.create(
            self._tag,
            command=["-c", driver.RUNNER.read_text(encoding="utf-8"), argument],
            entrypoint=["python"],
            working_dir="/tmp",
            user=UNPRIVILEGED if user in ("", "0", "root") else user,
            environment={**terms.environment, "HOME": HOME, "PYTHONNOUSERSITE": "1"},
            network_disabled=True,
            read_only=True,
            tmpfs={"/tmp": "rw,exec,mode=1777"},
            mounts=[Mount(target=work, source=None, type="volume")],
            mem_limit=_memory(self._client),
            pids_limit=MOST_PROCESSES,
            shm_size=SHARED_MEMORY,
            cap_drop=["ALL"],
            security_opt=["no-new-privileges"],
            init=True,
            labels={LABEL: "run"},
        )


class Docker(Room):
    """A container of the bundle's own image."""

    name = "docker"

    @contextmanager
    def open(self, subject: Subject, progress: Progress) -> Iterator[OpenRoom]:
        """See `Room.open`. Raises NoEngine, or BuildFailed where the image cannot be built."""
        progress.step("room", "asking for a container engine")
        with contextlib.closing(connect()) as client:
            tag, notes = image.build(client, subject, progress, label=LABEL)
            with tempfile.TemporaryDirectory(prefix="jupyter-repro-", ignore_cleanup_errors=True) as scratch:
                yield OpenContainer(client, tag, subject, Path(scratch), notes)


def _memory(client: docker.DockerClient) -> int:
    return int(client.info().get("MemTotal", 4 << 30) * MEMORY_SHARE)


def _lines(container: Any) -> Iterator[str]:
    pending = b""
    for chunk in container.logs(stream=True, follow=True, stdout=True, stderr=False):
        *lines, pending = (pending + chunk).split(b"\n")
        for line in lines:
            yield line.decode("utf-8", "replace")


def _last_words(container: Any, state: dict[str, Any]) -> str:
    if state.get("OOMKilled"):
        return "it ran out of memory"
    lines = container.logs(stdout=False, stderr=True, tail=20).decode("utf-8", "replace").splitlines()
    return next(
        (line.strip() for line in reversed(lines) if line.strip()), f"it ended with code {state.get('ExitCode')}"
    )


@contextmanager
def _killed_when_cancelled(container: Any, progress: Progress) -> Iterator[None]:
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.25):
            if progress.cancelled:
                with contextlib.suppress(APIError, NotFound):
                    container.kill()
                    return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
