"""The only broad except of the project: whatever a probe does wrong ends here, never in the user's cell.

A probe that raises costs the run a blind spot that names the probe. One that keeps raising is switched off for the
rest of the session; every later run says so, because "nothing seen" would be a lie.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jupyter_repro.capture.probe import Draft, Probe

LIMIT = 3
"""Failures after which a probe is switched off."""


def described(error: BaseException) -> str:
    """The error in a few words; survives errors whose ``str`` raises."""
    try:
        text = " ".join(str(error).split())[:200]
    except BaseException:
        text = ""
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


class Guard:
    """Runs the probes' methods and keeps the account of which of them are still on."""

    def __init__(self, probes: list[Probe]) -> None:
        self.layers: dict[str, str] = {}
        """Capture layer -> ``on``, or why it is not."""
        self.probes = probes
        self._failures: dict[str, int] = {}
        self._off: dict[str, str] = {}

    def start(self, shell: Any) -> None:
        """Start every probe; those that are not possible here are dropped, with their reason in `layers`."""
        kept = []
        for probe in self.probes:
            try:
                status = probe.start(shell)
                layers = dict(getattr(probe, "layers", {}))
            except BaseException as error:
                status, layers = f"did not start: {described(error)}", {}
            self.layers[probe.name] = status
            self.layers.update(layers)
            if status == "on":
                kept.append(probe)
        self.probes = kept

    def before(self, draft: Draft) -> None:
        """Tell the probes that a run begins."""
        for probe in self._hearing(draft):
            try:
                probe.before(draft)
            except BaseException as error:
                self._failed(probe, error, draft)
        for name, reason in self._off.items():
            draft.blind_spots.append(f"{name} is not watched: {reason}")

    def after(self, draft: Draft) -> None:
        """Let the probes add to the draft what they saw."""
        for probe in self._hearing(draft):
            try:
                probe.after(draft)
            except BaseException as error:
                self._failed(probe, error, draft)

    def idle(self, budget: float) -> list[tuple[int, dict[str, Any]]]:
        """What the probes found out late. Empty when none of them has work left."""
        late: list[tuple[int, dict[str, Any]]] = []
        for probe in self.probes:
            try:
                late.extend(probe.idle(budget))
            except BaseException as error:
                self._failed(probe, error, None)
        return late

    def stop(self) -> None:
        """Stop every probe, the last started first."""
        for probe in reversed(self.probes):
            try:
                probe.stop()
            except BaseException as error:
                self.layers[probe.name] = f"did not stop: {described(error)}"
        self.probes = []

    def _hearing(self, draft: Draft) -> list[Probe]:
        return [probe for probe in self.probes if probe.sees_plain] if draft.plain else self.probes

    def _failed(self, probe: Probe, error: BaseException, draft: Draft | None) -> None:
        name = probe.name
        self._failures[name] = self._failures.get(name, 0) + 1
        if draft is not None:
            draft.blind_spots.append(f"{name} could not be watched in this run ({described(error)})")
        if self._failures[name] < LIMIT:
            return
        self._off[name] = self.layers[name] = f"switched off after {LIMIT} failures ({described(error)})"
        self.probes = [each for each in self.probes if each is not probe]
        quiet(probe.stop)


def quiet(action: Callable[..., Any], *args: Any) -> BaseException | None:
    """Call something that must not disturb the user's kernel; the error it raised, if any.

    That includes what is no Exception: a value of the user's may raise SystemExit when it is looked at, and IPython
    would print an interrupt as an error in a callback.
    """
    try:
        action(*args)
    except BaseException as error:
        return error
    return None


def shielded(action: Callable[..., Any], *args: Any) -> BaseException | None:
    """Call our part of a patched function inside the user's code; the error it raised, if any.

    Unlike `quiet` it lets a KeyboardInterrupt through: it is the user's cell that is being interrupted.
    """
    try:
        action(*args)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return error
    return None


def tried(action: Callable[..., Any], *args: Any) -> Any:
    """What the call returns, None where it raised: for looks at values that may be of any make."""
    try:
        return action(*args)
    except KeyboardInterrupt:
        raise
    except BaseException:
        return None
