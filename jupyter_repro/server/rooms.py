"""GET ``jupyter-repro/rooms``: the clean rooms an export can be proven in here, and why the others cannot be had."""

from __future__ import annotations

import asyncio
import importlib.util
from typing import TypedDict

from tornado.web import authenticated

from jupyter_repro.server.answer import Answer

PATIENCE = 3
"""Seconds a container engine has to answer."""


class RoomPayload(TypedDict):
    """A room as the export dialog offers it. ``because``: why it is not available, or what it is good for."""

    name: str
    title: str
    available: bool
    because: str


class RoomsHandler(Answer):
    """Answers ``{rooms: [...]}``, the recommended one first."""

    @authenticated
    async def get(self) -> None:
        """Look, away from the event loop: asking an engine may take seconds."""
        self.finish({"rooms": await asyncio.to_thread(rooms)})


def rooms() -> list[RoomPayload]:
    """All rooms, available or not."""
    missing = why_no_docker()
    venv = importlib.util.find_spec("venv") is not None and importlib.util.find_spec("ensurepip") is not None
    return [
        RoomPayload(
            name="docker",
            title="Container",
            available=not missing,
            because=missing or "built from the lock; no network, nothing of this machine",
        ),
        RoomPayload(
            name="venv",
            title="New virtual environment",
            available=venv,
            because="built from the lock, on this machine"
            if venv
            else "this Python cannot make virtual environments (Debian: apt-get install python3-venv)",
        ),
        RoomPayload(
            name="current",
            title="This environment",
            available=True,
            because="quick; does not prove the lock",
        ),
    ]


def why_no_docker() -> str:
    """Why no container engine can be used here, empty where one answers."""
    import docker
    from docker.errors import DockerException

    try:
        client = docker.from_env(timeout=PATIENCE)
        try:
            client.ping()
        finally:
            client.close()
    except (DockerException, OSError):
        return "no engine answers; start Docker, or set DOCKER_HOST"
    return ""
