"""A notebook -> a bundle on disk: build each rung of the ladder, and take the first that a rerun proves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from jupyter_repro.bundle import build, candidate, manifest
from jupyter_repro.bundle import target as targets
from jupyter_repro.bundle.data import SIZE_LIMIT
from jupyter_repro.bundle.ladder import Rung, ladder_of
from jupyter_repro.bundle.linearize import outside_cause
from jupyter_repro.bundle.manifest import Manifest, ProofEntry, RungEntry
from jupyter_repro.bundle.plan import Plan, plan
from jupyter_repro.bundle.writers.notebook import cell_id
from jupyter_repro.bundle.writers.page import CellRow, Facts, FileRow
from jupyter_repro.errors import BadInput
from jupyter_repro.model import document as documents
from jupyter_repro.model import history as histories
from jupyter_repro.model.document import Document
from jupyter_repro.model.history import History
from jupyter_repro.progress import Progress
from jupyter_repro.verify.prove import verify
from jupyter_repro.verify.result import VerifyResult

DECLARING_ROUNDS = 2
"""How often steps that vary between reruns are declared and the rerun repeated: a rare variation may show late."""
ROOM = "venv"
"""Where a bundle is proven unless another room is named: from its lock, with hashes required, without Docker."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportResult:
    """What was written, and what was proven of it."""

    notebook: Path
    bundle: Path
    """The folder or zip."""
    report: Path
    """REPORT.html in the folder, or a copy beside the zip."""
    manifest: Manifest
    digest: str
    """SHA-256 of the manifest."""
    verify: VerifyResult | None = None
    """The rerun of the candidate that was taken; None where it was not to be proven."""
    warnings: tuple[str, ...] = ()

    @property
    def proven(self) -> bool:
        """Whether a rerun reproduced it."""
        return self.verify is not None and self.verify.reproduced


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """How to export."""

    room: str = ROOM
    prove: bool = True
    force: bool = False
    """Replace a bundle of ours that is at the target."""
    base_image: str | None = None
    size_limit: int = SIZE_LIMIT
    allowed_secrets: frozenset[str] = frozenset()
    rung: manifest.Rung | None = None
    """Only this order of steps; None walks the ladder."""
    timeout: float | None = 600.0
    """Seconds that a cell may take in a rerun."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Tried:
    plan: Plan
    folder: Path
    told: Manifest
    result: VerifyResult | None = None
    unstable: Mapping[str, str] = field(default_factory=dict)
    """Steps that the bundle declares to vary from run to run, with the cause."""

    @property
    def badness(self) -> tuple[int, int]:
        """Orders candidates: a rerun that differs little beats one that differs much beats one that could not run."""
        if self.result is None:
            return (3, 0)
        wrong = sum(cell.verdict in ("different", "failed", "tainted") for cell in self.result.cells)
        return (0 if self.result.reproduced else 1 if self.result.verdict == "differs" else 2, wrong)


def export(
    notebook: Path,
    target: Path,
    *,
    room: str | None = None,
    prove: bool = True,
    progress: Progress | None = None,
    options: Options | None = None,
) -> ExportResult:
    """Export a notebook to ``target``: a folder, or a zip where its name ends so.

    ``room`` and ``prove`` are shorthands that override ``options``. Raises BadInput for a target that is taken, and the
    EnvironmentFailure of what could not be done; in every case nothing is left behind. A bundle that no rerun proved is
    written all the same, and says that it is unproven.
    """
    progress = progress or Progress()
    options = replace(options or Options(), prove=prove)
    if room is not None:
        options = replace(options, room=room)
    targets.refuse_taken(target, force=options.force)
    document = documents.read(notebook)
    history = histories.load(document)
    with targets.workshop(target) as shop:
        taken, ladder = _climb(document, history, shop, options, progress)
        progress.step("write", "writing the report")
        digest, told = _sealed(taken, ladder)
        return ExportResult(
            notebook=notebook,
            bundle=target,
            report=targets.deliver(taken.folder, target, shop),
            manifest=told,
            digest=digest,
            verify=taken.result,
            warnings=history.damage,
        )


def _climb(
    document: Document, history: History, shop: Path, options: Options, progress: Progress
) -> tuple[_Tried, tuple[RungEntry, ...]]:
    """Build and prove each rung until one holds; the candidate to take, and how every rung fared."""
    rungs = ladder_of(document, history)
    if options.rung is not None:
        rungs = tuple(replace(each, skip="") for each in rungs if each.rung == options.rung)
        if not rungs:
            raise BadInput(
                f"{document.path} has no recorded session to take the order '{options.rung}' from",
                hint="Run it with tracking: jupyter repro run",
            )
    # What the forecast speaks against is tried last rather than never: the rerun has the last word.
    order = [each for each in rungs if not each.skip] + [
        each for each in rungs if each.skip and each.rung == "document"
    ]
    tried: dict[str, _Tried] = {}
    seen: dict[tuple[str, ...], str] = {}
    notes: dict[str, str] = {each.rung: each.skip for each in rungs if each.skip}
    for rung in order:
        made = _plan(document, history, rung, options, progress)
        sources = tuple(step.source for step in made.steps)
        if sources in seen:
            notes[rung.rung] = f"it has the same steps as the order '{seen[sources]}'"
            continue
        seen[sources] = rung.rung
        folder = shop / rung.rung
        folder.mkdir()
        told = build(made, folder, progress)
        attempt = _Tried(plan=made, folder=folder, told=told)
        if options.prove:
            attempt = _proven(attempt, options, progress)
        result = attempt.result
        tried[rung.rung] = attempt
        if result is None or result.reproduced:
            break
    taken = min(tried.values(), key=lambda each: each.badness)
    entries = tuple(_entry(each, tried.get(each.rung), notes.get(each.rung, "")) for each in rungs)
    return taken, entries


def _proven(attempt: _Tried, options: Options, progress: Progress) -> _Tried:
    """The candidate with the verdict of a rerun.

    Where all that is wrong is that some steps give other outputs in two reruns side by side, those steps are declared
    unstable in the bundle, with the cause, and the rerun is repeated: then everything else has to hold.
    """
    unstable: dict[str, str] = {}
    for _ in range(DECLARING_ROUNDS + 1):
        progress.step("room", f"rerunning the steps in the room {options.room}")
        result = verify(attempt.folder, options.room, progress=progress, timeout=options.timeout)
        attempt = replace(attempt, result=result, unstable=dict(unstable))
        varying = _varying(attempt, result)
        if result.reproduced or not varying.keys() - unstable.keys():
            return attempt
        unstable |= varying
        candidate.seal(attempt.plan, attempt.folder, attempt.told, unstable=unstable)
    return attempt


def _varying(attempt: _Tried, result: VerifyResult) -> dict[str, str]:
    """Steps that differ between two reruns, with the cause; empty where anything else is wrong as well."""
    if any(cell.verdict in ("different", "failed", "tainted") for cell in result.cells):
        return {}
    records = {cell_id(step.id): step.record for step in attempt.plan.steps}
    found = {
        cell.id: outside_cause(records.get(cell.id)) or cell.cause or "two reruns differed"
        for cell in result.cells
        if cell.verdict == "unstable"
    }
    writers = {entry.path: entry.step for entry in attempt.told.outputs}
    for file in result.files:
        if file.verdict == "missing":
            return {}
        if file.verdict == "different":
            step = writers.get(file.path)
            if step is None or not ("varies from run to run" in file.detail or step in found):
                return {}
            found.setdefault(step, f"it writes {file.path}, whose content varies from run to run")
    return found


def _plan(document: Document, history: History, rung: Rung, options: Options, progress: Progress) -> Plan:
    return plan(
        document,
        history,
        rung.rung,
        session=rung.session,
        runs=rung.runs,
        because=rung.because,
        base_image=options.base_image,
        size_limit=options.size_limit,
        allowed_secrets=options.allowed_secrets,
        progress=progress,
    )


def _entry(rung: Rung, tried: _Tried | None, note: str) -> RungEntry:
    if tried is None:
        return RungEntry(rung=rung.rung, verdict="not-tried", because=note or "an earlier order of steps was proven")
    if tried.result is None:
        return RungEntry(rung=rung.rung, verdict="not-tried", because="written without a rerun")
    return RungEntry(rung=rung.rung, verdict=tried.result.verdict, because=tried.result.because)


def _sealed(taken: _Tried, ladder: tuple[RungEntry, ...]) -> tuple[str, Manifest]:
    """Write the proof into the candidate; the manifest's digest, and the manifest."""
    result = taken.result
    proof = None if result is None else ProofEntry(verdict=result.verdict, room=result.room, because=result.because)
    told = replace(taken.told, ladder=ladder, proof=proof)
    unstable = dict(taken.unstable)
    loose: dict[str, str] = {}
    for cell in result.cells if result else ():
        if cell.verdict == "unstable":
            unstable.setdefault(cell.id, cell.cause or "two reruns differed")
        elif cell.verdict == "equivalent":
            loose[cell.id] = cell.cause or "equal within a tolerance, which nbval does not have"
    if result is None:
        loose = {cell_id(step.id): cause for step in taken.plan.steps if (cause := outside_cause(step.record))}
    digest = candidate.seal(
        taken.plan, taken.folder, told, facts=_facts(taken, told, result), unstable=unstable, loose=loose
    )
    return digest, manifest.read(taken.folder)


def _facts(taken: _Tried, told: Manifest, result: VerifyResult | None) -> Facts:
    judged = {cell.id: cell for cell in result.cells} if result else {}
    rows = []
    for number, step in enumerate(taken.plan.steps, start=1):
        cell = judged.get(cell_id(step.id))
        rows.append(
            CellRow(
                number=number,
                id=step.id,
                source=step.source,
                verdict=cell.verdict if cell else "not-compared",
                cause=cell.cause if cell else "",
                detail=cell.detail if cell else "",
            )
        )
    files = (
        tuple(FileRow(path=each.path, verdict=each.verdict, detail=each.detail) for each in result.files)
        if result
        else ()
    )
    return Facts(
        plan=taken.plan,
        manifest=told,
        cells=tuple(rows),
        files=files,
        ignored=dict(result.ignored) if result else {},
    )
