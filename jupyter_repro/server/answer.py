"""What all handlers share: JSON answers, and errors as ``{message, hint, exit_code}``, one line in the panel."""

from __future__ import annotations

import json
from typing import Any

from jupyter_server.base.handlers import APIHandler
from tornado.web import HTTPError

from jupyter_repro.errors import BadInput, Cancelled, ReproError


def error_payload(error: ReproError) -> dict[str, Any]:
    """An error of ours as the panel shows it."""
    return {"message": " ".join(error.message.split()), "hint": error.hint, "exit_code": error.exit_code}


class Answer(APIHandler):  # type: ignore[misc]
    """A handler that answers with JSON, also when it fails."""

    def body(self) -> dict[str, Any]:
        """The request's JSON object. Raises BadInput where it is none."""
        content = self.get_json_body()
        if not isinstance(content, dict):
            raise BadInput("the request has no JSON object in its body")
        return content

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer an error: ours by its kind, tornado's by its status, anything else without its traceback."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, ReproError):
            self.set_status(_status(error))
            payload = error_payload(error)
        else:
            known = isinstance(error, HTTPError)
            reason = (known and (error.log_message or error.reason)) or self._reason
            hint = "" if known else f"{type(error).__name__}: {error}. The server's log has the details."
            payload = {"message": str(reason), "hint": hint, "exit_code": None}
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps(payload))

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Errors of ours are answers, not accidents: they do not go into the server's log as tracebacks."""
        if not isinstance(value, ReproError):
            super().log_exception(typ, value, tb)


def _status(error: ReproError) -> int:
    match error:
        case BadInput():
            return 400
        case Cancelled():
            return 409
        case _:
            return 500
