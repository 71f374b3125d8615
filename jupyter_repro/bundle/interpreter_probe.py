# ruff: noqa: PTH100, PTH112, PTH113, PTH118, PTH120, PTH206, PTH208
"""Runs in the kernel's interpreter (any Python from 3.8, standard library only): says what is installed, as JSON."""

from __future__ import annotations

import importlib.machinery
import importlib.metadata
import json
import os
import platform
import re
import sys
import sysconfig
from typing import Any


def main() -> None:
    """Read the question from stdin, print the answer."""
    question = json.load(sys.stdin)
    here = os.path.dirname(os.path.abspath(__file__))
    search = [question["folder"], *(entry for entry in sys.path if entry and os.path.abspath(entry) != here)]
    installed, owners = distributions(search)
    print(
        json.dumps(
            {
                "version": platform.python_version(),
                "implementation": platform.python_implementation(),
                "installed": installed,
                "located": {name: locate(name, search, owners) for name in question["modules"]},
            }
        )
    )


def distributions(search: list[str]) -> tuple[list[dict[str, Any]], dict[str, list[str]]]:
    """Every distribution once (the first on the path wins), and who owns each top-level module."""
    found: dict[str, tuple[dict[str, Any], set[tuple[str, ...]]]] = {}
    owners: dict[str, list[str]] = {}
    for each in importlib.metadata.distributions(path=search):
        name = each.metadata["Name"]
        if not name or name.lower() in found:
            continue
        modules = modules_of(each)
        origin = origin_of(each)
        found[name.lower()] = (
            {
                "name": name,
                "version": each.version,
                "requires": list(each.requires or ()),
                "folder": str(each.locate_file("")),
                **origin,
            },
            modules,
        )
        for top in {parts[0] for parts in modules}:
            owners.setdefault(top, []).append(name)
    for entry, modules in found.values():
        names: set[str] = set()
        for parts in modules:
            depth = 1 if len(owners[parts[0]]) == 1 else 3
            names.update(".".join(parts[:length]) for length in range(depth, 0, -1) if length == depth or depth > 1)
        if entry["editable"]:
            names.update(editable_modules(entry))
        # A shared top-level name says nothing about who owns it: keep the deeper names only, where there are any.
        deeper = {name for name in names if "." in name}
        entry["modules"] = sorted(
            name
            for name in names
            if "." in name
            or len(owners.get(name, ())) <= 1
            or not any(other.startswith(name + ".") for other in deeper)
        )
    return [entry for entry, _ in found.values()], owners


def modules_of(distribution: importlib.metadata.Distribution) -> set[tuple[str, ...]]:
    """Module names, up to three deep, from the list of installed files, else from ``top_level.txt``."""
    names: set[tuple[str, ...]] = set()
    for path in distribution.files or ():
        parts = path.parts
        if parts[0].startswith((".", "_", "/")) and parts[0] != "_" and not re.match(r"_\w+$|_\w+\.", parts[0]):
            continue
        if parts[0] in ("..", "__pycache__") or parts[0].endswith((".dist-info", ".egg-info", ".pth", ".data")):
            continue
        if parts[0].startswith("__editable__"):
            continue
        stem = re.match(r"^([A-Za-z_]\w*)(?:\.py|\.pyc|\.pyd|\.[\w.-]*so)$", parts[-1])
        if not stem or not all(re.match(r"^[A-Za-z_]\w*$", part) for part in parts[:-1]):
            continue
        dotted = parts[:-1] if stem[1] == "__init__" else (*parts[:-1], stem[1])
        if dotted:
            names.add(tuple(dotted[:3]))
    if not names:
        names = {
            (line.strip(),) for line in (distribution.read_text("top_level.txt") or "").splitlines() if line.strip()
        }
    return names


def origin_of(distribution: importlib.metadata.Distribution) -> dict[str, Any]:
    """Where a distribution that is not from an index came from (PEP 610), without credentials."""
    origin: dict[str, Any] = {"url": None, "editable": False, "vcs": None}
    try:
        direct = json.loads(distribution.read_text("direct_url.json") or "null")
    except ValueError:
        direct = None
    if isinstance(direct, dict) and direct.get("url"):
        origin["url"] = re.sub(r"//[^/@]*@", "//", direct["url"])
        origin["editable"] = bool((direct.get("dir_info") or {}).get("editable"))
        vcs = direct.get("vcs_info") or {}
        if vcs:
            origin["vcs"] = "{}@{}".format(vcs.get("vcs", "vcs"), vcs.get("commit_id", ""))
    return origin


def editable_modules(entry: dict[str, Any]) -> set[str]:
    """Top-level packages and modules in an editable install's project folder (flat or ``src`` layout)."""
    root = re.sub(r"^file://", "", entry["url"] or "")
    names: set[str] = set()
    for folder in (os.path.join(root, "src"), root):
        if not os.path.isdir(folder):
            continue
        for item in os.listdir(folder):
            if os.path.isfile(os.path.join(folder, item, "__init__.py")) and item not in ("tests", "test", "docs"):
                names.add(item)
        if names:
            break
    return names


def locate(name: str, search: list[str], owners: dict[str, list[str]]) -> dict[str, Any]:
    """Where a top-level module would be imported from. Nothing is executed."""
    stdlib = getattr(sys, "stdlib_module_names", ()) or ()
    if name in sys.builtin_module_names:
        return {"kind": "stdlib"}
    spec = importlib.machinery.PathFinder.find_spec(name, search)
    if spec is None:
        if name in stdlib:
            return {"kind": "stdlib"}
        return {"kind": "installed" if name in owners else "missing"}
    places = list(spec.submodule_search_locations or ())
    path = os.path.dirname(spec.origin) if spec.origin and places else spec.origin or (places[0] if places else None)
    if path is None:
        return {"kind": "stdlib"}
    real = os.path.realpath(path)
    sites = {os.path.realpath(sysconfig.get_path(kind)) for kind in ("purelib", "platlib")}
    if any(part in ("site-packages", "dist-packages") for part in real.split(os.sep)):
        return {"kind": "installed"}
    if any(real.startswith(site + os.sep) for site in sites):
        return {"kind": "installed"}
    if real.startswith(os.path.realpath(sysconfig.get_path("stdlib")) + os.sep) or (
        name in stdlib and not real.startswith(os.path.realpath(search[0]) + os.sep)
    ):
        return {"kind": "stdlib"}
    return {"kind": "local", "path": path}


if __name__ == "__main__":
    main()
