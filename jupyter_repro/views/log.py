"""The recorded runs on the wire: what ``log --json`` prints and the panel's time line shows."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from jupyter_repro.model import systempackages
from jupyter_repro.model.document import Document
from jupyter_repro.model.history import History
from jupyter_repro.records import Distribution, Draw, FileTouch, Module, Outside, RunRecord, SessionRecord
from jupyter_repro.views.payload import (
    DistributionPayload,
    DrawPayload,
    FilePayload,
    LogPayload,
    ModulePayload,
    OutsidePayload,
    RunPayload,
    SeedPayload,
    SessionLogPayload,
    SettingPayload,
    SystemFilePayload,
)

VERSION = 1


def log_payload(document: Document, history: History, *, packages: bool = False) -> LogPayload:
    """Every session of a notebook with its runs, as recorded, oldest first.

    ``packages`` asks this machine's package manager who owns the system's libraries and programs: 0.2 s and more.
    """
    return LogPayload(
        version=VERSION,
        notebook=str(document.path),
        sessions=[_session(session, packages) for session in history.sessions],
        damage=list(history.damage),
    )


def _session(session: SessionRecord, packages: bool) -> SessionLogPayload:
    header = session.header
    payload = SessionLogPayload(
        id=header.id,
        started=header.started,
        ended=session.ended,
        python=header.python,
        platform=header.platform,
        executable=header.executable,
        cwd=header.cwd,
        env=dict(header.env),
        hardware=dict(header.hardware),
        git=dict(header.git),
        layers=dict(header.layers),
        distributions=[_distribution(each) for each in session.distributions],
        runs=_runs(session),
    )
    if packages:
        commands = [each.what for run in session.runs for each in run.outside if each.kind == "process"]
        programs = systempackages.executables(commands).values()
        owners = systempackages.owners([*session.libraries, *programs])
        for name, paths in (("libraries", session.libraries), ("executables", dict.fromkeys(programs))):
            if paths:
                found = [SystemFilePayload(path=path, package=owners.get(path, "")) for path in paths]
                payload[name] = found  # type: ignore[literal-required]
    return payload


_KEPT = 32
"""Sessions remembered."""
_told: OrderedDict[str, tuple[Sequence[RunRecord], list[RunPayload]]] = OrderedDict()
"""Session -> its runs when they were last asked for, and how they were told: the panel asks after each run."""


def _runs(session: SessionRecord) -> list[RunPayload]:
    """All runs; those that are the same objects as the last time are not told anew. Callable from any thread."""
    runs, told = _told.get(session.header.id, ((), []))
    if runs is not session.runs:
        known = {id(run): payload for run, payload in zip(runs, told, strict=True)}
        told = [known.get(id(run)) or _run(run) for run in session.runs]
        _told[session.header.id] = (session.runs, told)
        while len(_told) > _KEPT:
            _told.popitem(last=False)
    return told


def _distribution(found: Distribution) -> DistributionPayload:
    payload = DistributionPayload(
        name=found.name, version=found.version, origin=found.origin, modules=list(found.modules)
    )
    if found.url:
        payload["url"] = found.url
    return payload


def _run(run: RunRecord) -> RunPayload:
    payload = RunPayload(
        n=run.n,
        cell=run.cell,
        execution_count=run.execution_count,
        started=run.started,
        ended=run.ended,
        status=run.status,
        source=run.source,
        source_digest=run.source_digest,
        reads=sorted(run.reads),
        writes=sorted(run.writes),
        mutates=sorted(run.mutates),
        deletes=sorted(run.deletes),
        files=[_file(touch) for touch in run.files],
        seeds=[SeedPayload(generator=seed.generator, value=seed.value, origin=seed.origin) for seed in run.seeds],
        rng=[draw.generator for draw in run.draws if not draw.by_import],
        outside=[_outside(each) for each in run.outside],
        modules=[_module(module) for module in run.modules],
        blind_spots=list(run.blind_spots),
    )
    # The panel asks for all runs after each cell: what most runs have nothing of is left out.
    if run.draws:
        payload["draws"] = [_draw(draw) for draw in run.draws]
    if run.settings:
        payload["settings"] = [
            SettingPayload(name=each.name, before=each.before, after=each.after) for each in run.settings
        ]
    if run.variables:
        payload["variables"] = list(run.variables)
    if run.aliases:
        payload["aliases"] = [list(group) for group in run.aliases]
    if run.magics:
        payload["magics"] = list(run.magics)
    if run.error is not None:
        payload["error"] = f"{run.error.name}: {run.error.value}"
    return payload


def _file(touch: FileTouch) -> FilePayload:
    payload = FilePayload(
        path=touch.path,
        mode=touch.mode,
        digest=touch.digest,
        size=touch.size,
        seen_by=touch.seen_by,
        role=touch.role,
    )
    if touch.kept:
        payload["kept"] = True
    return payload


def _draw(draw: Draw) -> DrawPayload:
    payload = DrawPayload(
        generator=draw.generator, seeded=draw.seeded, before=draw.before, after=draw.after, state=draw.state
    )
    if draw.by_import:
        payload["by_import"] = True
    return payload


def _outside(call: Outside) -> OutsidePayload:
    payload = OutsidePayload(kind=call.kind, what=call.what)
    if call.detail:
        payload["detail"] = dict(call.detail)
    return payload


def _module(module: Module) -> ModulePayload:
    payload = ModulePayload(
        name=module.name, distribution=module.distribution, version=module.version, origin=module.origin
    )
    if module.path:
        payload["path"] = module.path
    return payload
