"""``dvc.yaml``: the pipeline as a stage with what it depends on and what it makes, for those who use DVC."""

from __future__ import annotations

import json

from jupyter_repro.bundle.plan import Plan


def render(plan: Plan) -> str:
    """The YAML text. Strings are written as JSON, which every YAML reader takes."""
    needed = ["pipeline.py", "requirements.txt"]
    needed += sorted(each.target for each in plan.files.inputs if each.included)
    needed += sorted(module.target for module in plan.needs.modules)
    made = sorted({each.target for each in plan.files.results} - set(needed))
    lines = ["# dvc repro runs it; the environment is that of requirements.txt.", "stages:", "  pipeline:"]
    lines += ["    cmd: python pipeline.py", "    deps:", *(f"      - {json.dumps(name)}" for name in needed)]
    if made:
        lines += ["    outs:", *(f"      - {json.dumps(name)}:\n          cache: false" for name in made)]
    return "\n".join(lines) + "\n"
