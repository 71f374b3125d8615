"""What a person sees of a cell's outputs, as digests: the same function for the live kernel and for the document.

Standard library only: the capture calls it inside the user's kernel, the model on the saved notebook, and the two
must agree. Addresses, terminal colours, carriage-return overwrites and execution counts do not count as seen.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from jupyter_repro.records import Output

_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b|\bat 0x[0-9a-fA-F]+")
_IMAGES = ("image/png", "image/jpeg", "image/gif", "image/svg+xml")


def visible_text(text: str) -> str:
    """Text as it appears: no colours, no addresses, only what remains after ``\\r`` overwrote a line."""
    if "\x1b" in text:
        text = _ANSI.sub("", text)
    if "\r" in text:
        text = "\n".join(line.rstrip("\r").rsplit("\r", 1)[-1] for line in text.split("\n"))
    if "0x" in text:
        text = _ADDRESS.sub("0x", text)
    return text


def digest(content: str | bytes) -> str:
    """Short content digest (16 hex digits of SHA-256): for comparing, not for security."""
    return hashlib.sha256(_bytes(content) if isinstance(content, str) else content).hexdigest()[:16]


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


class StreamDigest:
    """Digest of a stream that arrives in pieces, equal to the one `outputs` gives for the whole text.

    Whole lines go into the hash at once, so that a cell that prints for hours holds no text in memory.
    """

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._tail: list[str] = []

    def add(self, text: str) -> None:
        """The next piece of the stream."""
        end = text.rfind("\n") + 1
        if end:
            self._tail.append(text[:end])
            self._hash.update(_bytes(visible_text("".join(self._tail))))
            self._tail.clear()
        if end < len(text):
            self._tail.append(text[end:])

    def value(self) -> str:
        """The digest of everything so far."""
        whole = self._hash.copy()
        whole.update(_bytes(visible_text("".join(self._tail))))
        return whole.hexdigest()[:16]


def outputs(shown: Iterable[Mapping[str, Any]]) -> tuple[Output, ...]:
    """The outputs of one cell (nbformat dicts, in order) as digests; adjacent pieces of one stream are joined."""
    result: list[Output] = []
    stream, pieces = "", [""]
    for output in shown:
        kind = output.get("output_type")
        if kind == "stream" and output.get("name") == stream:
            pieces.append(_joined(output.get("text", "")))
            continue
        if stream:
            result.append(_stream(stream, pieces))
            stream = ""
        if kind == "stream":
            stream, pieces = str(output.get("name", "stdout")), [_joined(output.get("text", ""))]
        elif kind == "error":
            name = str(output.get("ename", ""))
            result.append(Output(kind="error", name=name, digest=digest(name)))
        elif kind in ("display_data", "execute_result"):
            mime, content = richest(output.get("data") or {})
            result.append(
                Output(kind="display" if kind == "display_data" else "result", name=mime, digest=digest(content))
            )
    if stream:
        result.append(_stream(stream, pieces))
    return tuple(result)


def richest(data: Mapping[str, Any]) -> tuple[str, str]:
    """The MIME type and normalised content that stand for a bundle: an image if there is one, else the plain text."""
    for mime in _IMAGES:
        if mime in data:
            return mime, "".join(_joined(data[mime]).split())
    if "text/plain" in data:
        return "text/plain", visible_text(_joined(data["text/plain"]))
    for mime in sorted(data):
        return mime, visible_text(_joined(data[mime]) if isinstance(data[mime], (str, list)) else repr(data[mime]))
    return "", ""


def _stream(name: str, pieces: list[str]) -> Output:
    return Output(kind="stream", name=name, digest=digest(visible_text("".join(pieces))))


def _joined(text: Any) -> str:
    return "".join(map(str, text)) if isinstance(text, (list, tuple)) else str(text)
