"""Bring the tracker into any Python kernel by one silent request: what to send, and how to read the answer.

Runs on the client's side (the server, the command line), standard library only. The request leaves the kernel's
namespace, ``sys.path``, ``In``, ``Out`` and the execution count as they were, and may be sent any number of times.

A client sends ``execute_request`` with the content from `bootstrap_request` and passes the reply's content to
`injection_of`. Where the answer is ``unreachable`` (a kernel on another machine), it sends the request again with
``carry=True``.
"""

from __future__ import annotations

import ast
import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
EXPRESSION = "jupyter_repro"
"""Key of our expression in ``user_expressions``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Injection:
    """How an injection went."""

    loaded: bool
    reason: str = ""
    """Why the kernel cannot be tracked, one sentence; empty when it is."""
    code: str = ""
    """``unreachable`` (send again with carry=True), ``old-python``, ``no-ipython``, ``no-shell``, ``error``."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """What the tracker says of itself: ``session``, ``journal``, ``notebook``, ``runs``, ``layers``, ``version``."""


def bootstrap_source(*, notebook: str | None = None, carry: bool = False) -> str:
    """A Python *expression* that loads the tracker in the kernel that evaluates it; its value is a JSON text.

    ``notebook`` is the absolute path, as the kernel sees it, of the notebook that the journal belongs to. With
    ``carry`` the tracker's sources travel in the expression (about 50 kB) instead of being read from this installation.
    """
    text = (ROOT / "capture" / "bootstrap.py").read_text(encoding="utf-8")
    arguments = f"{str(ROOT)!r}, {'__sources' if carry else 'None'}, {notebook!r}"
    unpack = (
        "__sources = __import__('json').loads(__import__('zlib').decompress(__import__('base64').b64decode("
        f"{_packed_sources()!r})))\n"
        if carry
        else ""
    )
    program = f"{text}\n{unpack}__answer = bootstrap({arguments})\n"
    return (
        f"(lambda scope: (exec({program!r}, scope), scope['__answer'])[1])({{'__name__': 'jupyter_repro_bootstrap'}})"
    )


def bootstrap_request(*, notebook: str | None = None, carry: bool = False) -> dict[str, Any]:
    """Content of the ``execute_request`` that loads the tracker: silent, no code, the work in a user expression."""
    return {
        "code": "",
        "silent": True,
        "store_history": False,
        "user_expressions": {EXPRESSION: bootstrap_source(notebook=notebook, carry=carry)},
        "allow_stdin": False,
        "stop_on_error": False,
    }


def injection_of(reply: Mapping[str, Any]) -> Injection:
    """What an ``execute_reply``'s content says about the injection."""
    answer = (reply.get("user_expressions") or {}).get(EXPRESSION)
    if not isinstance(answer, Mapping):
        return Injection(loaded=False, code="error", reason="the kernel did not evaluate the request")
    if answer.get("status") != "ok":
        reason = f"{answer.get('ename', 'an error')}: {answer.get('evalue', '')}"
        return Injection(loaded=False, code="error", reason=f"the tracker did not load ({reason})")
    try:
        details = json.loads(ast.literal_eval(answer["data"]["text/plain"]))
    except (KeyError, TypeError, ValueError, SyntaxError):
        return Injection(loaded=False, code="error", reason="the kernel's answer was not understood")
    if details.get("status") == "refused":
        return Injection(loaded=False, code=details["code"], reason=details["reason"])
    return Injection(loaded=True, details=details)


@lru_cache(maxsize=1)
def _packed_sources() -> str:
    payload = json.dumps(_in_order()).encode()
    return base64.b64encode(zlib.compress(payload, 9)).decode()


def _in_order() -> list[tuple[str, bool, str]]:
    """The modules the tracker needs, each after those that it imports at its top."""
    paths = {"jupyter_repro": ROOT / "__init__.py"}
    for folder in ("journal", "capture"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            relative = path.relative_to(ROOT).with_suffix("")
            parts = relative.parts[:-1] if relative.name == "__init__" else relative.parts
            paths[".".join(("jupyter_repro", *parts))] = path
    for name in ("records", "errors", "shown", "asking"):
        paths[f"jupyter_repro.{name}"] = ROOT / f"{name}.py"
    ordered: dict[str, tuple[str, bool, str]] = {}

    def visit(name: str) -> None:
        if name in ordered or name not in paths or name in visiting:
            return
        visiting.add(name)
        if "." in name:
            visit(name.rpartition(".")[0])
        source = paths[name].read_text(encoding="utf-8")
        for node in ast.parse(source).body:
            if isinstance(node, ast.ImportFrom) and node.module:
                visit(node.module)
                for alias in node.names:
                    visit(f"{node.module}.{alias.name}")
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    visit(alias.name)
        ordered[name] = (name, paths[name].name == "__init__.py", source)

    visiting: set[str] = set()
    for name in paths:
        visit(name)
    return list(ordered.values())
