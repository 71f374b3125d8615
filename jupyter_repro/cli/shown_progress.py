"""Progress of long work on a terminal: one line that changes, on stderr, gone when the work is done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape

from jupyter_repro.progress import Progress, Step


@contextmanager
def shown_progress() -> Iterator[Progress]:
    """A Progress that shows its steps; where stderr is no terminal, each new stage is one line."""
    console = Console(stderr=True)
    if not console.is_terminal:
        last = ""

        def tell(step: Step) -> None:
            nonlocal last
            if step.stage != last:
                last = step.stage
                console.print(escape(f"{step.stage}: {step.message}"), highlight=False, soft_wrap=True)

        yield Progress(tell)
        return
    with console.status("starting") as status:

        def show(step: Step) -> None:
            count = f" ({step.done}/{step.total})" if step.total else ""
            status.update(escape(f"{step.message}{count}"))

        yield Progress(show)
