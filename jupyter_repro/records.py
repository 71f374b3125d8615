"""The shared vocabulary: what one kernel session did, as frozen records.

Everything else speaks in these words: the capture builds them inside the user's kernel, the journal
stores them, the model reads them back. Standard library only, and valid on Python 3.10, because the
capture runs in kernels of that age.

Fingerprints are short strings whose first character says how far to trust them:

=========  ===========================================================================
``=hex``   computed from the whole value: equal fingerprints mean equal values
``~hex``   computed from a sample: unequal means different, equal means "probably equal"
``?``      could not be computed (too costly, not inspectable): says nothing
=========  ===========================================================================

Fingerprints never depend on addresses or on the hash seed, so they compare across sessions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Status = Literal["ok", "error", "interrupted", "syntax-error"]
FileMode = Literal["read", "write", "delete"]
OutsideKind = Literal["clock", "entropy", "network", "process", "stdin", "thread", "machine"]
OutputKind = Literal["stream", "display", "result", "error"]
Origin = Literal["distribution", "stdlib", "local", "editable", "vcs", "conda", "builtin", "unknown"]

Fingerprint = str
UNKNOWN_FINGERPRINT: Fingerprint = "?"


def is_full(fingerprint: Fingerprint) -> bool:
    """Whether the fingerprint was computed from the whole value."""
    return fingerprint.startswith("=")


@dataclass(frozen=True, kw_only=True, slots=True)
class FileTouch:
    """One file that a run read, wrote or deleted.

    ``path`` is relative to the session's folder (POSIX separators) when the file lies below it, else absolute.
    ``digest`` is ``sha256:<hex>`` of the content the run left (write) or found (read), or None where it was not
    affordable or the file is gone. ``role`` tells the user's own files from noise.
    """

    path: str
    mode: FileMode
    digest: str | None = None
    size: int | None = None
    mtime_ns: int | None = None
    seen_by: str = "patch"
    """``watch`` (inotify), ``patch`` (a patched call), ``probe`` (a wrapped library), ``scan`` (mtimes), ``magic``."""
    role: Literal["user", "module", "noise"] = "user"
    kept: bool = False
    """A write that left (part of) what was there before: an append, an update in place, a database insert. The result
    then depends on the earlier content. Touches of one path are listed in the order in which they happened."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Seed:
    """A generator was seeded. ``value`` is a short repr of the seed; ``origin`` says what it was made of."""

    generator: str
    value: str
    origin: Literal["constant", "clock", "hash", "entropy", "computed"] = "computed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Draw:
    """A generator's state moved during the run. ``generator`` as in `Seed`: ``random``, ``numpy``, ``torch``,
    ``numpy.Generator:<name>``, ``random.Random:<name>``, ``unseeded:<what>`` for draws from fresh entropy."""

    generator: str
    before: Fingerprint = UNKNOWN_FINGERPRINT
    after: Fingerprint = UNKNOWN_FINGERPRINT
    seeded: bool = False
    """Whether a reproducible seed had been set in this session before (or during) the draw."""
    state: str | None = None
    """Name of the side file under ``.repro/states/`` that holds the generator's state at the run's start, if kept."""
    by_import: bool = False
    """Only the import of a library can have moved it: nothing that the run shows rests on this draw."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outside:
    """A call to the outside world: what was asked, never what was answered (no secrets)."""

    kind: OutsideKind
    what: str
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Module:
    """A module first imported during the run, with the distribution that brought it."""

    name: str
    distribution: str | None = None
    version: str | None = None
    origin: Origin = "unknown"
    path: str | None = None
    """Source file of a local module, relative to the session's folder where it lies below it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SettingChange:
    """A process-wide setting that the run changed: ``cwd``, ``sys.path``, ``env:NAME``, ``pandas:display.width`` ..."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Output:
    """One displayed output. ``digest`` is of the normalised text or of the bytes of the richest image."""

    kind: OutputKind
    name: str
    """``stdout``/``stderr`` for streams, the richest MIME type for displays and results, the name of an exception."""
    digest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RunError:
    """How a run failed. ``value`` is cut to 500 characters."""

    name: str
    value: str
    line: int | None = None
    """Line of the cell, from 1, at which it was raised or whose call raised it; None where no line of it ran or it is
    not known (a cell magic runs the lines on its own)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RunRecord:
    """One execution of a cell, as it happened.

    ``reads`` maps each name the run needed from before (directly, or through functions it called) to its
    fingerprint when the run *began*; a name that did not exist then is mapped to ``""``.
    ``writes`` maps each name (re)bound to its fingerprint when the run *ended*; ``mutates`` the same for names
    whose value was changed in place without rebinding, aliases included. ``aliases`` groups names that share
    mutable state when the run ended (only groups that a touched name belongs to).
    """

    n: int
    cell: str | None
    source: str
    source_digest: str
    started: str
    ended: str
    status: Status
    execution_count: int | None = None
    error: RunError | None = None
    reads: Mapping[str, Fingerprint] = field(default_factory=dict)
    writes: Mapping[str, Fingerprint] = field(default_factory=dict)
    mutates: Mapping[str, Fingerprint] = field(default_factory=dict)
    deletes: tuple[str, ...] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)
    """Qualified type name of each name in ``writes`` (``module``, ``function``, ``pandas.DataFrame`` ...)."""
    sizes: Mapping[str, str] = field(default_factory=dict)
    """Size of each list, tuple, array and table in ``writes`` and ``mutates`` when the run ended: ``5``, ``200x3``."""
    aliases: tuple[tuple[str, ...], ...] = ()
    files: tuple[FileTouch, ...] = ()
    seeds: tuple[Seed, ...] = ()
    draws: tuple[Draw, ...] = ()
    settings: tuple[SettingChange, ...] = ()
    outside: tuple[Outside, ...] = ()
    modules: tuple[Module, ...] = ()
    outputs: tuple[Output, ...] = ()
    blind_spots: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    """Names of environment variables that the user's own code read; never their values."""
    magics: tuple[str, ...] = ()
    """Names of the magics the source used, with their sigil: ``%cd``, ``%%bash``, ``!``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Distribution:
    """An installed distribution that a session's imports rest on."""

    name: str
    version: str
    origin: Origin = "distribution"
    url: str | None = None
    """Where an editable, VCS or local install came from (credentials removed)."""
    modules: tuple[str, ...] = ()
    """Top-level modules of it that the session imported; empty for one that is only required by another."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionHeader:
    """What was true when the kernel session started being tracked."""

    id: str
    started: str
    python: str
    """Full version, e.g. ``3.11.7``."""
    implementation: str
    executable: str
    platform: str
    cwd: str
    notebook: str | None = None
    """Absolute path of the notebook, where somebody knew it."""
    kernel_id: str | None = None
    ipython: str = ""
    tracker: str = ""
    """Version of jupyter-repro that wrote the journal."""
    env: Mapping[str, str] = field(default_factory=dict)
    hardware: Mapping[str, str] = field(default_factory=dict)
    """CPU model and features, BLAS vendor, GPU and driver, thread counts: whatever could be told."""
    git: Mapping[str, str] = field(default_factory=dict)
    """``commit``, ``branch`` and ``dirty`` (``yes``, ``no``, ``unknown: why``; known when the kernel has been idle) of
    the notebook's repository, empty when there is none."""
    layers: Mapping[str, str] = field(default_factory=dict)
    """Capture layer -> ``on``, or why it is not."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionRecord:
    """One journal, read back: the header, its finished runs in execution order, and what is known of its end."""

    header: SessionHeader
    runs: tuple[RunRecord, ...] = ()
    distributions: tuple[Distribution, ...] = ()
    libraries: tuple[str, ...] = ()
    """Paths of the shared libraries in the process that no Python distribution brought."""
    ended: str | None = None
    interrupted_run: int | None = None
    """Number of a run that began and never finished: the kernel died in it."""
    damage: tuple[str, ...] = ()
    """What could not be read (a torn last line, an unknown line type), one sentence each."""
