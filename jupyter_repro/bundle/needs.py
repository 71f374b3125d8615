"""What the steps import: distributions to lock, and local modules to carry.

Two witnesses: the recorded runs (what was really imported, lazy imports of libraries included) and the text (what a
rerun will ask for). Names are resolved by the metadata installed where the kernel runs, never by a table of guesses.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from jupyter_repro.analysis.code.cellcode import parse
from jupyter_repro.bundle import interpreter
from jupyter_repro.bundle.interpreter import Installed, Interpreter
from jupyter_repro.bundle.linearize import Step
from jupyter_repro.records import Distribution, SessionRecord

OURSELVES = "jupyter-repro"
RERUN_TOOLS = ("ipykernel", "nbclient", "nbval", "pytest")
"""What running and checking the notebook needs, whatever it imports."""
_OPTIONAL: Mapping[str, tuple[str, ...]] = {
    "parquet": ("pyarrow", "fastparquet"),
    "feather": ("pyarrow",),
    "orc": ("pyarrow",),
    "excel": ("openpyxl", "xlrd", "xlsxwriter", "odfpy", "pyxlsb"),
    "hdf": ("tables",),
    "sql": ("sqlalchemy",),
    "to_markdown": ("tabulate",),
    "read_html": ("lxml", "html5lib", "beautifulsoup4"),
    "read_xml": ("lxml",),
    "netcdf": ("netcdf4", "h5netcdf", "scipy"),
    "zarr": ("zarr",),
    "style": ("jinja2",),
}
"""A piece of a method's name -> distributions that pandas and xarray import only then. Taken where installed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LocalModule:
    """A module of the user's own, to be carried as source."""

    name: str
    """Top-level name."""
    source: Path
    """Its file, or the folder of a package."""
    target: str
    """Where the bundle keeps it, relative, POSIX separators."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Needs:
    """What the steps rest on."""

    interpreter: Interpreter
    python: str
    """The version that the session ran on."""
    pins: Mapping[str, str]
    """Distribution -> version, of those that the steps import."""
    constraints: Mapping[str, str]
    """Distribution -> version, of all that those and the rerun tools require and the environment has."""
    carried: tuple[Installed, ...] = ()
    """Distributions that no index has (editable, local, from version control): vendored."""
    modules: tuple[LocalModule, ...] = ()
    notes: tuple[str, ...] = ()


def needs_of(steps: Iterable[Step], session: SessionRecord | None, kernel: str | None, folder: Path) -> Needs:
    """What the steps import, where the kernel ran. ``folder`` is the kernel's working directory.

    Raises KernelUnavailable where neither the journal nor the interpreter can tell what is installed.
    """
    steps = tuple(steps)
    imported, texts = _imports(steps, folder)
    executable = session.header.executable if session and Path(session.header.executable).is_file() else None
    tops = {name.partition(".")[0] for name in imported}
    asked = interpreter.ask(executable or interpreter.executable_of(kernel), tops, folder)
    notes: list[str] = []
    local = _local(asked, imported, steps, folder)
    recorded: dict[str, Distribution] = {}
    for each in session.distributions if session else ():
        recorded[canonicalize_name(each.name)] = each
    if session and executable is None:
        notes.append(
            f"the session's interpreter {session.header.executable} is gone; {asked.executable} was asked instead"
        )
    names = _direct(asked, imported, local, recorded, texts, steps, notes)
    pins: dict[str, str] = {}
    carried: list[Installed] = []
    for name in sorted(names):
        installed, seen = asked.installed.get(name), recorded.get(name)
        version = seen.version if seen else installed.version if installed else None
        if version is None:
            continue
        if installed and seen and installed.version != seen.version:
            notes.append(
                f"{name} was {seen.version} in the session and is {installed.version} now; {seen.version} is locked"
            )
        if installed and installed.url:
            carried.append(installed)
        else:
            pins[name] = version
    every = _closure(asked, {*names, *RERUN_TOOLS})
    versions = {name: asked.installed[name].version for name in every if not asked.installed[name].url}
    versions |= {name: each.version for name, each in recorded.items() if name in every}
    wider = [asked.installed[name] for name in sorted(every) if asked.installed[name].url and name not in names]
    return Needs(
        interpreter=asked,
        python=session.header.python if session else asked.version,
        pins=pins,
        constraints={name: versions[name] for name in sorted(versions)},
        carried=(*carried, *(each for each in wider if canonicalize_name(each.name) != OURSELVES)),
        modules=tuple(local.values()),
        notes=tuple(notes),
    )


def _imports(steps: tuple[Step, ...], folder: Path) -> tuple[dict[str, bool], str]:
    """Dotted modules that the steps import -> whether their absence is handled; and all the text together.

    Local modules are followed: what they import is needed as well.
    """
    found: dict[str, bool] = {}
    texts = [step.source for step in steps]
    waiting = list(texts)
    seen: set[str] = set()
    while waiting:
        for each in parse(waiting.pop()).imports:
            if each.level:
                continue
            found[each.module] = found.get(each.module, True) and each.guarded
            top = each.module.partition(".")[0]
            if top in seen:
                continue
            seen.add(top)
            for path in _local_files(folder, top):
                text = path.read_text(encoding="utf-8", errors="replace")
                texts.append(text)
                waiting.append(text)
    return found, "\n".join(texts)


def _local_files(folder: Path, top: str) -> list[Path]:
    """Python files of a module beside the notebook."""
    if (folder / f"{top}.py").is_file():
        return [folder / f"{top}.py"]
    package = folder / top
    return sorted(package.rglob("*.py")) if package.is_dir() else []


def _local(
    asked: Interpreter, imported: Mapping[str, bool], steps: tuple[Step, ...], folder: Path
) -> dict[str, LocalModule]:
    """Modules of the user's own: not installed, not of the standard library."""
    places: dict[str, Path] = {}
    for name, located in asked.located.items():
        if located.kind == "local" and located.path and not asked.owner(name):
            places[name] = Path(located.path)
    for step in steps:
        for module in step.record.modules if step.record else ():
            top = module.name.partition(".")[0]
            if module.origin == "local" and module.path and top not in places and not asked.owner(module.name):
                places[top] = _root(folder / module.path, module.name)
    made = _made_by_steps(steps, folder)
    return {
        name: LocalModule(name=name, source=place, target=_target(place, name, folder))
        for name, place in sorted(places.items())
        if place.resolve() not in made
        and place.exists()
        and canonicalize_name(name) != OURSELVES
        and name != "jupyter_repro"
    }


def _made_by_steps(steps: tuple[Step, ...], folder: Path) -> set[Path]:
    """Modules that a step writes before any step imports them: a rerun makes them itself."""
    made: set[Path] = set()
    imported: set[str] = set()
    for step in steps:
        imported |= {each.module.partition(".")[0] for each in parse(step.source).imports}
        written = [folder / word for word in _written_modules(step.source)]
        written += [folder / touch.path for touch in step.record.files if touch.mode == "write"] if step.record else []
        made |= {path.resolve() for path in written if path.suffix == ".py" and path.stem not in imported}
    return made


def _root(path: Path, dotted: str) -> Path:
    """The file of a top-level module, or the folder of the package that a file belongs to."""
    depth = dotted.count(".") + (path.name == "__init__.py")
    return path if depth == 0 else path.parents[depth - 1]


def _target(place: Path, name: str, folder: Path) -> str:
    try:
        return place.resolve().relative_to(folder.resolve()).as_posix()
    except ValueError:
        return place.name if place.is_file() else name


def _direct(
    asked: Interpreter,
    imported: Mapping[str, bool],
    local: Mapping[str, LocalModule],
    recorded: Mapping[str, Distribution],
    text: str,
    steps: tuple[Step, ...],
    notes: list[str],
) -> set[str]:
    """Canonical names of the distributions that the steps import from."""
    names: set[str] = set()
    written = {Path(word).stem for step in steps for word in _written_modules(step.source)}
    for module, handled in sorted(imported.items()):
        top = module.partition(".")[0]
        if top in local or asked.located.get(top, interpreter.Located(kind="missing")).kind == "stdlib":
            continue
        owners = asked.owner(module)
        names.update(canonicalize_name(each.name) for each in owners)
        if not owners:
            by_record = [name for name, each in recorded.items() if top in each.modules]
            names.update(by_record)
            if not by_record and not handled and top not in written:
                notes.append(f"the import of {top} is not installed where the kernel runs, so it could not be locked")
    # What a library loaded by itself counts where its metadata does not ask for it anyway.
    implied = _closure(asked, names)
    for step in steps:
        for each in step.record.modules if step.record else ():
            if each.distribution and each.origin in ("distribution", "conda", "editable", "vcs"):
                name = canonicalize_name(each.distribution)
                if name not in implied:
                    names.add(name)
    words = {node.attr for node in ast.walk(_tree(text)) if isinstance(node, ast.Attribute)} if text else set()
    for piece, wanted in _OPTIONAL.items():
        if any(piece in word for word in words):
            names.update(name for name in wanted if name in asked.installed)
    names.discard(OURSELVES)
    return names


def _written_modules(source: str) -> list[str]:
    """Python files that a step itself writes with ``%%writefile``."""
    found = [magic.argument.split() for magic in parse(source).magics if magic.name in ("%%writefile", "%%file")]
    return [word for words in found for word in words if word.endswith(".py")]


def _tree(text: str) -> ast.Module:
    """All that parses of the text, cell by cell lost where it does not."""
    body: list[ast.stmt] = []
    for piece in text.split("\n\n"):
        tree = parse(piece).tree
        if tree is not None:
            body.extend(tree.body)
    return ast.Module(body=body, type_ignores=[])


def _closure(asked: Interpreter, names: Iterable[str]) -> set[str]:
    """All installed distributions that these require, markers evaluated for the kernel's Python, extras followed."""
    environment = {
        **{name: str(value) for name, value in default_environment().items()},
        "python_version": asked.minor,
        "python_full_version": asked.version,
        "implementation_name": asked.implementation.lower(),
        "platform_python_implementation": asked.implementation,
    }
    seen: set[tuple[str, str]] = set()
    waiting = [(canonicalize_name(name), "") for name in names]
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in seen or name not in asked.installed:
            continue
        seen.add((name, extra))
        for line in asked.installed[name].requires:
            try:
                requirement = Requirement(line)
            except InvalidRequirement:
                continue
            if requirement.marker is None or requirement.marker.evaluate({**environment, "extra": extra}):
                target = canonicalize_name(requirement.name)
                waiting.append((target, ""))
                waiting.extend((target, wanted) for wanted in requirement.extras)
    return {name for name, _ in seen}
