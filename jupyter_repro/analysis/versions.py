"""Versions: what a resource holds at a point in time, as a short string that compares.

A fingerprint is the version where the tracker could take one (``=`` whole, ``~`` sampled: equal samples count as equal
values). Where it could not, the version is a *lineage*: a digest of the code that made the value and of the versions
that went into it. Equal lineage means the same computation on the same inputs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

Version = str

ABSENT: Version = ""
"""The name does not exist."""

FRESH: Version = "^fresh"
"""The state of a generator that nothing seeded, in a fresh kernel: another one each time, but one symbol here."""


def lineage(what: str, inputs: Iterable[tuple[str, Version]], part: str = "") -> Version:
    """The version of ``part`` of what the code ``what`` makes from these inputs."""
    text = "\x1f".join([what, part, *(f"{name}\x1e{version}" for name, version in inputs)])
    return "^" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def told(fingerprint: str, otherwise: Version) -> Version:
    """The fingerprint where it says something, else the lineage."""
    return fingerprint if not fingerprint.startswith("?") else otherwise


def is_lineage(version: Version) -> bool:
    """Whether the value itself was never fingerprinted."""
    return version.startswith("^")


def listed(versions: Mapping[str, Version]) -> list[tuple[str, Version]]:
    """The versions in a stable order, for `lineage`."""
    return sorted(versions.items())
