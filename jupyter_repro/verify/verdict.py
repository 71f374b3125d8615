"""Executions against references: a verdict for each cell and file, and one for the whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jupyter_repro.bundle.manifest import NAME as MANIFEST
from jupyter_repro.bundle.manifest import OutputEntry, sha256_of
from jupyter_repro.model.document import DocumentCell
from jupyter_repro.verify.causes import cause_of
from jupyter_repro.verify.compare.cell import compare_cell, errors
from jupyter_repro.verify.compare.file import compare_file
from jupyter_repro.verify.compare.outcome import Comparing
from jupyter_repro.verify.result import CellResult, CellVerdict, FileResult, Verdict
from jupyter_repro.verify.rooms.interface import Execution
from jupyter_repro.verify.subject import Reference, Subject

_ENDINGS = {"error": "", "died": "it killed its kernel", "timeout": "it took too long"}
_EXCUSED = "written by a cell that varies from run to run, as the bundle says"
_NOISE = ("__pycache__", ".ipynb_checkpoints", ".repro", MANIFEST)


def judge_cells(subject: Subject, executions: Sequence[Execution], terms: Comparing) -> tuple[CellResult, ...]:
    """A verdict for each code cell, from one run or two."""
    first = executions[0]
    results: list[CellResult] = []
    stopped: DocumentCell | None = None
    for cell in subject.document.cells:
        reference = subject.references[cell.id]
        if cell.is_blank:
            results.append(CellResult(id=cell.id, index=cell.index, name=cell.name, verdict="identical", shows=False))
        elif stopped is not None:
            results.append(
                CellResult(
                    id=cell.id,
                    index=cell.index,
                    name=cell.name,
                    verdict="tainted",
                    cause=f"not run, because {stopped.name} failed",
                )
            )
        elif reference.skipped:
            results.append(
                CellResult(
                    id=cell.id,
                    index=cell.index,
                    name=cell.name,
                    verdict="not-compared",
                    cause="not run, as its tags ask",
                )
            )
        elif first.ending != "finished" and first.stopped_at == cell.id:
            stopped = cell
            message = (first.message.strip().splitlines() or ["it failed"])[0]
            results.append(
                CellResult(
                    id=cell.id,
                    index=cell.index,
                    name=cell.name,
                    verdict="failed",
                    cause=message[:300] if first.ending == "error" else f"{_ENDINGS[first.ending]}: {message}",
                    detail=first.message,
                )
            )
        else:
            results.append(_judge(cell, reference, executions, terms))
    return tuple(results)


def _judge(cell: DocumentCell, reference: Reference, executions: Sequence[Execution], terms: Comparing) -> CellResult:
    shown = [execution.cells.get(cell.id, ()) for execution in executions]

    def result(verdict: CellVerdict, cause: str = "", detail: str = "", *, declared: bool = False) -> CellResult:
        return CellResult(
            id=cell.id,
            index=cell.index,
            name=cell.name,
            verdict=verdict,
            cause=cause,
            detail=detail,
            shows=any(output.get("name") != "stderr" for output in reference.outputs or ()),
            declared=declared,
        )

    if reference.outputs is None:
        nothing = not any(output for output in shown[0] if output.get("name") != "stderr")
        return result("identical") if nothing else result("not-compared", "it has no reference outputs")
    declared = bool(reference.unstable)
    outcome = compare_cell(reference.outputs, shown[0], terms)
    between = compare_cell(shown[0], shown[1], terms.trial(control=True)) if len(shown) > 1 else None
    varies = between is not None and between.likeness == "different"
    if declared and (varies or outcome.likeness == "different"):
        dated = Comparing(tolerance=terms.tolerance, dates=True, places=terms.places)
        if compare_cell(reference.outputs, shown[0], dated).likeness != "different":
            terms.ignored.update(dated.ignored)
            return result("equivalent", "dates", declared=True)
        return result("unstable", reference.unstable, outcome.detail, declared=True)
    if varies:
        assert between is not None
        places = [place for execution in executions for place in execution.places]
        return result("unstable", cause_of(shown[0], shown[1], terms, places), between.detail or between.cause)
    if outcome.likeness == "different":
        names = errors(reference.outputs), errors(shown[0])
        cause = f"no longer raises {names[0][0]}" if names[0] and not names[1] else outcome.cause
        return result("different", cause, outcome.detail)
    return result(outcome.likeness, outcome.cause, outcome.detail)


def judge_files(
    subject: Subject, executions: Sequence[Execution], cells: Sequence[CellResult], terms: Comparing
) -> tuple[FileResult, ...]:
    """A verdict for each file that the notebook should leave, and the names of files that nobody expected."""
    folder = executions[0].folder
    varying = {cell.id for cell in cells if cell.declared}
    results = [_judge_file(subject.root, entry, executions, entry.step in varying, terms) for entry in subject.outputs]
    if subject.is_bundle and executions[0].ending == "finished":
        known = {*subject.files, *(entry.path for entry in subject.outputs)}
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder)
            if path.is_file() and name.as_posix() not in known and not any(part in _NOISE for part in name.parts):
                results.append(
                    FileResult(path=name.as_posix(), verdict="unexpected", detail="the reference run did not leave it")
                )
    return tuple(results)


def _judge_file(
    root: Path, entry: OutputEntry, executions: Sequence[Execution], varies: bool, terms: Comparing
) -> FileResult:
    found = executions[0].folder / entry.path
    if not found.is_file():
        return FileResult(path=entry.path, verdict="missing", detail="the rerun did not leave it", step=entry.step)
    reference = root / entry.copy if entry.copy else None
    if reference is None or not reference.is_file():
        same = entry.sha256 is not None and sha256_of(found) == entry.sha256
        detail = "" if same else "its SHA-256 differs, and the bundle carries no copy to compare with"
        return FileResult(path=entry.path, verdict="identical" if same else "different", detail=detail, step=entry.step)
    outcome = compare_file(reference, found, terms, name=entry.path)
    if outcome.likeness != "different":
        return FileResult(path=entry.path, verdict=outcome.likeness, detail=outcome.cause, step=entry.step)
    if varies:
        terms.ignored["files of cells that vary"] += 1
        return FileResult(path=entry.path, verdict="equivalent", detail=_EXCUSED, step=entry.step)
    detail = outcome.cause + (f"\n{outcome.detail}" if outcome.detail else "")
    again = executions[1].folder / entry.path if len(executions) > 1 else None
    if (
        again is not None
        and again.is_file()
        and compare_file(found, again, terms.trial(), name=entry.path).likeness == "different"
    ):
        detail = f"varies from run to run: {detail}"
    return FileResult(path=entry.path, verdict="different", detail=detail, step=entry.step)


def conclude(cells: Sequence[CellResult], files: Sequence[FileResult]) -> tuple[Verdict, str]:
    """The verdict on the whole, and why."""
    failed = next((cell for cell in cells if cell.verdict == "failed"), None)
    if failed is not None:
        after = sum(cell.verdict == "tainted" for cell in cells)
        more = (
            f"; the {after} cells after it were not run"
            if after > 1
            else "; the cell after it was not run"
            if after
            else ""
        )
        return "could-not-run", f"{failed.name.capitalize()} failed: {failed.cause}{more}."
    changed = [cell for cell in cells if cell.verdict == "different"]
    varying = [cell for cell in cells if cell.verdict == "unstable" and not cell.declared]
    spoilt = [file for file in files if file.verdict in ("different", "missing")]
    if changed or varying or spoilt:
        parts = []
        if changed:
            parts.append(f"{_cells(changed)} {_s(changed, 'shows', 'show')} something else ({changed[0].cause})")
        if varying:
            parts.append(f"{_cells(varying)} {_s(varying, 'varies', 'vary')} from run to run ({varying[0].cause})")
        if spoilt:
            names = ", ".join(file.path for file in spoilt[:3]) + (" ..." if len(spoilt) > 3 else "")
            parts.append(f"the {_s(spoilt, 'file', 'files')} {names} {_s(spoilt, 'is', 'are')} not as before")
        return "differs", "; ".join(parts)[0].upper() + "; ".join(parts)[1:] + "."
    proven = [cell for cell in cells if cell.shows and cell.verdict in ("identical", "equivalent")]
    if any(cell.verdict == "unstable" for cell in cells) and not proven and not any(_as_it_was(file) for file in files):
        return "differs", "Every output that there is to compare varies from run to run, so nothing was reproduced."
    return "reproduced", _good(cells, files)


def _as_it_was(file: FileResult) -> bool:
    return file.verdict in ("identical", "equivalent") and file.detail != _EXCUSED


def _good(cells: Sequence[CellResult], files: Sequence[FileResult]) -> str:
    compared = [cell for cell in cells if cell.verdict in ("identical", "equivalent")]
    near = sum(cell.verdict == "equivalent" for cell in compared)
    parts = [
        f"{len(compared)} of {len(cells)} cells gave what the reference shows"
        + (f", {near} of them within what is stated" if near else "")
    ]
    good = [file for file in files if file.verdict in ("identical", "equivalent")]
    if good:
        parts.append(f"{len(good)} {_s(good, 'file', 'files')} as expected")
    varying = [cell for cell in cells if cell.verdict == "unstable"]
    if varying:
        parts.append(
            f"{_cells(varying)} {_s(varying, 'varies', 'vary')} from run to run, "
            f"as was said beforehand ({varying[0].cause})"
        )
    bare = [cell for cell in cells if cell.verdict == "not-compared"]
    if bare:
        parts.append(f"{_cells(bare)} {_s(bare, 'was', 'were')} not compared ({bare[0].cause})")
    return "; ".join(parts) + "."


def _cells(cells: Sequence[CellResult]) -> str:
    numbers = [cell.name.removeprefix("cell ") for cell in cells[:5]]
    more = f" and {len(cells) - 5} more" if len(cells) > 5 else ""
    return f"cell{'s' * (len(cells) > 1)} {', '.join(numbers)}{more}"


def _s(things: Sequence[object], one: str, many: str) -> str:
    return one if len(things) == 1 else many
