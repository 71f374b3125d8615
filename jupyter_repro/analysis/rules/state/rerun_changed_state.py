"""Ran more than once, and each run changed its own input again.

``count += 1``, ``df = df.drop(...)``, ``items.append(...)``: run twice, the cell gives something else than run once.

## Why it hurts

What is shown is the state after the second or fifth run. Restart & Run All runs it once.

## Example

    # %% a
    price = 100
    # %% b
    price = price * 2
    # %% c
    print(price)
    # --- session
    # run a, b, b, c

## Instead

    # %% a
    price = 100
    # %% b
    doubled = price * 2
    # %% c
    print(doubled)
    # --- session
    # run a, b, b, c

## Limits

A rerun that left the same value (``df = df.fillna(0)``) is harmless and not reported.
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.lineage import downstream, made_by, maker_of, same_code
from jupyter_repro.analysis.findings.finding import Evidence, Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.analysis.rules.state.grouped import reruns, weight
from jupyter_repro.records import RunRecord


def _changed(maker: RunRecord, name: str, fingerprint: str) -> bool:
    """Whether the earlier run left another value than it had found itself."""
    return maker.reads.get(name, "") != fingerprint


def _source_of(ctx: Context, cell_id: str, name: str) -> str | None:
    """The nearest cell above that makes the name."""
    above = ctx.cells[: ctx.position[cell_id]]
    return next((cell.id for cell in reversed(above) if name in made_by(ctx, cell)), None)


class RerunChangedState(Rule):
    """A rerun took in what an earlier run of the same cell made."""

    code = "RPS104"
    name = "rerun-changed-state"
    severity = "error"
    why = "What is shown is the state after several runs; a replay runs the cell once."
    needs_history = True

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell whose shown or last run took in what an earlier run of itself made."""
        for cell in ctx.cells if not ctx.is_settled else ():
            runs = ctx.runs_of(cell.id)
            if len(runs) < 2:
                continue
            session, run = runs[-1]
            fed = [
                name
                for name, fingerprint in run.reads.items()
                if fingerprint
                and (maker := maker_of(session, run, name)) is not None
                and maker.cell == cell.id
                and same_code(maker.source, run.source)
                and _changed(maker, name, fingerprint)
                and ({**run.writes, **run.mutates}.get(name) != fingerprint)
            ]
            if not fed:
                continue
            affected = [cell.id, *downstream(ctx, cell.id)]
            if all(ctx.replay(each) == "ok" for each in affected) or not any(
                ctx.by_id[each].outputs for each in affected
            ):
                continue
            makers = [each for each in (_source_of(ctx, cell.id, name) for name in fed) if each is not None]
            names = ", ".join(f"`{name}`" for name in fed)
            yield self.found(
                cell.id,
                f"has run {len(runs)} times, and each run changes {names} again",
                "Run the cell that makes the input again, then this one once; or give the result a name of its own.",
                cells=affected,
                fix=reruns(ctx, [*makers, *affected]),
                evidence=[Evidence(cell=cell.id, run=each.n, text="ran") for _, each in runs],
                severity=weight(ctx, *affected),
            )
