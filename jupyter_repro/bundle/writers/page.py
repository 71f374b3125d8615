"""What README and REPORT have in common: the facts they tell, and the templates they come from."""

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


def environment(*, escape: bool) -> Environment:
    """The templates; with ``escape`` every value is escaped for HTML."""
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


def shared(facts: Facts) -> dict[str, object]:
    """What both templates are given."""
    plan, manifest = facts.plan, facts.manifest
    return {
        "facts": facts,
        "plan": plan,
        "manifest": manifest,
        "proof": manifest.proof,
        "session": plan.session.header if plan.session else None,
        "tool": f"jupyter-repro {__version__}",
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
