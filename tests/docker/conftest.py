"""These tests need an engine that has the base image of this interpreter; `.ci/run` starts one and makes the image."""

from __future__ import annotations

import platform

import docker
import pytest
from docker.errors import DockerException, ImageNotFound

from jupyter_repro.bundle.container import base_image


@pytest.fixture(scope="session")
def engine() -> docker.DockerClient:
    try:
        client = docker.from_env()
        client.ping()
    except DockerException:
        pytest.skip("no container engine answers; start one: export DOCKER_HOST=$(bash tests/docker/engine.sh)")
    image = base_image(platform.python_version())
    try:
        client.images.get(image)
    except ImageNotFound:
        pytest.skip(f"the engine has no {image}; make it: bash tests/docker/base_image.sh")
    return client
