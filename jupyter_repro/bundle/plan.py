"""What goes into a bundle, and why: the steps, what they import, the files they touch. Decides; writes nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from jupyter_repro.bundle import linearize
from jupyter_repro.bundle.data import SIZE_LIMIT, Files, files_of
from jupyter_repro.bundle.linearize import Step
from jupyter_repro.bundle.manifest import Rung
from jupyter_repro.bundle.needs import Needs, needs_of
from jupyter_repro.errors import BadInput
from jupyter_repro.model import systempackages
from jupyter_repro.model.document import Document
from jupyter_repro.model.history import History
from jupyter_repro.model.systempackages import SystemPackage
from jupyter_repro.progress import Progress
from jupyter_repro.records import SessionRecord


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Everything that a bundle is built from."""

    document: Document
    rung: Rung
    because: str
    """Why this order of steps."""
    steps: tuple[Step, ...]
    """Their sources as the bundle runs them: paths already rewritten."""
    needs: Needs
    files: Files
    session: SessionRecord | None
    notes: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables that the rerun sets."""
    base_image: str | None = None
    """Docker image to build on; None for the official slim image of the exact Python version."""
    system: tuple[SystemPackage, ...] = ()
    """Debian packages of the programs that the steps call and of the shared libraries that the session loaded."""
    allowed_secrets: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The notebook's name without its suffix."""
        return self.document.path.stem


REASONS: Mapping[Rung, str] = {
    "document": "the cells in document order",
    "slice": "the runs that made what is shown, in the order in which they ran, with their sources as run",
    "session": "every run of the session, in the order in which they ran",
}


def plan(
    document: Document,
    history: History,
    rung: Rung,
    *,
    session: SessionRecord | None = None,
    runs: Sequence[int] | None = None,
    because: str = "",
    base_image: str | None = None,
    size_limit: int = SIZE_LIMIT,
    allowed_secrets: frozenset[str] = frozenset(),
    progress: Progress | None = None,
) -> Plan:
    """The plan for one rung of the ladder.

    ``runs`` are the numbers of the runs of ``session`` (by default the latest) that are kept; None keeps all. Raises
    BadInput where the rung needs a recorded session and there is none, KernelUnavailable where nobody can tell what is
    installed.
    """
    session = session or history.latest
    if progress is not None:
        progress.step("plan", f"reading what {document.path.name} rests on")
    if rung == "document":
        steps = linearize.in_document_order(document, history)
    elif session is None:
        raise BadInput(
            f"{document.path} has no recorded session to take the {rung} from",
            hint="Run it with tracking: jupyter repro run",
        )
    else:
        chosen = linearize.whole_session(session) if runs is None else runs
        steps = linearize.in_run_order(document, history, session, chosen)
    if not steps:
        raise BadInput(f"{document.path} has no code to export")
    folder = _folder(document, session)
    needs = needs_of(steps, session, document.kernel, folder)
    files = files_of(
        steps,
        folder,
        notebook=document.path,
        modules=[each.source for each in needs.modules],
        limit=size_limit,
    )
    system = systempackages.needed(_commands(steps), session.libraries if session is not None else ())
    changed = [f"`{old}` became `{new}` in the sources" for old, new in sorted(files.rewritten.items())]
    return Plan(
        document=document,
        rung=rung,
        because=because or REASONS[rung],
        steps=tuple(replace(step, source=_rewritten(step.source, files.rewritten)) for step in steps),
        needs=needs,
        files=files,
        session=session,
        notes=(*needs.notes, *files.notes, *changed, *(_told_of(each) for each in system)),
        environment=_environment(session),
        base_image=base_image,
        system=system,
        allowed_secrets=allowed_secrets,
    )


_SHELL_CELL = re.compile(r"\s*%%(?:bash|sh|script\s+(?:ba)?sh)\b[^\n]*\n(.*)", re.DOTALL)


def _commands(steps: Sequence[Step]) -> list[str]:
    """The commands that the steps' runs were heard to start, and the shell scripts that steps are."""
    heard = [each.what for step in steps if step.record for each in step.record.outside if each.kind == "process"]
    return heard + [cell[1] for step in steps if (cell := _SHELL_CELL.match(step.source))]


def _told_of(package: SystemPackage) -> str:
    programs = [each for each in package.brings if "/" not in each]
    what = f"calls {', '.join(programs)}" if programs else f"loads {package.brings[0]}"
    return f"it {what}: the Debian package {package.name} {package.version} has to be there"


def _folder(document: Document, session: SessionRecord | None) -> Path:
    """Where relative paths start: the kernel's first working directory if it is there, else the notebook's folder."""
    here = document.path.resolve().parent
    if session is not None and (session.header.notebook is None or Path(session.header.notebook).parent == here):
        started = Path(session.header.cwd)
        if started.is_dir() and here.is_relative_to(started):
            return started
    return here


def _environment(session: SessionRecord | None) -> dict[str, str]:
    """Variables that change what Python computes and that the session had set."""
    if session is None:
        return {}
    wanted = (
        "PYTHONHASHSEED",
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "TZ",
    )
    return {name: session.header.env[name] for name in wanted if session.header.env.get(name)}


def _rewritten(source: str, changes: Mapping[str, str]) -> str:
    """The source with every path that moved spelled anew."""
    for old in sorted(changes, key=len, reverse=True):
        new = changes[old].replace("\\", r"\\")
        source = re.sub(rf"(?<![\w./~-]){re.escape(old)}(?![\w./-])", new, source)
    return source
