"""The result of an export, for ``--json`` and for a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from jupyter_repro.export import ExportResult
from jupyter_repro.views import verified
from jupyter_repro.views.payload import ExportPayload


def as_payload(result: ExportResult) -> ExportPayload:
    """The wire form."""
    told = result.manifest
    return {
        "version": 1,
        "notebook": str(result.notebook),
        "bundle": str(result.bundle),
        "report": str(result.report),
        "proven": result.proven,
        "room": result.verify.room if result.verify else None,
        "rung": told.rung,
        "ladder": [{"rung": each.rung, "verdict": each.verdict, "because": each.because} for each in told.ladder],
        "verify": verified.as_payload(result.verify) if result.verify else None,
        "digest": result.digest,
    }


def show(result: ExportResult, console: Console) -> None:
    """What was written, what was proven, and where to read more."""
    told = result.manifest
    if result.proven and told.proof:
        console.print(
            f"[bold green]PROVEN[/] in the room {told.proof.room}: {escape(told.proof.because)}", highlight=False
        )
    elif told.proof:
        console.print(
            f"[bold red]UNPROVEN[/]: a rerun in the room {told.proof.room} said {told.proof.verdict}: "
            f"{escape(told.proof.because)}",
            highlight=False,
        )
    else:
        console.print("[bold yellow]UNPROVEN[/]: written without a rerun", highlight=False)
    table = Table(show_header=True, header_style="bold", box=None)
    table.add_column("order of steps")
    table.add_column("rerun")
    table.add_column("because")
    for each in told.ladder:
        mark = "-> " if each.rung == told.rung else "   "
        table.add_row(mark + each.rung, each.verdict, escape(each.because))
    console.print(table)
    carried = sum(each.included for each in told.inputs)
    console.print(
        f"{len(told.steps)} steps, {len(told.distributions)} locked distributions for Python {told.python}, "
        f"{carried} data files, {len(told.modules)} local modules, {len(told.outputs)} output files",
        highlight=False,
    )
    for note in told.notes:
        console.print(f"note: {escape(note)}", highlight=False, soft_wrap=True)
    for warning in result.warnings:
        console.print(f"warning: {escape(warning)}", highlight=False, soft_wrap=True)
    console.print(f"bundle: {escape(str(result.bundle))}", highlight=False, soft_wrap=True)
    console.print(f"report: {escape(str(result.report))}", highlight=False, soft_wrap=True)
