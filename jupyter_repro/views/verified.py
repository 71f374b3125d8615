"""A verification as JSON and as text."""

from __future__ import annotations

from jupyter_repro.verify.result import CellResult, VerifyResult
from jupyter_repro.views.payload import AxisPayload, CellVerdictPayload, FileVerdictPayload, VerifyPayload

_TITLES = {"reproduced": "Reproduced", "differs": "Differs", "could-not-run": "Could not run"}
_DETAIL_LINES = 12


def as_payload(result: VerifyResult) -> VerifyPayload:
    """The wire format of a verification."""
    return VerifyPayload(
        version=1,
        target=result.target,
        verdict=result.verdict,
        room=result.room,
        because=result.because,
        cells=[
            CellVerdictPayload(id=cell.id, index=cell.index, verdict=cell.verdict, cause=cell.cause, detail=cell.detail)
            for cell in result.cells
        ],
        files=[FileVerdictPayload(path=file.path, verdict=file.verdict, detail=file.detail) for file in result.files],
        axes=[
            AxisPayload(
                axis=axis.axis,
                verdict=axis.verdict,
                because=axis.because,
                cells=list(axis.cells),
                files=list(axis.files),
            )
            for axis in result.axes
        ],
        ignored=dict(result.ignored),
        runs=result.runs,
        seconds=result.seconds,
    )


def as_text(result: VerifyResult) -> str:
    """A verification for a terminal: the verdict first, then only what is not identical."""
    lines = [
        f"{_TITLES[result.verdict]} (in {result.room}, {_times(result.runs)}, {result.seconds:.0f} s)",
        result.because,
    ]
    shown = [cell for cell in result.cells if cell.verdict not in ("identical", "tainted")]
    if shown:
        lines.append("")
    for cell in shown:
        lines.extend(_cell(cell))
    files = [file for file in result.files if file.verdict != "identical"]
    if files:
        lines.append("")
    lines += [
        f"  {file.verdict:<13} {file.path}" + (f": {file.detail.splitlines()[0]}" if file.detail else "")
        for file in files
    ]
    if result.axes:
        lines += ["", "Varied, one at a time:"]
    lines += [f"  {axis.verdict:<13} {axis.axis}: {axis.because}" for axis in result.axes]
    counted = ", ".join(f"{kind} {count}" for kind, count in result.ignored.items())
    if counted:
        lines += ["", f"Passed over: {counted}."]
    return "\n".join(lines)


def _cell(cell: CellResult) -> list[str]:
    lines = [f"  {cell.verdict:<13} {cell.name}" + (f": {cell.cause}" if cell.cause else "")]
    if cell.verdict in ("different", "failed", "unstable") and cell.detail != cell.cause:
        detail = cell.detail.splitlines()
        lines += [f"      {line}" for line in detail[:_DETAIL_LINES]]
        lines += [f"      ... ({len(detail) - _DETAIL_LINES} more lines; see --json)"] * (len(detail) > _DETAIL_LINES)
    return lines


def _times(runs: int) -> str:
    return "run once" if runs == 1 else "run twice" if runs == 2 else f"run {runs} times"
