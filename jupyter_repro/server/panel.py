"""POST ``jupyter-repro/panel``: the forecast, the findings and the history of a notebook as the user has it open."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from tornado.web import authenticated

from jupyter_repro.analysis import selection
from jupyter_repro.analysis.judge import Judge
from jupyter_repro.errors import BadInput
from jupyter_repro.model import document as documents
from jupyter_repro.model import history as histories
from jupyter_repro.server.answer import Answer
from jupyter_repro.server.places import local_path
from jupyter_repro.views.check import check_payload
from jupyter_repro.views.log import log_payload
from jupyter_repro.views.payload import PanelPayload

_JUDGE = Judge()
"""Of all notebooks that are open in this server."""


class PanelHandler(Answer):
    """Answers a PanelPayload for ``{path, content}``: the notebook's JSON as it stands in the browser, saved or not."""

    @authenticated
    async def post(self) -> None:
        """Judge the notebook, away from the server's event loop."""
        body = self.body()
        path = local_path(self.contents_manager, body.get("path"))
        content = body.get("content")
        if not isinstance(content, dict):
            raise BadInput("the request has no notebook in its field 'content'")
        self.finish(await asyncio.to_thread(judge, content, path))


def judge(content: dict[str, Any], path: Path) -> PanelPayload:
    """What the panel shows of a notebook's JSON. Reads the journals beside ``path``; changes nothing."""
    document = documents.from_json(content, path)
    history = histories.load(document)
    judgement = _JUDGE.judge(document, history, selection.load(path))
    return PanelPayload(check=check_payload(document, history, judgement), log=log_payload(document, history))
