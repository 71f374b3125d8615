"""GET ``jupyter-repro/report?path=``: a bundle's REPORT.html, in a sandbox.

The report shows outputs of somebody's code. Served from the server's own origin it could act as the user, so it comes
with a policy that runs no script, loads nothing and has no origin.
"""

from __future__ import annotations

import asyncio

from jupyter_server.base.handlers import JupyterHandler
from tornado.web import HTTPError, authenticated

from jupyter_repro.errors import BadInput
from jupyter_repro.server.places import local_path

POLICY = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; frame-ancestors 'none'"


class ReportHandler(JupyterHandler):  # type: ignore[misc]
    """Answers the page itself."""

    @property
    def content_security_policy(self) -> str:
        """Nothing runs, nothing is fetched."""
        return POLICY

    @authenticated
    async def get(self) -> None:
        """The page at ``path``, which must be an HTML file below the server's root."""
        try:
            path = local_path(self.contents_manager, self.get_query_argument("path", None))
        except BadInput as error:
            raise HTTPError(400, str(error)) from None
        if path.suffix.lower() not in (".html", ".htm") or not path.is_file():
            raise HTTPError(404, f"{path.name} is not a report; export the bundle again")
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "no-referrer")
        self.finish(await asyncio.to_thread(path.read_bytes))
