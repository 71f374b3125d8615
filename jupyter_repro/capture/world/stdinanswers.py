"""Answers that a run got from the user: how long each was, and a digest that only this session can compare.

An answer is short, so that a plain digest of it could be guessed. The key of the digest is made in memory for each
session and never written: equal digests in one session mean equal answers, and nobody can find the answer from them.
Of the answers to password prompts nothing is kept, not even the length.
"""

from __future__ import annotations

import hashlib
import os
from typing import Any

from jupyter_repro.capture.guard import shielded


class StdinAnswers:
    """Listens to the kernel's input requests from `start` to `stop`."""

    def __init__(self) -> None:
        self._key = os.urandom(32)
        self._details: list[dict[str, str]] = []
        self._kernel: Any = None
        self._original: Any = None

    def start(self, kernel: Any) -> None:
        """Hear of what the user answers, where the kernel asks in the way we know."""
        self._original = getattr(kernel, "_input_request", None)
        if self._original is not None:
            self._kernel = kernel
            kernel._input_request = self._ask

    def stop(self) -> None:
        """Stop listening."""
        if self._kernel is not None and self._kernel.__dict__.get("_input_request") == self._ask:
            del self._kernel.__dict__["_input_request"]

    def take(self) -> list[dict[str, str]]:
        """What is known of the answers since the last call, in order."""
        details, self._details = self._details, []
        return details

    def _ask(self, *args: Any, **kwargs: Any) -> Any:
        answer = self._original(*args, **kwargs)
        secret = kwargs.get("password", args[3] if len(args) > 3 else False)
        shielded(self._note, answer, secret)
        return answer

    def _note(self, answer: Any, secret: Any) -> None:
        if secret or not isinstance(answer, str):
            self._details.append({})
            return
        digest = hashlib.blake2b(answer.encode("utf-8", "surrogateescape"), key=self._key, digest_size=8).hexdigest()
        self._details.append({"length": str(len(answer)), "digest": f"keyed:{digest}"})
