"""GET ``jupyter-repro/tracker?path=``: the request that loads the tracker into a kernel; POST: what its answer means.

The request comes from the server's installation, so that the kernel's own environment does not need this package.
"""

from __future__ import annotations

from tornado.web import authenticated

from jupyter_repro.capture.inject import bootstrap_request, injection_of
from jupyter_repro.errors import BadInput
from jupyter_repro.server.answer import Answer
from jupyter_repro.server.places import local_path


class TrackerHandler(Answer):
    """Both halves of loading the tracker; the browser carries them to the kernel and back."""

    @authenticated
    async def get(self) -> None:
        """Content of the ``execute_request`` for the notebook at ``path``; ``carry=yes`` puts the sources into it."""
        notebook = local_path(self.contents_manager, self.get_query_argument("path", None))
        carry = self.get_query_argument("carry", "no") == "yes"
        self.finish(bootstrap_request(notebook=str(notebook), carry=carry))

    @authenticated
    async def post(self) -> None:
        """``{loaded, reason, code}`` for ``{reply}``, the content of the ``execute_reply``."""
        reply = self.body().get("reply")
        if not isinstance(reply, dict):
            raise BadInput("the request has no kernel's answer in its field 'reply'")
        injection = injection_of(reply)
        self.finish({"loaded": injection.loaded, "reason": injection.reason, "code": injection.code})
