"""``README.md``: what the bundle is and how to rerun it, for a terminal or a repository's front page."""

from __future__ import annotations

from jupyter_repro.bundle.writers.page import Facts, environment, shared


def render(facts: Facts) -> str:
    """The text, as Markdown."""
    return environment(escape=False).get_template("readme.md.j2").render(**shared(facts))
