"""Two runs compared, and the trail of a file: as JSON and for a terminal."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from jupyter_repro.analysis.runs.rundiff import RunDiff
from jupyter_repro.model.filetrail import Trail
from jupyter_repro.records import RunRecord, SessionRecord
from jupyter_repro.views.payload import DiffPayload, RunNamePayload, TracePayload

Found = tuple[SessionRecord, RunRecord]
VERSION = 1


def diff_payload(first: Found, second: Found, diff: RunDiff) -> DiffPayload:
    """What differs between two runs."""
    return DiffPayload(
        version=VERSION,
        first=_named(first),
        second=_named(second),
        same=diff.same,
        source=list(diff.source),
        changes=[
            {"aspect": each.aspect, "what": each.what, "first": each.first, "second": each.second}
            for each in diff.changes
        ],
    )


def diff_text(first: Found, second: Found, diff: RunDiff) -> RenderableType:
    """The source diff, then a table of what else differs."""
    parts: list[RenderableType] = [Text(f"{_title(first)}  and  {_title(second)}", style="bold")]
    if diff.same:
        return Group(*parts, Text("Nothing differs.", style="green"))
    colours = {"+": "green", "-": "red", "@": "cyan"}
    parts += [Text(line, style=colours.get(line[:1], "")) for line in diff.source]
    if diff.changes:
        table = Table("", "what", _title(first), _title(second), box=None, header_style="dim")
        for each in diff.changes:
            table.add_row(Text(each.aspect), Text(each.what), Text(each.first), Text(each.second))
        parts.append(table)
    return Group(*parts)


def trail_payload(trail: Trail) -> TracePayload:
    """Every recorded touch of a file, in time order."""
    return TracePayload(
        version=VERSION,
        file=str(trail.path),
        digest=trail.digest,
        steps=[
            {
                "notebook": step.notebook,
                "session": step.session.header.id,
                "run": step.run.n,
                "cell": step.run.cell,
                "started": step.run.started,
                "mode": step.touch.mode,
                "digest": step.touch.digest,
                "seen_by": step.touch.seen_by,
            }
            for step in trail.steps
        ],
        warnings=list(trail.warnings),
    )


def trail_text(trail: Trail) -> RenderableType:
    """The touches as a table, then what is stale."""
    state = {None: "not hashed", "": "gone"}.get(trail.digest, (trail.digest or "")[:19])
    parts: list[RenderableType] = [Text(f"{trail.path}  ({state})", style="bold")]
    if not trail.steps:
        parts.append(Text("No recorded run touched it."))
    else:
        table = Table("when", "notebook", "run", "cell", "", "content", box=None, header_style="dim")
        for step in trail.steps:
            table.add_row(
                Text(step.run.started[:19]),
                Text(step.notebook),
                Text(str(step.run.n)),
                Text((step.run.cell or "")[:8]),
                Text(step.touch.mode),
                Text((step.touch.digest or "")[:19]),
            )
        parts.append(table)
    parts += [Text(f"stale: {warning}", style="yellow") for warning in trail.warnings]
    return Group(*parts)


def _named(found: Found) -> RunNamePayload:
    session, run = found
    return RunNamePayload(session=session.header.id, run=run.n, cell=run.cell, started=run.started)


def _title(found: Found) -> str:
    return f"run {found[1].n} of session {found[0].header.id[:8]}"
