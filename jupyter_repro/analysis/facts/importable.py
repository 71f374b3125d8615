"""Whether a module could be imported, found out without importing it."""

from __future__ import annotations

import json
import sys
from functools import lru_cache
from importlib.machinery import PathFinder
from pathlib import Path

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.kernelfolders import folder_of


def is_importable(ctx: Context, top: str) -> bool | None:
    """Whether the top-level module is there for the notebook's kernel; None where it cannot be told.

    In the standard library, beside the notebook, or installed for the interpreter that ran it last or that its kernel
    names here.
    """
    if top in sys.stdlib_module_names or top in sys.builtin_module_names or is_local(ctx, top):
        return True
    paths = module_paths(ctx)
    return _installed(top, paths) if paths else None


def is_local(ctx: Context, top: str) -> bool:
    """Whether a file or package of that name lies in the notebook's folder."""
    if not top.isidentifier() or top in sys.stdlib_module_names:
        return False
    folder = ctx.folder / top
    return (ctx.folder / f"{top}.py").is_file() or (folder.is_dir() and any(folder.glob("*.py")))


def module_paths(ctx: Context) -> tuple[str, ...]:
    """Where the interpreter of the notebook's kernel finds installed modules; empty where that cannot be told."""
    return _paths(_interpreter(ctx))


def _interpreter(ctx: Context) -> str:
    """The interpreter of the notebook's kernel, ``""`` where its kernel is not installed here."""
    latest = ctx.history.latest
    return latest.header.executable if latest is not None else _of_kernel(ctx.document.kernel or "python3")


@lru_cache(maxsize=64)
def _of_kernel(name: str) -> str:
    folder = folder_of(name)
    if folder is None:
        return ""
    try:
        argv = json.loads((folder / "kernel.json").read_text(encoding="utf-8")).get("argv")
    except FileNotFoundError:
        argv = None  # ipykernel's own
    except (OSError, ValueError):
        return ""
    if not argv or argv[0] in ("python", "python3"):
        return sys.executable  # as jupyter_client starts it
    return str(argv[0])


@lru_cache(maxsize=64)
def _paths(interpreter: str) -> tuple[str, ...]:
    """Where an interpreter finds installed modules: this one's own path, else the folders of its environment."""
    if not interpreter:
        return ()
    prefix = Path(interpreter).absolute().parent.parent
    if prefix == Path(sys.executable).absolute().parent.parent:
        return tuple(path for path in sys.path if path)
    patterns = ["lib*/python3*/site-packages", "lib*/python3*/dist-packages", "Lib/site-packages"]
    found = [path for pattern in patterns for path in prefix.glob(pattern)]
    settings = prefix / "pyvenv.cfg"
    if not settings.is_file():
        found += Path.home().glob(".local/lib/python3*/site-packages")
    elif "include-system-site-packages = true" in settings.read_text(encoding="utf-8", errors="replace"):
        return ()
    return tuple(str(path) for path in found if path.is_dir())


@lru_cache(maxsize=2048)
def _installed(top: str, paths: tuple[str, ...]) -> bool:
    try:
        return PathFinder.find_spec(top, list(paths)) is not None
    except (ImportError, ValueError, OSError):
        return False
