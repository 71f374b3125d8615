"""Modules that a run imported for the first time, with the distribution that brought each.

Not seen: modules loaded by other means than the import system, and what a reload changed.
"""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

from jupyter_repro.capture.environment.distributions import Distributions
from jupyter_repro.capture.probe import Draft, Probe
from jupyter_repro.capture.values.fingerprint_instances import instance_dict
from jupyter_repro.records import FileTouch, Module, Origin

LookUp = Callable[[str, "str | None"], "tuple[Origin, str | None, str | None]"]
OF_THE_KERNEL = frozenset(
    "asttokens backcall colorama comm debugpy decorator exceptiongroup executing ipykernel IPython jedi jupyter_client "
    "jupyter_core matplotlib_inline nest_asyncio parso pexpect pickleshare prompt_toolkit ptyprocess pure_eval "
    "pygments stack_data tornado traitlets wcwidth zmq".split()
)
"""What a kernel imports on its own account, for a traceback or a shell escape; told only when the cell names it."""
HIDDEN = ("jupyter_repro", "__mp_main__", "__main__")


class ModulesProbe(Probe):
    """Compares ``sys.modules`` before and after. Names and paths at once, what needs metadata files when idle."""

    name = "modules"

    def __init__(self, installed: Distributions) -> None:
        self._count = 0
        self._known: set[str] = set()
        self._told: set[str] = set()
        self._local: dict[str, bool] = {}
        """Top-level name -> whether modules below it may be the user's own."""
        self._named: set[str] = set()
        """Top-level names that cells imported."""
        self._installed = installed
        self._unsure: list[tuple[int, list[tuple[str, str | None]]]] = []

    def start(self, shell: Any) -> str:
        self._project = os.path.realpath(os.getcwd())
        self._known = set(sys.modules)
        self._told = {name for name in self._known if "." not in name}
        self._count = len(sys.modules)
        return "on"

    def after(self, draft: Draft) -> None:
        named = imported_names(draft.tree) if draft.tree is not None and "import" in draft.python else set()
        news = named - self._named
        if len(sys.modules) == self._count and not news:
            return
        self._named |= news
        current = set(sys.modules)
        new = sorted(current - self._known)
        self._known, self._count = current, len(sys.modules)
        found: list[tuple[str, str | None]] = []
        for name in new:
            top = name.partition(".")[0]
            if name.startswith(HIDDEN) or (top in self._told and top in sys.stdlib_module_names):
                continue
            if top in OF_THE_KERNEL and top not in self._named:
                continue
            if top not in self._told:
                self._told.add(top)
                found.append((top, file_of(sys.modules.get(top))))
            if name != top and self._may_be_local(top):
                path = file_of(sys.modules.get(name))
                if path is not None and self._installed.at_a_glance(top, path)[0] == "local":
                    found.append((name, path))
        for top in sorted(news - self._told_now(found)):
            if top in sys.modules:  # the kernel had it already; the cell needs it all the same
                self._told.add(top)
                found.append((top, file_of(sys.modules[top])))
        draft.modules.extend(self._described(found, self._installed.at_a_glance))
        heard = {touch.path for touch in draft.files}
        for module in draft.modules:
            if module.origin == "local" and module.path and module.path.endswith(".py") and module.path not in heard:
                draft.files.append(FileTouch(path=module.path, mode="read", seen_by="probe", role="module"))
        if draft.modules:
            self._unsure.append((draft.n, found))

    def idle(self, budget: float) -> list[tuple[int, dict[str, Any]]]:
        self.unfinished = bool(self._unsure) and not self._installed.go_on(budget)
        if self.unfinished:
            return []
        unsure, self._unsure = self._unsure, []
        return [(n, {"modules": tuple(self._described(found, self._installed.of_module))}) for n, found in unsure]

    def _may_be_local(self, top: str) -> bool:
        """Whether modules below this one may be the user's own: not below a regular package of a distribution.

        Asked once for a package: the paths of scikit-learn's and pandas' 2,000 modules took 70 ms to look up.
        """
        known = self._local.get(top)
        if known is None:
            path = file_of(sys.modules.get(top))
            regular = path is not None and os.path.basename(path).startswith("__init__.")
            known = self._local[top] = not regular or self._installed.at_a_glance(top, path)[0] == "local"
        return known

    def _told_now(self, found: list[tuple[str, str | None]]) -> set[str]:
        return {name.partition(".")[0] for name, _ in found}

    def _described(self, found: list[tuple[str, str | None]], look_up: LookUp) -> Iterator[Module]:
        for name, path in found:
            origin, distribution, version = look_up(name.partition(".")[0], path)
            if path is None and origin == "unknown":
                continue  # made up at run time, by Cython for instance
            shown = path if origin in ("local", "editable") else None
            if shown is not None and shown.startswith(self._project + os.sep):
                shown = shown[len(self._project) + 1 :].replace(os.sep, "/")
            yield Module(name=name, distribution=distribution, version=version, origin=origin, path=shown)


def imported_names(tree: ast.Module) -> set[str]:
    """Top-level names of the modules that the import statements of a cell name."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def file_of(module: Any) -> str | None:
    """Absolute path of a module's source or of a namespace package's folder, None where there is none."""
    members: dict[str, Any] = instance_dict(module, type(module)) or {}  # asking a lazy module would load it
    spec = members.get("__spec__")
    origin = getattr(spec, "origin", None) or members.get("__file__")
    if isinstance(origin, str) and os.path.isabs(origin):
        return os.path.realpath(origin)
    locations = members.get("__path__")
    try:
        first = next(iter(locations)) if locations is not None else None
    except (TypeError, StopIteration):
        first = None
    return os.path.realpath(first) if isinstance(first, str) else None
