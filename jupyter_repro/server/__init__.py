"""The Jupyter server extension: thin authenticated handlers between the panel and the same functions the CLI calls."""

from __future__ import annotations

from typing import Any


def load(server_app: Any) -> None:
    """Add the handlers to a running ServerApp."""
    from jupyter_repro.server.routes import routes

    server_app.web_app.add_handlers(".*$", routes(server_app.web_app.settings["base_url"]))
