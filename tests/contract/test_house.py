"""The house stays as DESIGN draws it: data flows one way, the kernel side is light, words have one meaning."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import jupyter_repro

PACKAGE = Path(jupyter_repro.__file__).parent
ROOT = PACKAGE.parent

BASE = {"jupyter_repro", "records", "errors", "progress", "shown", "asking"}
MAY_IMPORT: dict[str, set[str]] = {
    "jupyter_repro": {"capture", "server"},  # lazily, in the entry points
    "records": set(),
    "shown": {"records"},
    "asking": set(),
    "errors": set(),
    "progress": {"errors"},
    "journal": BASE,
    "capture": BASE | {"journal"},
    "headless": BASE | {"journal", "capture", "model"},
    "autoload": BASE | {"capture"},
    "checkup": BASE | {"journal", "capture", "headless"},
    "model": BASE | {"journal"},
    "analysis": BASE | {"journal", "model"},
    "bundle": BASE | {"journal", "model", "analysis"},
    "verify": BASE | {"journal", "model", "analysis", "bundle"},
    "export": BASE | {"journal", "model", "analysis", "bundle", "verify"},
    "views": BASE | {"journal", "model", "analysis", "bundle", "verify", "export"},
}
"""Room -> rooms it may import from. The thin ones (cli, server, pytest_plugin) may import from all."""
FLOORS: dict[str, tuple[str, ...]] = {
    "analysis": ("versions", "recall", "tables", "code", "runs", "flow", "forecast", "facts", "findings", "rules"),
    "capture": ("probe", "guard", "code", "values", "calls", "files", "world", "draws", "environment", "probes"),
}
"""Room -> its parts from the ground up; each imports only from parts below it. What is not named stands on top."""
THIN = {"cli", "server", "pytest_plugin", "__main__"}


@cache
def modules() -> tuple[tuple[str, Path], ...]:
    return tuple(_modules())


def _modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imports(path: Path, module: str, *, top_level_only: bool) -> set[str]:
    """Modules of the package that a file imports."""
    tree = ast.parse(path.read_text())
    found: set[str] = set()
    known = {name for name, _ in modules()}
    typing_only = {
        id(node)
        for guard in ast.walk(tree)
        if isinstance(guard, ast.If) and "TYPE_CHECKING" in ast.dump(guard.test)
        for node in ast.walk(guard)
    }
    for node in tree.body if top_level_only else ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            inside = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= inside if inside <= known else inside | {node.module}
    return {name for name in found if name in known and name != module}


def room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else parts[0]


@pytest.mark.parametrize(("module", "path"), modules(), ids=lambda value: value if isinstance(value, str) else "")
def test_a_room_imports_only_from_rooms_before_it(module: str, path: Path) -> None:
    here = room(module)
    if here in THIN:
        return
    assert here in MAY_IMPORT, f"{module}: a new room; place it in the flow"
    used = {room(name) for name in imports(path, module, top_level_only=False)} - {here, "jupyter_repro"}
    assert used <= MAY_IMPORT[here], f"{module} imports from {sorted(used - MAY_IMPORT[here])}"


@pytest.mark.parametrize("place", FLOORS)
def test_a_part_of_a_room_imports_only_from_parts_below_it(place: str) -> None:
    floor = {name: number for number, name in enumerate(FLOORS[place])}
    for module, path in modules():
        parts = module.split(".")[1:]
        if parts[:1] != [place] or len(parts) < 2:
            continue
        here = floor.get(parts[1], len(floor))
        for used in imports(path, module, top_level_only=False):
            below = used.split(".")[1:]
            if below[:1] == [place] and len(below) > 1:
                assert floor.get(below[1], len(floor)) <= here, f"{module} imports {used}"


def test_there_are_no_import_cycles() -> None:
    graph = {module: imports(path, module, top_level_only=True) for module, path in modules()}
    for module, used in graph.items():  # a package's own __init__ is loaded before its modules
        used -= {module.rpartition(".")[0]}
    tuple(TopologicalSorter(graph).static_order())


def test_the_kernel_side_imports_the_standard_library_and_ipython_alone() -> None:
    allowed = set(sys.stdlib_module_names) | {"jupyter_repro", "IPython"}
    lazily = {"comm"}  # part of every ipykernel, looked up when a panel listens
    for module, path in modules():
        if room(module) not in BASE | {"capture", "journal"}:
            continue
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            for name in names:
                assert name.split(".")[0] in allowed | lazily, f"{module} imports {name}"


def test_importing_the_tracker_pulls_in_nothing_heavy() -> None:
    code = (
        "import sys; import IPython.core.interactiveshell; before = set(sys.modules)\n"
        "import jupyter_repro.capture.extension\n"
        "new = {name.split('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(new - set(sys.stdlib_module_names) - {'jupyter_repro', 'IPython'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def loaded_by(code: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after some code."""
    print_them = "import sys; print(*sys.modules, sep='\\n', file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", f"{code}\n{print_them}"], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


def test_the_command_line_loads_what_its_verb_needs(tmp_path: Path) -> None:
    slow = {"jupyter_client", "zmq", "asyncio", "IPython", "nbformat", "jinja2", "requests", "asttokens", "email"}
    main = "from jupyter_repro.cli.main import build_parser, main"
    assert not loaded_by(f"{main}; build_parser()") & (slow | {"rich", "jupyter_repro.analysis"})
    notebook = tmp_path / "nb.ipynb"
    cell: dict[str, object] = {
        "cell_type": "code",
        "id": "a",
        "metadata": {},
        "source": "import os",
        "outputs": [],
        "execution_count": None,
    }
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": [cell]}))
    assert not loaded_by(f"{main}; main(['check', {str(notebook)!r}])") & slow


def test_only_the_guard_catches_everything() -> None:
    broad = []
    for module, path in modules():
        if module == "jupyter_repro.capture.guard":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ExceptHandler) and (
                node.type is None
                or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})
            ):
                broad.append(f"{module}:{node.lineno}")
    assert broad == []


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "tools"}
    assert [module for module, _ in modules() if drawers & set(module.split("."))] == []


def test_the_version_is_the_same_everywhere() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    package = json.loads((ROOT / "labextension" / "package.json").read_text())["version"]
    assert project == package == jupyter_repro.__version__
