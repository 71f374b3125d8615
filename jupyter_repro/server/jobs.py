"""POST ``jupyter-repro/jobs``: work that takes a while, as a stream of JSON lines; DELETE ``.../jobs/<id>`` cancels it.

::

    {"job": "<32 hex digits>"}          first: the id to cancel it by
    {"step": StepPayload}               any number of times
    {"result": VerifyPayload | ExportPayload}   or   {"error": {"message", "hint", "exit_code"}}   last

A blank line every few seconds keeps proxies from closing the stream. Closing it cancels the work.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any

from tornado.iostream import StreamClosedError
from tornado.web import HTTPError, authenticated

from jupyter_repro.errors import BadInput, Cancelled, ReproError
from jupyter_repro.progress import Progress, Step
from jupyter_repro.server.answer import Answer, error_payload
from jupyter_repro.server.places import root_of
from jupyter_repro.server.work import KINDS, Work
from jupyter_repro.views.payload import StepPayload

HEARTBEAT = 5.0
"""Seconds of silence after which a blank line is sent."""
_RUNNING = "jupyter_repro_jobs"


class JobsHandler(Answer):
    """Starts a job for ``{kind: prove|export, ...}`` and streams what it does."""

    _progress: Progress | None = None

    @authenticated
    async def post(self) -> None:
        """Run the job to its end, or until somebody cancels it."""
        body = self.body()
        prepare = KINDS.get(str(body.get("kind")))
        if prepare is None:
            raise BadInput(f"there is no job of the kind {body.get('kind')!r}", hint=f"Kinds: {', '.join(KINDS)}.")
        root_of(self.contents_manager)
        work = prepare(body, self.contents_manager)
        loop = asyncio.get_running_loop()
        lines: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self._progress = Progress(lambda step: _send(loop, lines, {"step": _step(step)}))
        job = uuid.uuid4().hex
        running = self.settings.setdefault(_RUNNING, {})
        running[job] = self._progress
        self.set_header("Content-Type", "application/x-ndjson")
        self.set_header("X-Accel-Buffering", "no")
        try:
            await self._line({"job": job})
            task = asyncio.create_task(_finished(work, self._progress, lines))
            while (line := await _next(lines)) is not None:
                await self._line(line)
            await asyncio.wait([task])
            if (accident := task.exception()) is not None:
                self.log.error("jupyter-repro: the job failed", exc_info=accident)
                message = f"the job failed unexpectedly ({type(accident).__name__}: {accident})"
                hint = "The server's log has the details."
                await self._line({"error": {"message": message, "hint": hint, "exit_code": None}})
        finally:
            running.pop(job, None)
        self.finish()

    def on_connection_close(self) -> None:
        """The reader went away: the work is wanted no more."""
        if self._progress is not None:
            self._progress.cancel()

    async def _line(self, line: dict[str, Any]) -> None:
        try:
            self.write((json.dumps(line) if line else "") + "\n")
            await self.flush()
        except StreamClosedError:
            self.on_connection_close()


class JobHandler(Answer):
    """Cancels a job."""

    @authenticated
    async def delete(self, job: str) -> None:
        """Ask the job to stop at its next step."""
        progress = self.settings.get(_RUNNING, {}).get(job)
        if progress is None:
            raise HTTPError(404, "this job has ended")
        progress.cancel()
        self.set_status(204)
        self.finish()


def _step(step: Step) -> StepPayload:
    return StepPayload(stage=step.stage, message=step.message, done=step.done, total=step.total)


def _send(loop: asyncio.AbstractEventLoop, lines: asyncio.Queue[Any], line: dict[str, Any] | None) -> None:
    loop.call_soon_threadsafe(lines.put_nowait, line)


async def _next(lines: asyncio.Queue[dict[str, Any] | None]) -> dict[str, Any] | None:
    """The next line, an empty one as a sign of life, None after the last."""
    try:
        return await asyncio.wait_for(lines.get(), HEARTBEAT)
    except TimeoutError:
        return {}


async def _finished(work: Work, progress: Progress, lines: asyncio.Queue[dict[str, Any] | None]) -> None:
    """Do the work in a thread and queue its end, whatever it is."""
    try:
        await lines.put({"result": await asyncio.to_thread(work, progress)})
    except Cancelled:
        await lines.put({"error": error_payload(Cancelled("stopped as asked", hint="Nothing was left behind."))})
    except ReproError as error:
        await lines.put({"error": error_payload(error)})
    finally:
        await lines.put(None)
