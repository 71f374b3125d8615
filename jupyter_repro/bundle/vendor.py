"""Distributions that no index has (editable, local, from version control): packed as wheels into ``vendor/``.

An installed wheel is packed again from the files that its own record lists, so no build is needed. An editable install
has no such files: its project is built once, by pip, in isolation.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import importlib.metadata
import io
import os
import re
import subprocess
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlparse

from packaging.utils import canonicalize_name

from jupyter_repro.analysis.facts.secrets import find_secrets
from jupyter_repro.bundle.archive import FIXED_TIME
from jupyter_repro.bundle.interpreter import Installed
from jupyter_repro.bundle.plan import Plan
from jupyter_repro.errors import LockFailed, SecretFound
from jupyter_repro.progress import Progress

TIMEOUT = 900.0
"""Seconds that building an editable project may take."""
_OF_THE_INSTALL = frozenset({"RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "RECORD.jws", "RECORD.p7s"})


def write(plan: Plan, folder: Path, progress: Progress) -> Mapping[str, str]:
    """Pack what must be vendored; its path in the bundle -> SHA-256.

    Raises LockFailed where something cannot be packed, SecretFound where a packed source holds a secret.
    """
    wheels: dict[str, str] = {}
    for each in plan.needs.carried:
        progress.step("lock", f"packing {each.name}, which no index has")
        name, entries = _built(each, plan.needs.interpreter.executable) if each.editable else _installed(each)
        _refuse_secrets(each, entries, plan.allowed_secrets)
        content = _packed(entries)
        path = f"vendor/{name}"
        (folder / "vendor").mkdir(exist_ok=True)
        (folder / path).write_bytes(content)
        wheels[path] = hashlib.sha256(content).hexdigest()
    return wheels


def _installed(each: Installed) -> tuple[str, dict[str, bytes]]:
    """The wheel that an installed distribution came as: its file name, and its files."""
    found = next(
        (
            one
            for one in importlib.metadata.distributions(path=[each.folder or ""])
            if canonicalize_name(one.metadata["Name"] or "") == canonicalize_name(each.name)
        ),
        None,
    )
    wheel = found.read_text("WHEEL") if found else None
    if found is None or wheel is None or not found.files:
        raise LockFailed(
            f"{each.name} {each.version} comes from {each.url}, which no index has, and its install left no record",
            hint="Install a published version in the kernel, or install it again with a current pip.",
        )
    entries: dict[str, bytes] = {}
    for file in found.files:
        if file.is_absolute() or ".." in file.parts or "__pycache__" in file.parts or file.suffix == ".pyc":
            continue
        if file.parts[0].endswith(".dist-info") and file.name in _OF_THE_INSTALL:
            continue
        path = Path(str(file.locate()))
        if path.is_file():
            entries[file.as_posix()] = path.read_bytes()
    tags = re.findall(r"^Tag:\s*(\S+)$", wheel, re.MULTILINE) or ["py3-none-any"]
    parts = [sorted({tag.split("-")[index] for tag in tags}) for index in range(3)]
    stem = re.sub(r"[-_.]+", "_", each.name)
    return f"{stem}-{each.version}-{'-'.join('.'.join(part) for part in parts)}.whl", entries


def _built(each: Installed, python: str) -> tuple[str, dict[str, bytes]]:
    """The wheel of an editable project, built by pip."""
    project = unquote(urlparse(each.url or "").path)
    with tempfile.TemporaryDirectory(prefix="jupyter-repro-wheel-") as scratch:
        command = [python, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", scratch, project]
        environment = {**os.environ, "SOURCE_DATE_EPOCH": "315532800", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        try:
            subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=TIMEOUT)
            (wheel,) = Path(scratch).glob("*.whl")
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            lines = str(getattr(error, "stderr", "") or error).strip().splitlines() or ["no reason given"]
            raise LockFailed(
                f"{each.name} is installed as editable, and a wheel of it cannot be built: {lines[-1][:300]}",
                hint="Make it build (pip wheel), or install it without -e and run the notebook again.",
            ) from None
        with zipfile.ZipFile(wheel) as packed:
            names = [name for name in packed.namelist() if not name.endswith("/")]
            record = next((name for name in names if name.endswith(".dist-info/RECORD")), "")
            return wheel.name, {name: packed.read(name) for name in names if name != record}


def _packed(entries: Mapping[str, bytes]) -> bytes:
    """A wheel of these files: the same bytes for the same files."""
    information = next(name.split("/")[0] for name in sorted(entries) if name.split("/")[0].endswith(".dist-info"))
    rows = io.StringIO()
    record = csv.writer(rows, lineterminator="\n")
    for name in sorted(entries):
        digest = base64.urlsafe_b64encode(hashlib.sha256(entries[name]).digest()).rstrip(b"=").decode()
        record.writerow((name, f"sha256={digest}", len(entries[name])))
    record.writerow((f"{information}/RECORD", "", ""))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for name, content in (*sorted(entries.items()), (f"{information}/RECORD", rows.getvalue().encode())):
            info = zipfile.ZipInfo(name, FIXED_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o100644 << 16
            packed.writestr(info, content)
    return buffer.getvalue()


def _refuse_secrets(each: Installed, entries: Mapping[str, bytes], allowed: frozenset[str]) -> None:
    for name, content in entries.items():
        place = f"{each.name}: {name}"
        if place in allowed or b"\0" in content[:8192] or len(content) > 4 << 20:
            continue
        hits = find_secrets(content.decode("utf-8", "replace"))
        if hits:
            raise SecretFound(
                f"{place}, line {hits[0].line}, holds what looks like a secret ({hits[0].kind})",
                hint=f"Take it out, or say --allow-secret '{place}' if it is none. Nothing was written.",
            )
