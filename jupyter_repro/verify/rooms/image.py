"""A bundle's Dockerfile -> an image, kept by the digest of what it was made from.

Where this machine's pip needs settings to reach its index (another one, a proxy, a certificate), the build begins with
the same base image with those settings laid over it. They stay on this machine, and out of the bundle's files.
"""

from __future__ import annotations

import hashlib
import io
import re
import tarfile
from collections.abc import Mapping
from typing import Any

import docker
from docker.errors import APIError, ImageNotFound

from jupyter_repro.errors import BadInput, BuildFailed
from jupyter_repro.progress import Progress
from jupyter_repro.verify.rooms import install, pip_settings
from jupyter_repro.verify.subject import Subject

DOCKERFILE = "Dockerfile"
REPOSITORY = "jupyter-repro"
KEPT = 6
"""How many images of bundles are kept."""
_FROM = re.compile(r"^FROM\s+(\S+)(.*)$", re.M | re.I)
_ARG = re.compile(r"^ARG\s+(\w+)=(\S+)\s*$", re.M | re.I)


_NO_BASE = re.compile(
    r"pull access denied|manifest unknown|not found: manifest|no such host|TLS|dial tcp|Client\.Timeout|toomanyrequests"
    r"|x509|failed to resolve"
)


def build(
    client: docker.DockerClient, subject: Subject, progress: Progress, *, label: str
) -> tuple[str, tuple[str, ...]]:
    """The tag of the subject's image, built where it is not kept, and what to say of it.

    Raises BuildFailed or NoNetwork.
    """
    if DOCKERFILE not in subject.files:
        raise BadInput(f"{subject.target} has no {DOCKERFILE}", hint="Export the bundle again.")
    text = (subject.root / DOCKERFILE).read_text(encoding="utf-8")
    settings = pip_settings.of_this_machine()
    digest = hashlib.sha256(repr(settings).encode())
    for name in subject.files:
        digest.update(f"\0{name}\0".encode() + (subject.root / name).read_bytes())
    base = base_of(text)
    digest.update(_id_of(client, base).encode())
    tag = f"{REPOSITORY}/bundle:{digest.hexdigest()[:20]}"
    notes = () if not settings else ("Its image was built with this machine's settings of pip.",)
    if _id_of(client, tag):
        progress.step("room", "the image of this bundle is kept from before")
        return tag, notes
    if settings:
        text = _FROM.sub(
            lambda found: f"FROM {prepared(client, base, settings, progress, label)}{found[2]}", text, count=1
        )
    progress.step("room", f"building the image from {base}")
    context = {name: (subject.root / name).read_bytes() for name in subject.files}
    _build(client, {**context, DOCKERFILE: text.encode()}, tag, progress, label, f"{subject.target}: the image")
    _forget_oldest(client, tag, label)
    return tag, notes


def base_of(dockerfile: str) -> str:
    """The image that a Dockerfile begins with, its ARG defaults filled in."""
    found = _FROM.search(dockerfile)
    if found is None:
        raise BadInput("the Dockerfile has no FROM line", hint="Export the bundle again.")
    defaults = {name: value.strip("\"'") for name, value in _ARG.findall(dockerfile[: found.start()])}
    return re.sub(r"\$\{?(\w+)\}?", lambda name: defaults.get(name[1], ""), found[1])


def prepared(
    client: docker.DockerClient, base: str, settings: pip_settings.Settings, progress: Progress, label: str
) -> str:
    """The tag of the base image with this machine's pip settings laid over it."""
    digest = hashlib.sha256(f"{base}\0{_id_of(client, base)}\0{settings!r}".encode()).hexdigest()[:20]
    tag = f"{REPOSITORY}/base:{digest}"
    if _id_of(client, tag):
        return tag
    progress.step("room", f"laying this machine's settings of pip over {base}")
    files = {"pip.conf": settings.text.encode(), **({"ca.crt": settings.certificates} if settings.certificates else {})}
    lines = [f"FROM {base}", "USER root", "COPY pip.conf /etc/pip.conf"]
    if settings.certificates:
        lines.append(f"COPY ca.crt {pip_settings.CERTIFICATES}")
    files[DOCKERFILE] = "\n".join(lines).encode()
    _build(client, files, tag, progress, label, f"the base image {base}")
    return tag


def _build(
    client: docker.DockerClient, files: Mapping[str, bytes], tag: str, progress: Progress, label: str, what: str
) -> None:
    said: list[str] = []
    try:
        stream = client.api.build(
            fileobj=_context(files),
            custom_context=True,
            tag=tag,
            rm=True,
            forcerm=True,
            decode=True,
            labels={label: "image"},
        )
        for event in stream:
            for line in str(event.get("stream") or event.get("status") or "").splitlines():
                if line.strip():
                    said.append(line.strip())
                    progress.step("room", line.strip()[:200])
            if "error" in event:
                raise _failure(str(event["error"]), said, what)
    except APIError as error:
        raise _failure(str(error.explanation or error), said, what) from None


def _failure(message: str, said: list[str], what: str) -> Exception:
    if _NO_BASE.search(message):
        return BuildFailed(
            f"{what} could not be built: its base image cannot be pulled ({message.strip()[:200]})",
            hint="Pull it, or make it, under that name first.",
        )
    if "pip" in message and "returned a non-zero code" in message:
        return install.failure(said, f"{what} could not be built")
    return BuildFailed(f"{what} could not be built: {message.strip()[:300]}", hint="See the Dockerfile.")


def _context(files: Mapping[str, bytes]) -> io.BytesIO:
    """A build context: fixed times and owners, so that the engine's layer cache sees the same files as the same."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name in sorted(files):
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(files[name]), 0o644
            archive.addfile(info, io.BytesIO(files[name]))
    buffer.seek(0)
    return buffer


def _id_of(client: docker.DockerClient, name: str) -> str:
    try:
        return str(client.images.get(name).id)
    except (ImageNotFound, APIError):
        return ""


def _forget_oldest(client: docker.DockerClient, tag: str, label: str) -> None:
    images: list[dict[str, Any]] = client.api.images(name=f"{REPOSITORY}/bundle", filters={"label": f"{label}=image"})
    for old in sorted(images, key=lambda each: each["Created"], reverse=True)[KEPT:]:
        for name in old.get("RepoTags") or ():
            if name != tag:
                try:
                    client.api.remove_image(name)
                except APIError:
                    continue  # in use by another verification
