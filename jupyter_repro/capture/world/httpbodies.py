"""What HTTP answers brought: status, length and digest of the body, counted as the user's own code reads it.

``urllib`` and ``requests`` (by urllib3) both read through ``http.client``. Nothing is buffered and nothing is read that
the user does not read: a body that is left unread, or read in part, is told so. The digest is of the bytes as they were
sent, before a ``Content-Encoding`` is undone.
"""

from __future__ import annotations

import hashlib
import sys
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType, ModuleType
from typing import Any

from jupyter_repro.capture.calls.patches import Patches

DIGESTED = 64 << 20
"""Bytes of a body that are digested; of a longer one only the length is told."""

Told = Callable[[dict[str, str]], None]


@dataclass(slots=True)
class _Body:
    told: Told
    status: str
    encoding: str
    length: int = 0
    told_length: int = -1
    """What was told last."""
    complete: bool = False
    depth: int = 0
    """Reading methods call each other: only what the outermost one gives is counted."""
    seen: Any = field(default_factory=hashlib.sha256)

    def add(self, data: Any) -> None:
        self.length += len(data)
        if self.length <= DIGESTED:
            self.seen.update(data)


class HttpBodies:
    """Counts bodies from the moment ``http.client`` is there."""

    def __init__(self) -> None:
        self._patches = Patches()
        self._asked: weakref.WeakKeyDictionary[Any, Told] = weakref.WeakKeyDictionary()
        self._bodies: weakref.WeakKeyDictionary[Any, _Body] = weakref.WeakKeyDictionary()
        self._open: list[_Body] = []

    def listen(self, module: ModuleType) -> None:
        """Hear of the answers that ``http.client`` reads."""
        self._patches.listen(module.HTTPConnection, "getresponse", self._answered)
        for name in ("read", "read1", "readinto", "readline", "_safe_read"):  # the last one by urllib3, for chunks
            self._patches.replace(module.HTTPResponse, name, self._counting(name))

        self._patches.listen(module.HTTPResponse, "close", self._closed)

    def stop(self) -> None:
        """Stop counting."""
        self._patches.undo()

    def requested(self, connection: Any, told: Told) -> None:
        """A request was sent over a connection: ``told`` is called with what its answer brings."""
        self._asked[connection] = told

    def tell(self) -> None:
        """Tell what has come in since the last call, and forget what is complete."""
        held = set(map(id, self._bodies.values()))
        for body in self._open:
            if body.length == body.told_length and not body.complete:
                continue
            body.told_length = body.length
            detail = {"status": body.status, "length": str(body.length)}
            if not body.complete:
                detail["read"] = "in part"
            elif body.length <= DIGESTED:
                detail["digest"] = f"sha256:{body.seen.hexdigest()}"
            if body.encoding:
                detail["encoding"] = body.encoding
            body.told(detail)
        self._open = [body for body in self._open if not body.complete and id(body) in held]

    def _answered(self, result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        told = self._asked.pop(args[0], None)
        if told is not None:
            encoding = result.getheader("Content-Encoding") or ""
            body = self._bodies[result] = _Body(told, str(result.status), encoding[:20])
            body.complete = result.fp is None
            self._open.append(body)

    def _closed(self, result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """urllib3 takes chunks apart itself, and closes the response after the last one."""
        body = self._bodies.get(args[0])
        frame: FrameType | None = sys._getframe(1)
        for _ in range(6):
            if body is None or frame is None:
                return
            if frame.f_code.co_name == "read_chunked":
                body.complete = True
            frame = frame.f_back

    def _counting(self, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        bodies, patches = self._bodies, self._patches

        def counting(original: Callable[..., Any]) -> Callable[..., Any]:
            def call(self: Any, *args: Any, **kwargs: Any) -> Any:
                body = bodies.get(self) if patches.active else None
                if body is None:
                    return original(self, *args, **kwargs)
                body.depth += 1
                try:
                    result = original(self, *args, **kwargs)
                finally:
                    body.depth -= 1
                if body.depth == 0:
                    body.complete = getattr(self, "fp", None) is None or getattr(self, "length", None) == 0
                if body.depth == 0 and result and not (name == "_safe_read" and result == b"\r\n"):
                    body.add(memoryview(args[0]).cast("B")[:result] if name == "readinto" else result)
                return result

            return call

        return counting
