"""What each run displayed, as digests that equal `shown.outputs` of the saved cell.

Everything a kernel shows goes through its ``Session.send``: streams (whatever wrote them, child processes included),
displays, results, errors, updates and clears, each with the request it belongs to. This probe listens there, so it sees
the same messages in the same order as the frontend that writes the document. Nothing is kept but digests.

Not seen: a plain IPython terminal (no messages), what forked children print, and outputs that a frontend
routes into an Output widget.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Mapping
from typing import Any

from jupyter_repro import shown
from jupyter_repro.capture.guard import shielded
from jupyter_repro.capture.probe import Draft, Probe
from jupyter_repro.capture.world.stdinanswers import StdinAnswers
from jupyter_repro.records import Output, Outside

REMEMBERED = 64
"""Runs whose outputs may still change: late writes of a thread, ``update_display`` from a later cell."""

_DISPLAYS = ("display_data", "execute_result")
_OF_INTEREST = frozenset(
    ("stream", "display_data", "execute_result", "error", "update_display_data", "clear_output", "input_request")
)


class _Stream:
    """Text of one stream so far: whole lines go into the digest, the rest waits for its end."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._digest = shown.StreamDigest()

    def add(self, text: str) -> None:
        self._digest.add(text)

    def output(self) -> Output:
        return Output(kind="stream", name=self.name, digest=self._digest.value())


class Collected:
    """The outputs of one run as the document will hold them."""

    def __init__(self, n: int) -> None:
        self.n = n
        self.changed = False
        self.prompts: list[str] = []
        self._pieces: list[_Stream | tuple[str, Output]] = []
        self._clear_next = False

    def add(self, kind: str, content: Mapping[str, Any]) -> None:
        """Work one message in, as a frontend does."""
        self.changed = True
        if kind == "clear_output":
            if content.get("wait"):
                self._clear_next = True
            else:
                self._pieces.clear()
            return
        if kind == "input_request":
            self.prompts.append("password" if content.get("password") else str(content.get("prompt", ""))[:80])
            return
        if self._clear_next:
            self._clear_next = False
            self._pieces.clear()
        if kind == "stream":
            name = str(content.get("name", "stdout"))
            last = self._pieces[-1] if self._pieces else None
            if not isinstance(last, _Stream) or last.name != name:
                last = _Stream(name)
                self._pieces.append(last)
            last.add(str(content.get("text", "")))
        else:
            made = shown.outputs([{**content, "output_type": kind}])
            self._pieces.extend((_display_id(content), each) for each in made)

    def update(self, display_id: str, content: Mapping[str, Any]) -> None:
        """Replace what the displays of this id show."""
        for index, piece in enumerate(self._pieces):
            if isinstance(piece, tuple) and display_id and piece[0] == display_id:
                kind = "execute_result" if piece[1].kind == "result" else "display_data"
                self._pieces[index] = (display_id, shown.outputs([{**content, "output_type": kind}])[0])
                self.changed = True

    def outputs(self) -> tuple[Output, ...]:
        """Digests of what is shown now."""
        self.changed = False
        return tuple(piece.output() if isinstance(piece, _Stream) else piece[1] for piece in self._pieces)


def _display_id(content: Mapping[str, Any]) -> str:
    transient = content.get("transient")
    return str(transient.get("display_id") or "") if isinstance(transient, Mapping) else ""


class OutputsProbe(Probe):
    """Listens to the kernel's messages and sorts them by the request that caused them."""

    name = "outputs"
    sees_plain = True

    def __init__(self) -> None:
        self._shell: Any = None
        self._session: Any = None
        self._send: Any = None
        self._requests: dict[str, Collected] = {}
        self._current: Collected | None = None
        self._lock = threading.Lock()
        self._pid = os.getpid()
        self._failure: BaseException | None = None
        self._answers = StdinAnswers()

    def start(self, shell: Any) -> str:
        session = getattr(getattr(shell, "kernel", None), "session", None)
        if session is None:
            return "no kernel messages here: outputs of a plain terminal are not recorded"
        self._shell, self._session = shell, session
        self._send = session.send
        session.send = self._listen
        self._answers.start(shell.kernel)
        return "on"

    def before(self, draft: Draft) -> None:
        self._current = Collected(draft.n)
        self._answers.take()
        with self._lock:
            self._requests[self._request()] = self._current
            while len(self._requests) > REMEMBERED:
                del self._requests[next(iter(self._requests))]

    def after(self, draft: Draft) -> None:
        for stream in (sys.stdout, sys.stderr):
            if type(stream).__module__ == "ipykernel.iostream" and getattr(stream, "_flush_pending", True):
                stream.flush()  # the kernel does the same right after this event
        current, self._current = self._current, None
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure
        if current is not None:
            with self._lock:
                draft.outputs.extend(current.outputs())
                answers = self._answers.take()
                for number, prompt in enumerate(current.prompts):
                    detail = answers[number] if number < len(answers) else {}
                    draft.outside.append(Outside(kind="stdin", what=prompt, detail=detail))

    def idle(self, budget: float) -> list[tuple[int, dict[str, Any]]]:
        with self._lock:
            return [(each.n, {"outputs": each.outputs()}) for each in self._requests.values() if each.changed]

    def stop(self) -> None:
        self._answers.stop()
        if self._session is not None and self._session.__dict__.get("send") == self._listen:
            del self._session.__dict__["send"]

    def _request(self) -> str:
        parent = (
            self._shell.kernel.get_parent("shell")
            if hasattr(self._shell.kernel, "get_parent")
            else self._shell.parent_header
        )
        return str((parent or {}).get("header", {}).get("msg_id", ""))

    def _listen(self, stream: Any, msg_or_type: Any, *args: Any, **kwargs: Any) -> Any:
        kind = msg_or_type if isinstance(msg_or_type, str) else msg_or_type.get("msg_type", "")
        if kind in _OF_INTEREST:
            error = shielded(self._note, kind, msg_or_type, args, kwargs)
            if error is not None:
                self._failure = error
        return self._send(stream, msg_or_type, *args, **kwargs)

    def _note(self, kind: str, message: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if os.getpid() != self._pid:
            return
        if isinstance(message, str):
            content = (args[0] if args else kwargs.get("content")) or {}
            parent = args[1] if len(args) > 1 else kwargs.get("parent")
            parent = (parent or {}).get("header", parent or {})
        else:
            content, parent = message["content"], message["parent_header"]
        with self._lock:
            if kind == "update_display_data":
                for each in self._requests.values():
                    each.update(_display_id(content), content)
                return
            collected = self._requests.get(str(parent.get("msg_id", "")))
            if collected is not None:
                collected.add(kind, content)
