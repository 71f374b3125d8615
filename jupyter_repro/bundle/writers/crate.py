"""``ro-crate-metadata.json``: the bundle as a Workflow Run RO-Crate, for archives and workflow registries.

RO-Crate 1.1 with the profiles Workflow RO-Crate 1.0, Process Run Crate 0.5 and Workflow Run Crate 0.5
(https://www.researchobject.org/workflow-run-crate/). The notebook is the workflow, a cell a step, and the recorded
session the action that made the outputs. Like the manifest it holds nothing that differs between two exports of the
same notebook.
"""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

from jupyter_repro import __version__
from jupyter_repro.bundle.manifest import InputEntry, Manifest, OutputEntry
from jupyter_repro.bundle.plan import Plan

Entity = dict[str, Any]

CONTEXT = ["https://w3id.org/ro/crate/1.1/context", "https://w3id.org/ro/terms/workflow-run/context"]
PROFILES = (
    ("https://w3id.org/ro/wfrun/process/0.5", "Process Run Crate", "0.5"),
    ("https://w3id.org/ro/wfrun/workflow/0.5", "Workflow Run Crate", "0.5"),
    ("https://w3id.org/workflowhub/workflow-ro-crate/1.0", "Workflow RO-Crate", "1.0"),
)
WORKFLOW = "pipeline.ipynb"
LICENSE = "No licence is stated: all rights remain with the notebook's authors."
_ENVIRONMENT = ("requirements.txt", "Dockerfile")
_KINDS = {
    ".ipynb": "application/x-ipynb+json",
    ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet",
    ".sqlite": "application/vnd.sqlite3",
}
"""Media types that Python's own table lacks on some systems."""
_OURS = {
    "pipeline.py": "The steps as plain Python",
    "requirements.txt": "Every distribution, pinned and hashed",
    "Dockerfile": "A container image with this environment",
    "README.md": "How to rerun it",
    "REPORT.html": "What was proven, cell by cell",
}


def render(plan: Plan, told: Manifest) -> str:
    """The JSON-LD text."""
    inputs = [_input(each) for each in told.inputs if each.included]
    results = [_output(each) for each in told.outputs if each.copy]
    steps = [
        {"@id": f"#step-{step.id}", "@type": "HowToStep", "position": str(number), "name": f"cell {step.id}"}
        for number, step in enumerate(told.steps, start=1)
    ]
    files = [_file(name, about) for name, about in _OURS.items()]
    parameters = [*map(_parameter, inputs), *map(_parameter, results)]
    for entity, parameter in zip([*inputs, *results], parameters, strict=True):
        entity["exampleOfWork"] = _ref(parameter)
    action = _action(plan, inputs, results)
    workflow: Entity = {
        "@id": WORKFLOW,
        "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow", "HowTo"],
        "name": plan.name,
        "description": f"The code cells of {told.notebook}: {told.because}",
        "encodingFormat": _KINDS[".ipynb"],
        "conformsTo": {"@id": "https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE"},
        "programmingLanguage": {"@id": "#python"},
        "softwareRequirements": [{"@id": name} for name in _ENVIRONMENT],
        "step": _refs(steps),
        "input": _refs(map(_parameter, inputs)),
        "output": _refs(map(_parameter, results)),
    }
    root: Entity = {
        "@id": "./",
        "@type": "Dataset",
        "name": plan.name,
        "description": f"{told.notebook} as a linear pipeline with its environment, data and reference outputs",
        "datePublished": _made(plan)[:10],
        "license": LICENSE,
        "conformsTo": [{"@id": profile} for profile, _, _ in PROFILES],
        "mainEntity": {"@id": WORKFLOW},
        "hasPart": _refs([workflow, *files, *inputs, *results]),
        **({"mentions": _ref(action)} if action else {}),
    }
    graph = [
        {
            "@id": "ro-crate-metadata.json",
            "@type": "CreativeWork",
            "about": {"@id": "./"},
            "conformsTo": [
                {"@id": "https://w3id.org/ro/crate/1.1"},
                {"@id": "https://w3id.org/workflowhub/workflow-ro-crate/1.0"},
            ],
        },
        root,
        *({"@id": id, "@type": "CreativeWork", "name": name, "version": version} for id, name, version in PROFILES),
        workflow,
        {
            "@id": "#python",
            "@type": "ComputerLanguage",
            "name": "Python",
            "version": told.python,
            "url": "https://www.python.org/",
        },
        *steps,
        *parameters,
        *files,
        *inputs,
        *results,
        *([action] if action else []),
    ]
    return json.dumps({"@context": CONTEXT, "@graph": graph}, indent=1, ensure_ascii=False) + "\n"


def _file(path: str, name: str) -> Entity:
    kind = _KINDS.get(PurePosixPath(path).suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"
    about = {"about": {"@id": "./"}} if path == "README.md" else {}
    return {"@id": path, "@type": "File", "name": name, "encodingFormat": kind, **about}


def _input(entry: InputEntry) -> Entity:
    return {**_file(entry.path, entry.path), **_content(entry.sha256, entry.size)}


def _output(entry: OutputEntry) -> Entity:
    return {**_file(entry.copy or entry.path, entry.path), **_content(entry.sha256, entry.size)}


def _content(sha256: str | None, size: int | None) -> Entity:
    told = {"sha256": sha256, "contentSize": None if size is None else str(size)}
    return {name: value for name, value in told.items() if value is not None}


def _parameter(entity: Entity) -> Entity:
    return {
        "@id": f"#file-{entity['@id']}",
        "@type": "FormalParameter",
        "name": entity["name"],
        "additionalType": "File",
        "conformsTo": {"@id": "https://bioschemas.org/profiles/FormalParameter/1.0-RELEASE"},
    }


def _action(plan: Plan, inputs: Iterable[Entity], results: Iterable[Entity]) -> Entity | None:
    """The recorded session that made the references; None where the notebook was never tracked."""
    if plan.session is None or not plan.session.runs:
        return None
    return {
        "@id": f"#session-{plan.session.header.id}",
        "@type": "CreateAction",
        "name": f"A session with {plan.document.path.name}",
        "instrument": {"@id": WORKFLOW},
        "startTime": plan.session.header.started,
        "endTime": plan.session.runs[-1].ended,
        "actionStatus": {"@id": "http://schema.org/CompletedActionStatus"},
        "object": _refs(inputs),
        "result": _refs(results),
        "description": f"Recorded by jupyter-repro {plan.session.header.tracker or __version__}",
    }


def _made(plan: Plan) -> str:
    """When the work was done: the end of the recorded session, else when the notebook was last saved."""
    if plan.session is not None and plan.session.runs:
        return plan.session.runs[-1].ended
    return datetime.fromtimestamp(plan.document.path.stat().st_mtime, tz=UTC).isoformat()


def _ref(entity: Mapping[str, Any]) -> dict[str, str]:
    return {"@id": entity["@id"]}


def _refs(entities: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    return [_ref(entity) for entity in entities]
