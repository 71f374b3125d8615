"""The recorded runs on the wire: what ``log --json`` prints and the panel's time line shows."""

from __future__ import annotations

from jupyter_repro.model.document import Document
from jupyter_repro.model.history import History
from jupyter_repro.records import RunRecord, SessionRecord
from jupyter_repro.views.payload import (
    DistributionPayload,
    FilePayload,
    LogPayload,
    ModulePayload,
    OutsidePayload,
    RunPayload,
    SeedPayload,
    SessionLogPayload,
)

VERSION = 1


def log_payload(document: Document, history: History) -> LogPayload:
    """Every session of a notebook with its runs, as recorded, oldest first."""
    return LogPayload(
        version=VERSION,
        notebook=str(document.path),
        sessions=[_session(session) for session in history.sessions],
        damage=list(history.damage),
    )


def _session(session: SessionRecord) -> SessionLogPayload:
    header = session.header
    return SessionLogPayload(
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
        distributions=[
            DistributionPayload(name=each.name, version=each.version, origin=each.origin, modules=list(each.modules))
            for each in session.distributions
        ],
        runs=[_run(run) for run in session.runs],
    )


def _run(run: RunRecord) -> RunPayload:
    return RunPayload(
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
        files=[
            FilePayload(
                path=touch.path,
                mode=touch.mode,
                digest=touch.digest,
                size=touch.size,
                seen_by=touch.seen_by,
                role=touch.role,
            )
            for touch in run.files
        ],
        seeds=[SeedPayload(generator=seed.generator, value=seed.value) for seed in run.seeds],
        rng=[draw.generator for draw in run.draws],
        outside=[OutsidePayload(kind=each.kind, what=each.what) for each in run.outside],
        modules=[
            ModulePayload(name=each.name, distribution=each.distribution, version=each.version) for each in run.modules
        ],
        blind_spots=list(run.blind_spots),
    )
