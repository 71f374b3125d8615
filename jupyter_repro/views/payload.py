"""The wire format: what ``--json`` prints and what the panel receives. One source for Python and TypeScript.

``labextension/src/wire.ts`` is generated from these types (``python -m jupyter_repro.views.typescript``); a test fails
when it is stale. Names and shapes are a public contract: add fields, never rename or remove them within ``version`` 1.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

Replay = Literal["ok", "changes", "fails", "unknown"]
Severity = Literal["error", "warning", "info"]
Verdict = Literal["reproduced", "differs", "could-not-run"]
CellVerdict = Literal["identical", "equivalent", "unstable", "different", "failed", "tainted", "not-compared"]
FileMode = Literal["read", "write", "delete"]


class EditPayload(TypedDict):
    """One change to the document. ``insert`` puts a code cell with ``source`` at document index ``index``;
    ``replace`` sets the source of ``cell``; ``move`` puts ``cell`` at ``index``; ``rerun`` runs ``cell``; ``delete``
    removes it."""

    action: Literal["insert", "replace", "move", "rerun", "delete"]
    cell: str | None
    index: int | None
    source: str | None


class FixPayload(TypedDict):
    """A one-click fix: what the button says, and the edits in order."""

    title: str
    edits: list[EditPayload]


class EvidencePayload(TypedDict):
    """A place that backs a finding: a cell, a run, or both, and what is to be seen there."""

    cell: str | None
    run: int | None
    text: str


class FindingPayload(TypedDict):
    code: str
    name: str
    severity: Severity
    cell: str | None
    message: str
    why: str
    suggestion: str
    fix: FixPayload | None
    evidence: list[EvidencePayload]
    cells: NotRequired[list[str]]
    """All cells that show its effect, ``cell`` among them."""
    muted: NotRequired[str]
    """The reason for muting, on findings in ``muted`` lists only."""


class CellPayload(TypedDict):
    id: str
    index: int
    execution_count: int | None
    replay: Replay
    because: str
    resources: list[str]
    findings: list[str]
    blind_spots: list[str]
    related: NotRequired[list[str]]
    """Cells that the reason leads through, down to where it starts: what to click."""


class SessionPayload(TypedDict):
    id: str
    started: str
    python: str
    platform: str
    runs: int
    ended: str | None
    layers: dict[str, str]


class SummaryPayload(TypedDict):
    ok: int
    changes: int
    fails: int
    unknown: int
    headline: str
    """``Restart & Run All would: 12 same, 2 change, 1 fails, 1 unknown``"""


class CheckPayload(TypedDict):
    version: int
    notebook: str
    session: SessionPayload | None
    summary: SummaryPayload
    cells: list[CellPayload]
    findings: list[FindingPayload]
    muted: list[FindingPayload]
    damage: list[str]


class FilePayload(TypedDict):
    path: str
    mode: FileMode
    digest: str | None
    size: int | None
    seen_by: str
    role: Literal["user", "module", "noise"]
    kept: NotRequired[bool]
    """A write that left (part of) what was there before."""


class SeedPayload(TypedDict):
    generator: str
    value: str
    origin: str
    """What the seed was made of: ``constant`` and ``computed`` come back on a replay, the others do not."""


class DrawPayload(TypedDict):
    generator: str
    seeded: bool
    """Whether a reproducible seed led to where the generator stood."""
    before: str
    after: str
    state: str | None
    """Name under ``.repro/states/`` of the state at the run's start: what ``replay`` starts from."""
    by_import: NotRequired[bool]


class SettingPayload(TypedDict):
    name: str
    before: str
    after: str


class OutsidePayload(TypedDict):
    kind: Literal["clock", "entropy", "network", "process", "stdin", "thread", "machine"]
    what: str
    detail: NotRequired[dict[str, str]]


class ModulePayload(TypedDict):
    name: str
    distribution: str | None
    version: str | None
    origin: str
    path: NotRequired[str]


class RunPayload(TypedDict):
    n: int
    cell: str | None
    execution_count: int | None
    started: str
    ended: str
    status: Literal["ok", "error", "interrupted", "syntax-error"]
    source: str
    source_digest: str
    reads: list[str]
    writes: list[str]
    mutates: list[str]
    deletes: list[str]
    files: list[FilePayload]
    seeds: list[SeedPayload]
    rng: list[str]
    outside: list[OutsidePayload]
    modules: list[ModulePayload]
    blind_spots: list[str]
    draws: NotRequired[list[DrawPayload]]
    settings: NotRequired[list[SettingPayload]]
    variables: NotRequired[list[str]]
    """Names of environment variables that the user's code read."""
    aliases: NotRequired[list[list[str]]]
    magics: NotRequired[list[str]]
    error: NotRequired[str]


class DistributionPayload(TypedDict):
    name: str
    version: str
    origin: str
    modules: list[str]
    url: NotRequired[str]


class SystemFilePayload(TypedDict):
    path: str
    package: str
    """The package of the system that owns it, by this machine's package manager; empty where it cannot tell."""


class SessionLogPayload(TypedDict):
    id: str
    started: str
    ended: str | None
    python: str
    platform: str
    executable: str
    cwd: str
    env: dict[str, str]
    hardware: dict[str, str]
    git: dict[str, str]
    layers: dict[str, str]
    distributions: list[DistributionPayload]
    runs: list[RunPayload]
    libraries: NotRequired[list[SystemFilePayload]]
    """Shared libraries in the process that no Python distribution brought."""
    executables: NotRequired[list[SystemFilePayload]]
    """Programs that the runs started, as this machine finds them now."""


class LogPayload(TypedDict):
    version: int
    notebook: str
    sessions: list[SessionLogPayload]
    damage: list[str]


class CellVerdictPayload(TypedDict):
    id: str
    index: int
    verdict: CellVerdict
    cause: str
    """Short cause of a verdict that is not ``identical``; empty otherwise."""
    detail: str
    """What differs, readable: a unified diff, the largest numeric difference, the pixels that differ."""


class FileVerdictPayload(TypedDict):
    path: str
    verdict: Literal["identical", "equivalent", "different", "missing", "unexpected"]
    detail: str


class AxisPayload(TypedDict):
    """What a rerun with one condition of its world changed said."""

    axis: str
    verdict: Literal["holds", "breaks", "not-varied"]
    because: str
    cells: list[str]
    """Ids of the cells that no longer gave their reference."""
    files: list[str]


class VerifyPayload(TypedDict):
    version: int
    target: str
    verdict: Verdict
    room: str
    because: str
    cells: list[CellVerdictPayload]
    files: list[FileVerdictPayload]
    axes: list[AxisPayload]
    """One for each axis that was to be varied; empty where none was."""
    ignored: dict[str, int]
    """What was normalised away or not compared: kind -> count."""
    runs: int
    """How many times the notebook was run to reach the verdict, control runs included."""
    seconds: float


class RungPayload(TypedDict):
    """One step of the linearization ladder that was tried."""

    rung: Literal["document", "slice", "session"]
    verdict: Literal["reproduced", "differs", "could-not-run", "not-tried"]
    because: str


class ExportPayload(TypedDict):
    version: int
    notebook: str
    bundle: str
    """Path of the folder or zip that was written."""
    report: str
    """Path of REPORT.html: in the folder, or beside the zip."""
    proven: bool
    room: str | None
    rung: Literal["document", "slice", "session"]
    ladder: list[RungPayload]
    verify: VerifyPayload | None
    digest: str
    """sha256 of manifest.json."""


class StepPayload(TypedDict):
    """Progress of a job: see `jupyter_repro.progress.Step`."""

    stage: str
    message: str
    done: int
    total: int | None


class RunNamePayload(TypedDict):
    session: str
    run: int
    cell: str | None
    started: str


class ChangePayload(TypedDict):
    """One difference between two runs, each side as a short text."""

    aspect: Literal["status", "input", "made", "output", "file", "generator", "setting", "module", "environment"]
    what: str
    first: str
    second: str


class DiffPayload(TypedDict):
    version: int
    first: RunNamePayload
    second: RunNamePayload
    same: bool
    source: list[str]
    """Lines of a unified diff of the sources."""
    changes: list[ChangePayload]


class TraceStepPayload(TypedDict):
    notebook: str
    session: str
    run: int
    cell: str | None
    started: str
    mode: FileMode
    digest: str | None
    seen_by: str


class TracePayload(TypedDict):
    version: int
    file: str
    digest: str | None
    """Content now; empty where the file is gone, null where it was not hashed."""
    steps: list[TraceStepPayload]
    warnings: list[str]


class PanelPayload(TypedDict):
    """What the panel asks for after each run and edit: the judgement and the history in one answer."""

    check: CheckPayload
    log: LogPayload
