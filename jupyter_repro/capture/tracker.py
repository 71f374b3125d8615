"""The one stateful class of the capture: brackets each run by IPython's events and appends it to the journal.

``pre_run_cell`` and ``post_run_cell`` come in nested pairs (``%%capture``, ``run_cell`` in a cell): only the outermost
pair is a run. A blank cell gives a ``post_run_cell`` alone, a kernel that dies a ``pre_run_cell`` alone. Everything
here runs inside the user's kernel: no exception may leave it, no thread is started, nothing of the shell is replaced.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import sys
import time
import uuid
from typing import Any

from jupyter_repro.capture import cellsource, location
from jupyter_repro.capture.guard import Guard, described, quiet
from jupyter_repro.capture.header import session_header, utc_now
from jupyter_repro.capture.notify import Notifier
from jupyter_repro.capture.probe import Draft, Probe
from jupyter_repro.capture.probes import build_probes
from jupyter_repro.capture.probes.plain import PlainCells
from jupyter_repro.capture.tracebacks import HiddenFrames
from jupyter_repro.journal import schema
from jupyter_repro.journal.writer import JournalWriter
from jupyter_repro.records import RunError, Status
from jupyter_repro.shown import digest

IDLE_DELAY = 0.3
"""Seconds after a run before put-off work begins."""
IDLE_SLICE = 0.02
"""Seconds that put-off work may take at a time."""


class Tracker:
    """Tracks one shell from `start` to `stop`. The journal is created at the first run."""

    def __init__(self, shell: Any, *, notebook: str | None = None, probes: list[Probe] | None = None) -> None:
        self.shell = shell
        self.session = uuid.uuid4().hex
        self.started = utc_now()
        self.cwd = _cwd()
        self.notebook = notebook or location.notebook_of_session(self.cwd)
        self.runs = 0
        self.guard = Guard(build_probes() if probes is None else probes)
        self.notifier = Notifier(self.summary)
        self._plain = PlainCells(shell)
        self._hidden = HiddenFrames()
        self._writer: JournalWriter | None = None
        self._journal_refused: str | None = None
        self._draft: Draft | None = None
        self._info: Any = None
        self._depth = 0
        self._idle_handle: asyncio.TimerHandle | None = None
        self._idle_from = 0.0
        self._pid = os.getpid()

    @property
    def journal(self) -> str | None:
        """Path of the journal, None before the first run or where none could be created."""
        return str(self._writer.path) if self._writer is not None else None

    def _folder(self) -> str | None:
        return os.path.dirname(self.journal) if self.journal is not None else None

    def summary(self) -> dict[str, Any]:
        """What a panel wants to know when it connects."""
        return {
            "event": "hello",
            "session": self.session,
            "journal": self.journal,
            "notebook": self.notebook,
            "runs": self.runs,
            "layers": self.guard.layers,
        }

    def start(self) -> None:
        """Start the probes and listen to the shell's events."""
        for probe in self.guard.probes:
            probe.folder = self._folder
        quiet(self._hidden.start, self.shell)
        self.guard.start(self.shell)
        quiet(self.notifier.start, self.shell)
        self.shell.events.register("pre_run_cell", self._pre_run_cell)
        self.shell.events.register("post_run_cell", self._post_run_cell)
        atexit.register(self._at_exit)

    def stop(self) -> None:
        """Stop listening, remove every patch and close the journal."""
        for event, callback in (("pre_run_cell", self._pre_run_cell), ("post_run_cell", self._post_run_cell)):
            quiet(self.shell.events.unregister, event, callback)
        self._cancel_idle()
        self._catch_up(1.0)
        self.guard.stop()
        quiet(self._hidden.stop)
        quiet(self.notifier.stop)
        quiet(self._close)
        atexit.unregister(self._at_exit)

    def belongs_to(self, notebook: str) -> None:
        """The kernel serves this notebook, says somebody who knows. Without effect once the journal exists."""
        if self._writer is None:
            self.notebook = notebook

    # The two events. IPython prints whatever escapes a callback, so nothing does.

    def _pre_run_cell(self, info: Any) -> None:
        self._depth += 1
        if self._depth == 1:
            quiet(self._begin, info)

    def _post_run_cell(self, result: Any) -> None:
        info = getattr(result, "info", None)
        source = getattr(info, "raw_cell", None)
        if self._depth == 0 or (info is not None and info is not self._info and (not source or source.isspace())):
            return  # a blank cell: IPython fires no pre_run_cell for it
        self._depth -= 1
        if self._depth and info is self._info:
            self._depth = 0  # a nested run was torn down without its post_run_cell
        if self._depth == 0:
            ended = utc_now()
            draft, self._draft, self._info = self._draft, None, None
            if draft is not None:
                quiet(self._end, draft, result, ended)

    def _begin(self, info: Any) -> None:
        self._draft = None
        self._info = info
        self.runs += 1
        source = info.raw_cell
        python = cellsource.as_python(self.shell, info)
        draft = Draft(
            n=self.runs,
            cell=getattr(info, "cell_id", None),
            source=source,
            python=python,
            tree=cellsource.parse(python),
            namespace=self.shell.user_ns,
            execution_count=self.shell.execution_count - 1 if info.store_history else None,
            magics=cellsource.magics(python),
        )
        draft.plain = self._plain.has(draft)
        self._append(schema.begin_line(draft.n, draft.cell))
        self._draft = draft
        self.guard.before(draft)
        draft.started = utc_now()

    def _end(self, draft: Draft, result: Any, ended: str) -> None:
        error = None if result is None else result.error_before_exec or result.error_in_exec
        if error is not None:
            draft.error = RunError(name=type(error).__name__, value=_message(error))
        self.guard.after(draft)
        draft.ended, draft.status = ended, _status(result, error)
        draft.source_digest = digest(draft.source)
        draft.blind_spots = list(dict.fromkeys(draft.blind_spots))
        self._append(schema.run_line(draft))
        self.notifier.tell({"event": "run", "n": draft.n, "cell": draft.cell, "journal": self.journal})
        self._wait_until_idle()

    # Late knowledge: on the kernel's own event loop when no cell runs, so that no thread is needed.

    def _wait_until_idle(self) -> None:
        """A run has ended. A timer that is still running is left to find out (0.04 ms a run less than a new one)."""
        self._idle_from = time.monotonic() + IDLE_DELAY
        if self._idle_handle is None:
            self._schedule_idle(IDLE_DELAY)

    def _schedule_idle(self, delay: float) -> None:
        try:
            self._idle_handle = asyncio.get_running_loop().call_later(delay, self._idle)
        except RuntimeError:
            self._idle_handle = None  # a plain terminal has no running loop: stop() catches up

    def _cancel_idle(self) -> None:
        if self._idle_handle is not None:
            self._idle_handle.cancel()
            self._idle_handle = None

    def _idle(self) -> None:
        self._idle_handle = None
        if self._depth:
            return  # a cell awaits something; its end asks for us again
        early = self._idle_from - time.monotonic()
        if early > 0:
            self._schedule_idle(early)
        elif self._amend(IDLE_SLICE):
            self._schedule_idle(IDLE_SLICE * 2)

    def _amend(self, budget: float) -> bool:
        late = self.guard.idle(budget)
        for n, fields in late:
            self._append(schema.amend_line(n, **fields) if n else schema.env_line(**fields))
        if late:
            self.notifier.tell({"event": "amend", "runs": sorted({n for n, _ in late}), "journal": self.journal})
        return bool(late)

    def _catch_up(self, seconds: float) -> None:
        if self.runs and os.getpid() == self._pid:
            quiet(self._amend, seconds)

    # The journal.

    def _append(self, line: schema.Line) -> None:
        if self._writer is None and self._journal_refused is None:
            self._create_journal()
        if self._writer is not None and not self._writer.append(line) and os.getpid() == self._pid:
            self._warn_once(self._writer.failure or "the journal could not be written")

    def _create_journal(self) -> None:
        header = session_header(self.shell, self.session, self.started, self.cwd, self.notebook, self.guard.layers)
        failure: OSError | None = None
        for path in (
            location.journal_path(self.notebook, self.cwd, self.started, self.session),
            location.fallback_path(self.started, self.session),
        ):
            try:
                writer = JournalWriter(path)
            except OSError as error:
                failure = failure or error
                continue
            writer.append(schema.header_line(header))
            self._writer = writer
            if failure is not None:
                self._warn_once(f"{failure.filename or 'the folder'} cannot be written; the history goes to {path}")
            return
        self._warn_once(f"no history is kept: {failure}")

    def _warn_once(self, message: str) -> None:
        if self._journal_refused is None:
            self._journal_refused = message
            print(f"jupyter-repro: {message}", file=sys.__stderr__)

    def _at_exit(self) -> None:
        if os.getpid() == self._pid:
            self._catch_up(0.5)
            quiet(self._close)

    def _close(self) -> None:
        if self._writer is not None:
            self._writer.append(schema.end_line(utc_now()))
            self._writer.close()


def _status(result: Any, error: BaseException | None) -> Status:
    if result is None or isinstance(error, (KeyboardInterrupt, asyncio.CancelledError)):
        return "interrupted"
    if error is None:
        return "ok"
    before_the_run = error is result.error_before_exec
    return "syntax-error" if before_the_run and isinstance(error, SyntaxError) else "error"


def _message(error: BaseException) -> str:
    described_as = described(error)
    return described_as.partition(": ")[2]


def _cwd() -> str:
    try:
        return os.getcwd()
    except OSError:
        return os.path.expanduser("~")
