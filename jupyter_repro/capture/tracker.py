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

from jupyter_repro.capture import location
from jupyter_repro.capture.code import cellsource
from jupyter_repro.capture.failure import failure_of
from jupyter_repro.capture.guard import Guard, described, quiet
from jupyter_repro.capture.header import session_header, utc_now
from jupyter_repro.capture.notify import Notifier
from jupyter_repro.capture.probe import Draft, Probe
from jupyter_repro.capture.probes import build_probes
from jupyter_repro.capture.probes.plain import PlainCells
from jupyter_repro.capture.tracebacks import HiddenFrames
from jupyter_repro.capture.undisturbed import Undisturbed, interrupt_nothing, interrupt_the_cell
from jupyter_repro.journal import schema
from jupyter_repro.journal.writer import JournalWriter
from jupyter_repro.records import Status
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
        self._amended = False
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
        with Undisturbed():
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
            with Undisturbed() as held:
                quiet(self._begin, info)
            if held.interrupted:
                interrupt_the_cell()

    def _post_run_cell(self, result: Any) -> None:
        if self._depth:
            quiet(self._ended, result)

    def _ended(self, result: Any) -> None:
        info = None if result is None else result.info
        if info is not None and info is not self._info and not info.raw_cell.strip():
            return  # a blank cell: IPython fires no pre_run_cell for it
        self._depth -= 1
        if self._depth and info is self._info:
            self._depth = 0  # a nested run was torn down without its post_run_cell
        if self._depth == 0:
            with Undisturbed() as held:
                draft, self._draft, self._info = self._draft, None, None
                if draft is not None:
                    self._finish(draft, result)
            if held.interrupted:
                interrupt_nothing()

    def _begin(self, info: Any) -> None:
        self._info = info
        self.runs += 1
        source = info.raw_cell
        draft = self._draft = Draft(
            n=self.runs,
            cell=getattr(info, "cell_id", None),
            source=source,
            python=source,
            tree=None,
            namespace=self.shell.user_ns,
            started=utc_now(),
            execution_count=self.shell.execution_count - 1 if info.store_history else None,
        )
        failure = quiet(self._read_source, draft, info)
        if failure is not None:
            draft.blind_spots.append(f"the cell's source could not be examined ({described(failure)})")
        if not draft.plain:  # which is over before a kernel could die in it: 0.1 ms saved where a run takes 5
            self._append(schema.begin_line(draft.n, draft.cell))
        self.guard.before(draft)
        draft.started = utc_now()

    def _read_source(self, draft: Draft, info: Any) -> None:
        draft.python = cellsource.as_python(self.shell, info)
        draft.tree = cellsource.parse(draft.python)
        draft.magics = cellsource.magics(draft.python)
        draft.plain = self._plain.has(draft)

    def _finish(self, draft: Draft, result: Any) -> None:
        """Record a run that has ended: whatever goes wrong on the way, its line is written."""
        draft.ended = utc_now()
        failure = quiet(self._complete, draft, result)
        if failure is None:
            failure = quiet(self._append_run, draft)
        if failure is not None:
            bare = Draft(
                n=draft.n, cell=draft.cell, source=draft.source, python="", tree=None, namespace={},
                started=draft.started, ended=draft.ended, status=draft.status, execution_count=draft.execution_count,
                blind_spots=[f"the record of this run is incomplete ({described(failure)})"],
            )  # fmt: skip
            quiet(self._append_run, bare)
        quiet(self.notifier.tell, {"event": "run", "n": draft.n, "cell": draft.cell, "journal": self.journal})
        quiet(self._wait_until_idle)

    def _complete(self, draft: Draft, result: Any) -> None:
        error = None
        if result is not None:  # an error may say of itself that it is false
            error = result.error_in_exec if result.error_before_exec is None else result.error_before_exec
        draft.status = _status(result, error)
        if error is not None:
            draft.error = failure_of(error, draft.namespace, draft.source)
        self.guard.after(draft)
        draft.blind_spots = list(dict.fromkeys(draft.blind_spots))

    def _append_run(self, draft: Draft) -> None:
        draft.source_digest = digest(draft.source)
        self._append(schema.run_line(draft))

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
        else:
            with Undisturbed() as held:
                failure = quiet(self._amend, IDLE_SLICE)
            if held.interrupted:
                interrupt_nothing()
            if failure is None and self._amended:
                self._schedule_idle(IDLE_SLICE * 2)

    def _amend(self, budget: float) -> None:
        late = self.guard.idle(budget)
        for n, fields in late:
            self._append(schema.amend_line(n, **fields) if n else schema.env_line(**fields))
        if late:
            self.notifier.tell({"event": "amend", "runs": sorted({n for n, _ in late}), "journal": self.journal})
        self._amended = bool(late) or any(probe.unfinished for probe in self.guard.probes)

    def _catch_up(self, seconds: float) -> None:
        if self.runs and os.getpid() == self._pid:
            quiet(self._amend, seconds)

    # The journal.

    def _append(self, line: schema.Line) -> None:
        if self._writer is None and self._journal_refused is None:
            self._writer = self._new_journal()
        writer = self._writer
        if writer is None or writer.append(line) or os.getpid() != self._pid:
            return
        if writer.lost:  # removed while it was written: the runs from here on get a new one
            fresh = self._new_journal()
            if fresh is not None:
                fresh.extend(writer.unwritten)
                writer = self._writer = fresh
        if writer.failure is not None:
            self._warn_once(writer.failure)

    def _new_journal(self) -> JournalWriter | None:
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
            if failure is not None:
                self._warn_once(f"{failure.filename or 'the folder'} cannot be written; the history goes to {path}")
            return writer
        self._warn_once(f"no history is kept: {failure}")
        return None

    def _warn_once(self, message: str) -> None:
        if self._journal_refused is None:
            self._journal_refused = message
            print(f"jupyter-repro: {message}", file=sys.__stderr__)

    def _at_exit(self) -> None:
        if os.getpid() == self._pid:
            with Undisturbed():
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


def _cwd() -> str:
    try:
        return os.getcwd()
    except OSError:
        return os.path.expanduser("~")
