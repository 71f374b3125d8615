"""Plays cells in a plain IPython shell with chosen probes, and gives the draft of each run."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from typing import Any

from IPython.core.interactiveshell import InteractiveShell

from jupyter_repro.capture.code import cellsource
from jupyter_repro.capture.failure import failure_of
from jupyter_repro.capture.probe import Draft, Probe


class Play:
    """A shell of its own; call it with a cell's source."""

    def __init__(self, *probes: Probe) -> None:
        self.shell = InteractiveShell()
        self.probes = probes
        self.runs = 0
        self.said = ""
        for probe in probes:
            assert probe.start(self.shell) == "on"

    def __call__(self, source: str) -> Draft:
        self.runs += 1
        drafts: list[Draft] = []

        def begin(info: Any) -> None:
            python = cellsource.as_python(self.shell, info)
            draft = Draft(
                n=self.runs,
                cell=None,
                source=source,
                python=python,
                tree=cellsource.parse(python),
                namespace=self.shell.user_ns,
                magics=cellsource.magics(python),
            )
            drafts.append(draft)
            for probe in self.probes:
                probe.before(draft)

        def end(result: Any) -> None:
            error = result.error_before_exec or result.error_in_exec
            if error is not None:
                drafts[0].error = failure_of(error, self.shell.user_ns, source)
            for probe in self.probes:
                probe.after(drafts[0])

        with self._listening(begin, end), contextlib.redirect_stdout(io.StringIO()) as out:
            self.shell.run_cell(source, store_history=True)
        self.said = out.getvalue()
        return drafts[0]

    @contextlib.contextmanager
    def _listening(self, begin: Any, end: Any) -> Iterator[None]:
        events = self.shell.events
        events.register("pre_run_cell", begin)
        events.register("post_run_cell", end)
        try:
            yield
        finally:
            events.unregister("pre_run_cell", begin)
            events.unregister("post_run_cell", end)
