"""Which handler answers which address. Everything lies under ``jupyter-repro/`` and needs a logged-in user."""

from __future__ import annotations

from typing import Any

from jupyter_server.utils import url_path_join

from jupyter_repro.server.jobs import JobHandler, JobsHandler
from jupyter_repro.server.panel import PanelHandler
from jupyter_repro.server.report import ReportHandler
from jupyter_repro.server.rooms import RoomsHandler
from jupyter_repro.server.tracker import TrackerHandler

ENDPOINTS: dict[str, Any] = {
    "panel": PanelHandler,
    "tracker": TrackerHandler,
    "rooms": RoomsHandler,
    "report": ReportHandler,
    "jobs": JobsHandler,
    "jobs/([0-9a-f]{32})": JobHandler,
}


def routes(base_url: str) -> list[tuple[str, Any]]:
    """The (pattern, handler) pairs of a server at ``base_url``."""
    return [(url_path_join(base_url, "jupyter-repro", name), handler) for name, handler in ENDPOINTS.items()]
