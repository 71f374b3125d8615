"""Which installed distribution a module belongs to, from the metadata beside it.

``importlib.metadata.packages_distributions()`` takes 100 ms a call and cannot part namespace packages. Here a module's
file is looked up in an index of all RECORD files, made once; a module that no RECORD names is local, editable or
built in."""

from __future__ import annotations

import json
import os
import sys
import sysconfig
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import metadata
from urllib.parse import urlsplit, urlunsplit

from jupyter_repro.records import Distribution, Origin


@dataclass(slots=True)
class _Installed:
    name: str
    version: str
    origin: Origin
    url: str | None
    requires: list[str] = field(default_factory=list)
    folder: str | None = None
    """Where the source of an editable install lies."""


class Distributions:
    """The installed distributions of this environment; read at the first question."""

    def __init__(self) -> None:
        self._by_file: dict[str, str] | None = None
        self._complete = False
        self._unread: Iterator[metadata.Distribution] = iter(())
        self._installed: dict[str, _Installed] = {}
        self._answers: dict[str, tuple[Origin, str | None, str | None]] = {}
        self._glances: dict[str, dict[str, tuple[str, str]]] = {}
        self._libraries = tuple(
            os.path.realpath(path) + os.sep
            for path in {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}
            if path
        )

    def of_module(self, top: str, path: str | None) -> tuple[Origin, str | None, str | None]:
        """(origin, distribution, version) of the module whose file is ``path`` and whose top-level name is ``top``."""
        if top in sys.stdlib_module_names:
            return "stdlib", None, None
        if path is None:
            return ("builtin" if top in sys.builtin_module_names else "unknown"), None, None
        key = os.path.dirname(path)
        if key not in self._answers:
            self._answers[key] = self._look_up(path)
        return self._answers[key]

    def at_a_glance(self, top: str, path: str | None) -> tuple[Origin, str | None, str | None]:
        """What `of_module` says, as far as folder names tell: no metadata file is read, so it costs microseconds."""
        if self._complete or path is None or top in sys.stdlib_module_names:
            return self.of_module(top, path)
        if path.startswith(self._libraries) and "-packages" + os.sep not in path:
            return "stdlib", None, None
        head, packages, _ = path.partition("-packages" + os.sep)
        if not packages:
            return "local", None, None
        folder = head + packages
        if folder not in self._glances:
            self._glances[folder] = _folder_names(folder)
        name, version = self._glances[folder].get(canonical(top), (None, None))
        return ("distribution" if name else "unknown"), name, version

    def closure(self, names: set[str]) -> Iterator[_Installed]:
        """The named distributions and everything they require that is installed, markers honoured where they can be."""
        self._index()
        waiting, done = sorted(canonical(name) for name in names), set()
        while waiting:
            name = waiting.pop()
            if name in done or name not in self._installed:
                continue
            done.add(name)
            yield self._installed[name]
            waiting.extend(canonical(each) for each in self._installed[name].requires)

    def described(self, modules_of: dict[str, set[str]]) -> tuple[Distribution, ...]:
        """Records of the distributions that brought these modules (name -> top-level modules) and of their closure."""
        by_name = {canonical(name): modules for name, modules in modules_of.items()}
        found = {
            each.name: Distribution(
                name=each.name,
                version=each.version,
                origin=each.origin,
                url=each.url,
                modules=tuple(sorted(by_name.get(canonical(each.name), ()))),
            )
            for each in self.closure(set(modules_of))
        }
        return tuple(found[name] for name in sorted(found, key=str.lower))

    def _look_up(self, path: str) -> tuple[Origin, str | None, str | None]:
        self._index()
        assert self._by_file is not None
        name = self._by_file.get(path) or self._by_file.get(os.path.dirname(path))
        if name is None and path.startswith(self._libraries) and "site-packages" not in path:
            return "stdlib", None, None
        if name is None:
            for key, each in self._installed.items():
                if each.folder is not None and path.startswith(each.folder + os.sep):
                    name = key
        if name is None:
            inside = "site-packages" in path or "dist-packages" in path
            return ("unknown" if inside else "local"), None, None
        installed = self._installed[name]
        return installed.origin, installed.name, installed.version

    def go_on(self, seconds: float) -> bool:
        """Read more of the metadata, for about so many seconds; whether all is read. A question reads what is left."""
        until = time.monotonic() + seconds
        if self._by_file is None:
            self._by_file, self._unread = {}, iter(metadata.distributions())
        for distribution in self._unread:
            self._read(distribution, self._by_file)
            if time.monotonic() > until:
                return False
        self._complete = True
        return True

    def _index(self) -> None:
        self.go_on(float("inf"))

    def _read(self, distribution: metadata.Distribution, by_file: dict[str, str]) -> None:
        try:
            name, version, requires = _headers(distribution)
        except (KeyError, TypeError, OSError, ValueError):
            return
        key = canonical(name)
        if not name or key in self._installed:
            return
        origin, url, folder = _origin(distribution)
        self._installed[key] = _Installed(name, version, origin, url, _requirements(requires), folder)
        base = os.path.realpath(str(distribution.locate_file("")))
        record = distribution.read_text("RECORD") or distribution.read_text("installed-files.txt") or ""
        for line in record.splitlines():
            file = line.rsplit(",", 2)[0].strip('"')
            if file.endswith((".py", ".so", ".pyd")) or "." not in file.rsplit("/", 1)[-1]:
                full = os.path.normpath(os.path.join(base, file))
                by_file.setdefault(full, key)
                if file.endswith("/__init__.py"):
                    by_file.setdefault(os.path.dirname(full), key)


def _folder_names(folder: str) -> dict[str, tuple[str, str]]:
    """Canonical name -> (name, version) of the distributions whose metadata folders lie here."""
    found = {}
    try:
        for entry in os.listdir(folder):
            if entry.endswith(".dist-info"):
                name, _, version = entry[: -len(".dist-info")].partition("-")
                found[canonical(name)] = (name, version)
    except OSError:
        pass
    return found


def canonical(name: str) -> str:
    """The distribution's name as PEP 503 compares it."""
    return name.lower().replace("_", "-").replace(".", "-")


def _origin(distribution: metadata.Distribution) -> tuple[Origin, str | None, str | None]:
    text = distribution.read_text("direct_url.json")
    if text:
        try:
            direct = json.loads(text)
        except ValueError:
            direct = {}
        url = without_credentials(str(direct.get("url", "")))
        if direct.get("dir_info", {}).get("editable"):
            return "editable", url, os.path.realpath(url.removeprefix("file://"))
        if "vcs_info" in direct:
            return "vcs", f"{url}@{direct['vcs_info'].get('commit_id', '')}", None
        if url:
            return "distribution", url, None
    if (distribution.read_text("INSTALLER") or "").strip() == "conda":
        return "conda", None, None
    return "distribution", None, None


def _headers(distribution: metadata.Distribution) -> tuple[str, str, list[str]]:
    """Name, version and requirements, without a look at the description that follows: it is what takes long to parse.

    ``Distribution.metadata`` parses all of it at every access: 300 ms for 190 distributions. Raises KeyError.
    """
    text = distribution.read_text("METADATA")
    if not text:
        return distribution.metadata["Name"], distribution.version, list(distribution.requires or ())
    single: dict[str, str] = {}
    requires = []
    for line in text.splitlines():
        name, _, value = line.partition(": ")
        if not line:
            break
        if name == "Requires-Dist":
            requires.append(value)
        else:
            single.setdefault(name, value.strip())
    return single["Name"], single["Version"], requires


def _requirements(requires: list[str]) -> list[str]:
    """Names of the unconditional requirements, and of those whose marker is not an extra's."""
    names = []
    for line in requires:
        requirement, _, marker = line.partition(";")
        if "extra" in marker:
            continue
        name = requirement.strip()
        for stop in " <>=!~[(@":
            name = name.partition(stop)[0]
        names.append(name)
    return names


def without_credentials(url: str) -> str:
    """The URL without user, password, query and fragment."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "", ""))
