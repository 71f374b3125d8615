"""``README.md`` and ``REPORT.html``: the same facts for a terminal and for a browser, from Jinja2 templates."""

from __future__ import annotations

from dataclasses import dataclass, field

from jinja2 import Environment, PackageLoader, StrictUndefined

from jupyter_repro import __version__
from jupyter_repro.bundle.manifest import Manifest
from jupyter_repro.bundle.plan import Plan


@dataclass(frozen=True, kw_only=True, slots=True)
class CellRow:
    """One step as the report's table shows it."""

    number: int
    id: str
    source: str
    verdict: str
    cause: str = ""
    detail: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class FileRow:
    """One output file as the report's table shows it."""

    path: str
    verdict: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What the report tells beyond the manifest: the rerun, cell by cell."""

    plan: Plan
    manifest: Manifest
    cells: tuple[CellRow, ...] = ()
    files: tuple[FileRow, ...] = ()
    ignored: dict[str, int] = field(default_factory=dict)
    runs: int = 0


def report(facts: Facts) -> str:
    """A self-contained page; everything that came from the user is escaped text."""
    return _environment(escape=True).get_template("report.html.j2").render(**_shared(facts))


def readme(facts: Facts) -> str:
    """What the bundle is and how to rerun it, as Markdown."""
    return _environment(escape=False).get_template("readme.md.j2").render(**_shared(facts))


def _environment(*, escape: bool) -> Environment:
    environment = Environment(
        loader=PackageLoader("jupyter_repro.bundle", "templates"),
        autoescape=escape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["size"] = readable_size
    return environment


def _shared(facts: Facts) -> dict[str, object]:
    plan, manifest = facts.plan, facts.manifest
    counts: dict[str, int] = {}
    for cell in facts.cells:
        counts[cell.verdict] = counts.get(cell.verdict, 0) + 1
    return {
        "facts": facts,
        "plan": plan,
        "manifest": manifest,
        "proof": manifest.proof,
        "counts": counts,
        "session": plan.session.header if plan.session else None,
        "tool": f"jupyter-repro {__version__}",
        "blind_spots": sorted({spot for step in plan.steps if step.record for spot in step.record.blind_spots}),
    }


def readable_size(size: int | None) -> str:
    """Bytes as people say them: ``1.4 MB``."""
    if size is None:
        return "unknown"
    value = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            return f"{value:.0f} {unit}" if unit == "B" or value >= 100 else f"{value:.1f} {unit}"
        value /= 1000
    raise AssertionError
