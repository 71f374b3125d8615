"""The bundle's own account of itself: ``manifest.json``, read, written and checked.

It says what the bundle was made of (steps, inputs, expected outputs, distributions), what was proven, and the SHA-256
of every other file. It holds no dates and no paths of this machine, so that equal inputs give equal bytes.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from jupyter_repro import __version__
from jupyter_repro.errors import BadInput

NAME = "manifest.json"
FORMAT = "jupyter-repro-bundle"
VERSION = 1
CHUNK = 1 << 20

RESERVED = frozenset(
    {
        "pipeline.py", "pipeline.ipynb", "requirements.in", "requirements.txt", "constraints.txt", "Dockerfile",
        ".dockerignore", "binder", ".github", "expected", "manifest.json", "REPORT.html", "README.md",
        "nbval_sanitize.cfg", "vendor", "pylock.toml", "dvc.yaml", "ro-crate-metadata.json",
    }
)  # fmt: skip
"""Names at the bundle's top that are ours."""

Rung = Literal["document", "slice", "session"]
RungVerdict = Literal["reproduced", "differs", "could-not-run", "not-tried"]
EntryT = TypeVar("EntryT")


@dataclass(frozen=True, kw_only=True, slots=True)
class StepEntry:
    """One code cell of ``pipeline.ipynb``, in order."""

    id: str
    """Its cell id in ``pipeline.ipynb``."""
    cell: str | None = None
    """The document's cell that it came from; None for one that the document no longer has."""
    run: int | None = None
    """Number of the recorded run whose source it is; None where the document's text was taken."""
    compared: bool = True
    """Whether there is a reference to compare its outputs with."""
    raises: bool = False
    """Whether the reference shows an error, which a rerun must raise again."""
    unstable: str = ""
    """Why its outputs are known to differ from run to run; empty when they are not."""


@dataclass(frozen=True, kw_only=True, slots=True)
class InputEntry:
    """A data file that the steps read."""

    path: str
    """In the bundle, relative, POSIX separators."""
    sha256: str | None
    size: int | None
    original: str | None = None
    """The path that the notebook used, where it lay outside the project and the sources were rewritten."""
    included: bool = True
    """False for a file above the size limit: fetch it from ``url`` and put it at ``path``."""
    url: str | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class OutputEntry:
    """A file that the steps write, as it was when the reference was made."""

    path: str
    """Where a rerun writes it, relative to the bundle's folder."""
    sha256: str | None
    size: int | None
    copy: str | None = None
    """Its reference copy, ``expected/files/<path>``; None for one above the size limit or changed since."""
    step: str | None = None
    """Id of the step that writes it last."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DistributionEntry:
    """A pinned distribution that the steps import from."""

    name: str
    version: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RungEntry:
    """A step of the linearization ladder, and how it fared."""

    rung: Rung
    verdict: RungVerdict
    because: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ProofEntry:
    """What a rerun of this bundle showed."""

    verdict: Literal["reproduced", "differs", "could-not-run"]
    room: str
    because: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """All that a bundle says of itself."""

    notebook: str
    """File name of the notebook it was made from."""
    python: str
    """Exact version of the interpreter, e.g. ``3.11.7``."""
    rung: Rung
    because: str
    """Why this order of steps was taken."""
    steps: tuple[StepEntry, ...] = ()
    inputs: tuple[InputEntry, ...] = ()
    outputs: tuple[OutputEntry, ...] = ()
    modules: tuple[str, ...] = ()
    """Local modules carried in the bundle, by path."""
    distributions: tuple[DistributionEntry, ...] = ()
    environment: dict[str, str] = dataclasses.field(default_factory=dict)
    """Environment variables that the rerun needs set, e.g. ``PYTHONHASHSEED``."""
    ladder: tuple[RungEntry, ...] = ()
    proof: ProofEntry | None = None
    """None for a bundle that was never rerun: it is unproven."""
    notes: tuple[str, ...] = ()
    """What was changed, left out or could not be told, one sentence each."""
    files: dict[str, str] = dataclasses.field(default_factory=dict)
    """SHA-256 (hex) of every file of the bundle but this one, by relative POSIX path."""


_ENTRIES: dict[str, type] = {
    "steps": StepEntry,
    "inputs": InputEntry,
    "outputs": OutputEntry,
    "distributions": DistributionEntry,
    "ladder": RungEntry,
}


def is_bundle(folder: Path) -> bool:
    """Whether the folder says that it is one of our bundles."""
    try:
        return bool(json.loads((folder / NAME).read_text(encoding="utf-8")).get("format") == FORMAT)
    except (OSError, ValueError, AttributeError):
        return False


def read(folder: Path) -> Manifest:
    """The manifest of a bundle folder, unchecked. Raises BadInput where there is none that this version understands."""
    path = folder / NAME
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadInput(
            f"{folder} is not a bundle: it has no {NAME}", hint="Make one with: jupyter repro export"
        ) from None
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} cannot be read: {error}", hint="Unpack or export the bundle again.") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise BadInput(f"{folder} is not a bundle: its {NAME} is of another kind")
    if content.get("version", 0) > VERSION:
        raise BadInput(
            f"{folder} is a bundle of format {content['version']}, this version reads up to {VERSION}",
            hint="Upgrade with: pip install -U jupyter-repro",
        )
    try:
        fields = {
            name: content[name] for name in (each.name for each in dataclasses.fields(Manifest)) if name in content
        }
        for name, kind in _ENTRIES.items():
            fields[name] = tuple(_entry(kind, each) for each in fields.get(name, ()))
        fields["modules"], fields["notes"] = tuple(fields.get("modules", ())), tuple(fields.get("notes", ()))
        fields["proof"] = _entry(ProofEntry, fields["proof"]) if fields.get("proof") else None
        return Manifest(**fields)
    except (TypeError, KeyError, AttributeError) as error:
        raise BadInput(f"{path} is not understood: {error}", hint="Export the bundle again.") from None


def render(manifest: Manifest) -> str:
    """The JSON text of a manifest: the same for the same content."""
    content: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "tool": f"jupyter-repro {__version__}",
        **dataclasses.asdict(manifest),
    }
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def write(folder: Path, manifest: Manifest) -> str:
    """Hash every file of the folder and write the manifest; returns the SHA-256 of the manifest itself."""
    files = {path: sha256_of(folder / path) for path in files_in(folder) if path != NAME}
    text = render(dataclasses.replace(manifest, files=files))
    (folder / NAME).write_text(text, encoding="utf-8")
    return hashlib.sha256(text.encode()).hexdigest()


def check(folder: Path) -> Manifest:
    """The manifest of a bundle whose every file is as it says. Raises BadInput that names the first file that is not.

    Files that the manifest does not list are accepted: a rerun writes its outputs into the folder.
    """
    manifest = read(folder)
    root = folder.resolve()
    for name, digest in sorted(manifest.files.items()):
        path = folder / name
        if Path(name).is_absolute() or not path.resolve().is_relative_to(root):
            raise BadInput(
                f"{folder}: the manifest lists {name}, which lies outside the bundle", hint="Do not trust it."
            )
        if path.is_symlink() or not path.is_file():
            raise BadInput(f"{folder}: {name} is missing", hint="Unpack or export the bundle again.")
        if sha256_of(path) != digest:
            raise BadInput(
                f"{folder}: {name} was changed after the bundle was made",
                hint="Unpack or export it again, or restore the file.",
            )
    for entry in manifest.inputs:
        if not entry.included and not (folder / entry.path).is_file():
            where = f" from {entry.url}" if entry.url else ""
            raise BadInput(
                f"{folder}: the input {entry.path} is not carried in the bundle ({entry.note or 'too large'})",
                hint=f"Put it there{where}; its SHA-256 is {entry.sha256}.",
            )
        if not entry.included and entry.sha256 and sha256_of(folder / entry.path) != entry.sha256:
            raise BadInput(
                f"{folder}: the input {entry.path} is not the file that was used", hint="Its SHA-256 differs."
            )
    return manifest


def files_in(folder: Path) -> list[str]:
    """Relative POSIX paths of all regular files below a folder, sorted; nothing is followed out of it."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            found.append(path.relative_to(folder).as_posix())
    return sorted(found)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's content, as hex."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _entry(kind: type[EntryT], content: dict[str, Any]) -> EntryT:
    known = {each.name for each in dataclasses.fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: value for name, value in content.items() if name in known})
