"""A plan as files: a candidate bundle in an empty folder. Runs nothing of the user's; proves nothing."""

from __future__ import annotations

import dataclasses
import errno
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from jupyter_repro.bundle import container, manifest, secrets, vendor
from jupyter_repro.bundle.lock import Lock, lock
from jupyter_repro.bundle.plan import Plan
from jupyter_repro.bundle.writers import crate, notebook, readme, report, script, stages
from jupyter_repro.bundle.writers.page import Facts
from jupyter_repro.errors import CannotWrite
from jupyter_repro.progress import Progress


def build(plan: Plan, folder: Path, progress: Progress) -> manifest.Manifest:
    """Write the candidate bundle into an empty folder; returns its manifest.

    Raises SecretFound before anything is written, LockFailed or NoNetwork where the environment cannot be locked,
    CannotWrite where the folder is read-only or the disk full.
    """
    progress.step("plan", "searching for secrets")
    secrets.refuse(plan)
    with writing(folder):
        wheels = vendor.write(plan, folder, progress)
        locked = lock(plan.needs, progress, wheels=wheels)
        progress.step("write", "writing the steps")
        renamed = _carry(plan, folder, progress)
        notes = _steps(plan, folder)
        _environment(plan, folder, locked, vendored=bool(wheels))
        outputs = _expected(plan, folder)
        _put(folder / "dvc.yaml", stages.render(plan))
        told = manifest.Manifest(
            notebook=plan.document.path.name,
            python=plan.needs.python,
            rung=plan.rung,
            because=plan.because,
            steps=_entries(plan, {}),
            inputs=_inputs(plan),
            outputs=outputs,
            modules=tuple(each.target for each in plan.needs.modules),
            distributions=tuple(
                manifest.DistributionEntry(name=name, version=version) for name, version in sorted(locked.pins.items())
            ),
            environment=dict(plan.environment),
            notes=(*plan.notes, *renamed, *notes),
        )
        seal(plan, folder, told)
        return manifest.read(folder)


def seal(
    plan: Plan,
    folder: Path,
    told: manifest.Manifest,
    *,
    facts: Facts | None = None,
    unstable: Mapping[str, str] | None = None,
    loose: Mapping[str, str] | None = None,
) -> str:
    """Write what depends on the proof (notebook tags, README, REPORT, manifest); the SHA-256 of the manifest.

    ``unstable`` maps step ids to why their outputs vary from run to run; ``loose`` to why they agree only within a
    tolerance that nbval does not have.
    """
    with writing(folder):
        told = dataclasses.replace(told, steps=_entries(plan, unstable or {}))
        facts = dataclasses.replace(facts, manifest=told) if facts else Facts(plan=plan, manifest=told)
        _put(folder / "pipeline.ipynb", notebook.render(plan, {**(loose or {}), **(unstable or {})}))
        _put(folder / "README.md", readme.render(facts))
        _put(folder / "REPORT.html", report.render(facts))
        _put(folder / "ro-crate-metadata.json", crate.render(plan, told))
        return manifest.write(folder, told)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turns what a file system can refuse into one clear error."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise CannotWrite(
                f"the disk is full at {folder}", hint="Free some space; nothing was left behind."
            ) from None
        why = "" if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS) else f": {error.strerror or error}"
        raise CannotWrite(
            f"{error.filename or folder} cannot be written{why}", hint="Choose another folder; nothing was left behind."
        ) from None


def _steps(plan: Plan, folder: Path) -> tuple[str, ...]:
    text, notes = script.render(plan)
    _put(folder / "pipeline.py", text)
    _put(folder / "nbval_sanitize.cfg", notebook.SANITIZE)
    return notes


def _environment(plan: Plan, folder: Path, locked: Lock, *, vendored: bool) -> None:
    python = plan.needs.python
    image, digest = container.pinned(plan.base_image or container.base_image(python))
    _put(folder / "requirements.in", locked.requirements_in)
    _put(folder / "constraints.txt", locked.constraints)
    _put(folder / "requirements.txt", locked.requirements)
    packages = container.installable(plan.system, image)
    dockerfile = container.dockerfile(
        image=image,
        digest=digest,
        python=python,
        environment=plan.environment,
        vendored=vendored,
        packages=packages,
    )
    _put(folder / "Dockerfile", dockerfile)
    carried = [*(each.target for each in plan.files.inputs), *(each.target for each in plan.needs.modules)]
    _put(folder / ".dockerignore", container.dockerignore(carried))
    _put(folder / "binder" / "requirements.txt", locked.requirements)
    _put(folder / "binder" / "runtime.txt", container.runtime(python))
    if packages:
        _put(folder / "binder" / "apt.txt", "".join(f"{name}\n" for name in packages))
    workflow = container.workflow(python, plan.environment, container.installable(plan.system, container.RUNNER))
    _put(folder / ".github" / "workflows" / "reproduce.yml", workflow)


def _carry(plan: Plan, folder: Path, progress: Progress) -> tuple[str, ...]:
    """Copy data and local modules to where the steps look for them."""
    notes = []
    for each in plan.files.inputs:
        progress.step("write", f"copying {each.target}")
        if not each.included:
            continue
        if each.target.split("/")[0] in manifest.RESERVED:
            notes.append(f"{each.target} has a name that the bundle needs itself; it was not carried")
            continue
        _copy(each.source, folder / each.target)
    for module in plan.needs.modules:
        if module.target.split("/")[0] in manifest.RESERVED:
            notes.append(
                f"the local module {module.target} has a name that the bundle needs itself; it was not carried"
            )
        elif module.source.is_dir():
            for path in sorted(module.source.rglob("*")):
                if path.is_file() and not {"__pycache__", ".git"} & set(path.parts) and path.suffix != ".pyc":
                    _copy(path, folder / module.target / path.relative_to(module.source))
        else:
            _copy(module.source, folder / module.target)
    for name in plan.files.folders:
        # A zip holds no empty folder; the steps expect this one.
        if not any((folder / name).glob("*")):
            _put(folder / name / ".keep", "")
    return tuple(notes)


def _expected(plan: Plan, folder: Path) -> tuple[manifest.OutputEntry, ...]:
    outputs = {notebook.cell_id(step.id): list(step.outputs) for step in plan.steps if step.outputs is not None}
    _put(folder / "expected" / "outputs.json", json.dumps(outputs, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    entries = []
    for each in plan.files.results:
        copy = f"expected/files/{each.target}" if each.included else None
        if copy:
            _copy(each.source, folder / copy)
        entries.append(
            manifest.OutputEntry(
                path=each.target, sha256=each.sha256, size=each.size, copy=copy, step=notebook.cell_id(each.step)
            )
        )
    return tuple(entries)


def _inputs(plan: Plan) -> tuple[manifest.InputEntry, ...]:
    spelled = {new: old for old, new in plan.files.rewritten.items()}
    return tuple(
        manifest.InputEntry(
            path=each.target,
            sha256=each.sha256,
            size=each.size,
            original=_public(spelled.get(each.target)),
            included=each.included,
            url=each.url,
            note=each.note,
        )
        for each in plan.files.inputs
    )


def _public(path: str | None) -> str | None:
    """A path of the author's machine as the bundle may tell it: its last part only, where it names a home."""
    if path is None:
        return None
    return path if not path.startswith("/") else f".../{Path(path).name}"


def _entries(plan: Plan, unstable: Mapping[str, str]) -> tuple[manifest.StepEntry, ...]:
    return tuple(
        manifest.StepEntry(
            id=notebook.cell_id(step.id),
            cell=step.cell,
            run=step.run,
            compared=step.outputs is not None,
            raises=step.raises,
            unstable=unstable.get(notebook.cell_id(step.id), ""),
        )
        for step in plan.steps
    )


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
