"""The jobs: what a request asks for, checked while the user still waits, and the call that does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jupyter_repro.errors import BadInput
from jupyter_repro.model import document as documents
from jupyter_repro.progress import Progress
from jupyter_repro.server.places import contents_path, local_path

Work = Callable[[Progress], Mapping[str, Any]]
"""Does the job in a worker thread; its value is the payload."""


def prove(body: dict[str, Any], contents: Any) -> Work:
    """Replay the notebook as the user has it open, saved or not, in a fresh kernel and a copy of its folder."""
    path = local_path(contents, body.get("path"))
    live = documents.from_json(body.get("content"), path)

    def work(progress: Progress) -> Mapping[str, Any]:
        from jupyter_repro.verify.prove import verify
        from jupyter_repro.views.verified import as_payload

        return as_payload(verify(path, "current", progress=progress, live=live))

    return work


def export(body: dict[str, Any], contents: Any) -> Work:
    """Export the saved notebook to ``target``, and prove it in ``room`` unless that is null."""
    path = local_path(contents, body.get("path"))
    target = local_path(contents, body.get("target"))
    room = body.get("room")
    if room is not None and not isinstance(room, str):
        raise BadInput("the request names no room")
    if not path.is_file():
        raise BadInput(f"{path.name} is not on disk", hint="Save the notebook first.")

    def work(progress: Progress) -> Mapping[str, Any]:
        from jupyter_repro.export import Options, export
        from jupyter_repro.views.exported import as_payload

        options = Options(force=body.get("force") is True)
        payload = as_payload(
            export(path, target, room=room, prove=room is not None, progress=progress, options=options)
        )
        return {**payload, "bundle": _shown(contents, payload["bundle"]), "report": _shown(contents, payload["report"])}

    return work


def _shown(contents: Any, path: str) -> str:
    """A file by the path that the browser knows it by."""
    return contents_path(contents, path) or str(path)


KINDS: Mapping[str, Callable[[dict[str, Any], Any], Work]] = {"prove": prove, "export": export}
