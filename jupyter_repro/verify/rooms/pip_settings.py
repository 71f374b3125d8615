"""How pip reaches its index on this machine: what of it makes sense inside a container."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

CERTIFICATES = "/etc/ssl/certs/jupyter-repro-ca.crt"
"""Where the certificates lie in a container."""
_LISTS = ("index-url", "extra-index-url", "trusted-host", "find-links")
_PLAIN = ("proxy", "timeout", "default-timeout", "retries")
_URL = re.compile(r"https?://\S+|[\w.-]+(?::\d+)?$")
_BUNDLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """A pip.conf, and the certificates that it refers to. Falsy where nothing is out of the ordinary."""

    text: str
    certificates: bytes

    def __bool__(self) -> bool:
        return bool(self.text)


def of_this_machine() -> Settings:
    """The settings of this machine's pip that a container can use: no paths and indexes on this machine's own disk."""
    found = _from_pip() or _from_environment()
    lines: dict[str, str] = {}
    for name in _LISTS:
        values = [value for value in found.get(name, "").split() if _URL.match(value) and not Path(value).exists()]
        if values:
            lines[name] = " ".join(values)
    certificates = _certificates(found)
    if certificates:
        lines["cert"] = CERTIFICATES
    if lines:
        lines.update({name: found[name] for name in _PLAIN if name in found})
    text = "".join(f"{name} = {value}\n" for name, value in sorted(lines.items()))
    return Settings(text=f"[global]\n{text}" if text else "", certificates=certificates)


def _certificates(found: dict[str, str]) -> bytes:
    named = found.get("cert") or next((os.environ[name] for name in _BUNDLES if os.environ.get(name)), "")
    try:
        return Path(named).read_bytes() if named else b""
    except OSError:
        return b""


def _from_pip() -> dict[str, str]:
    """What pip itself says: files of all levels, then the environment, which has the last word."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, timeout=60, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return {}
    found: dict[str, str] = {}
    for section in ("global", "install", ":env:"):
        for line in done.stdout.splitlines():
            match = re.fullmatch(rf"{section}\.([\w-]+)='(.*)'", line)
            if match:
                found[match[1].replace("_", "-")] = match[2].replace("\\n", " ")
    return found


def _from_environment() -> dict[str, str]:
    return {
        name[4:].lower().replace("_", "-"): value
        for name, value in os.environ.items()
        if name.startswith("PIP_") and value
    }
