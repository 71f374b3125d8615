"""Which rules to apply: by code prefix or name, from the command line and from ``pyproject.toml``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import tomllib

from jupyter_repro.analysis.rules import RULES
from jupyter_repro.errors import BadInput

TABLE = "jupyter-repro"


class UnknownRule(BadInput):
    """No rule has this code, prefix or name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Config:
    """The choice of rules, and what the project allows: rule name or code -> reason."""

    select: tuple[str, ...] = ()
    """Code prefixes or names; empty selects all."""
    ignore: tuple[str, ...] = ()
    allow: Mapping[str, str] = field(default_factory=dict)
    path: Path | None = None
    """The file that it came from."""

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the rules to apply, sorted."""
        chosen = [code for code in RULES if not self.select or any(matches(code, each) for each in self.select)]
        return tuple(sorted(code for code in chosen if not any(matches(code, each) for each in self.ignore)))


def matches(code: str, chosen: str) -> bool:
    """Whether ``chosen`` (a code, a prefix of one, or a rule's name) means the rule of this code."""
    return code.startswith(chosen.upper()) or RULES[code].name == chosen.lower()


def check_known(chosen: Sequence[str], where: str) -> None:
    """Raise UnknownRule where an entry means no rule at all."""
    for each in chosen:
        if not each or not any(matches(code, each) for code in RULES):
            raise UnknownRule(f"{where} names {each!r}, which is no rule", hint="See: jupyter repro rules")


def load(start: Path) -> Config:
    """What holds for a notebook: ``[tool.jupyter-repro]`` of the nearest ``pyproject.toml`` above it."""
    start = start.resolve()
    for folder in start.parents if not start.is_dir() else (start, *start.parents):
        path = folder / "pyproject.toml"
        if path.is_file():
            config = _read(path)
            if config is not None:
                return config
    return Config()


def _read(path: Path) -> Config | None:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} cannot be read: {error}") from None
    table = content.get("tool", {}).get(TABLE)
    if table is None:
        return None
    where = f"[tool.{TABLE}] in {path}"
    if not isinstance(table, dict):
        raise BadInput(f"{where} is no table")
    for key in table:
        if key not in ("select", "ignore", "allow"):
            raise BadInput(f"{where} has an unknown key {key!r}", hint="It takes select, ignore and allow.")
    allow = table.get("allow", {})
    if not isinstance(allow, dict) or not all(isinstance(reason, str) for reason in allow.values()):
        raise BadInput(
            f"allow of {where} is no table of reasons", hint='Write: allow = { "absolute-path" = "the reason" }'
        )
    for key in ("select", "ignore"):
        if not isinstance(table.get(key, []), list) or not all(isinstance(each, str) for each in table.get(key, [])):
            raise BadInput(f"{key} of {where} is no list of codes", hint=f'Write: {key} = ["RPN", "RPE504"]')
        check_known(table.get(key, []), where)
    check_known(list(allow), where)
    return Config(select=tuple(table.get("select", ())), ignore=tuple(table.get("ignore", ())), allow=allow, path=path)


def load_with(notebook: Path, select: Sequence[str], ignore: Sequence[str]) -> Config:
    """As `load`, with what the command line says: its choice counts instead of the project's, and it leaves out more.

    Raises UnknownRule, BadInput.
    """
    config = load(notebook)
    check_known(select, "--select")
    check_known(ignore, "--ignore")
    return replace(config, select=tuple(select) or config.select, ignore=(*config.ignore, *ignore))
