"""The wire format as TypeScript: writes ``labextension/src/wire.ts`` from `jupyter_repro.views.payload`.

    python -m jupyter_repro.views.typescript

A test fails when the file is stale, so that the panel and the command line always speak of the same things.
"""

from __future__ import annotations

import inspect
import types
import typing
from pathlib import Path
from typing import Any

from jupyter_repro.views import payload

TARGET = Path(__file__).parents[2] / "labextension" / "src" / "wire.ts"
HEADER = """\
// Generated from jupyter_repro/views/payload.py by `python -m jupyter_repro.views.typescript`. Do not edit.
"""
_PRIMITIVES: dict[Any, str] = {str: "string", int: "number", float: "number", bool: "boolean", type(None): "null"}


def render() -> str:
    """The whole of ``wire.ts``."""
    aliases = {name: value for name, value in vars(payload).items() if typing.get_origin(value) is typing.Literal}
    shapes = {name: value for name, value in vars(payload).items() if typing.is_typeddict(value)}
    parts = [HEADER]
    parts += [f"export type {name} = {_literals(value)};\n" for name, value in aliases.items()]
    parts += [_shape(name, value, aliases) for name, value in shapes.items()]
    return "\n".join(parts)


def _shape(name: str, shape: Any, aliases: dict[str, Any]) -> str:
    lines = [f"export type {name} = {{"]
    if shape.__doc__ and "TypedDict" not in shape.__doc__:
        lines.insert(0, _comment(inspect.cleandoc(shape.__doc__)))
    for field, hint in typing.get_type_hints(shape, include_extras=True).items():
        optional = typing.get_origin(hint) is typing.NotRequired
        kind = typing.get_args(hint)[0] if optional else hint
        lines.append(f"  {field}{'?' if optional else ''}: {_type(kind, aliases)};")
    return "\n".join([*lines, "};\n"])


def _comment(text: str) -> str:
    return "\n".join(["/**", *(f" * {line}".rstrip() for line in text.splitlines()), " */"])


def _type(hint: Any, aliases: dict[str, Any]) -> str:
    for name, alias in aliases.items():
        if hint == alias:
            return name
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if hint in _PRIMITIVES:
        return _PRIMITIVES[hint]
    if hint is Any or hint is object:
        return "unknown"
    if typing.is_typeddict(hint):
        return str(hint.__name__)
    if origin is typing.Literal:
        return _literals(hint)
    if origin in (typing.Union, types.UnionType):
        return " | ".join(_type(arg, aliases) for arg in args)
    if origin is list:
        inner = _type(args[0], aliases)
        return f"({inner})[]" if "|" in inner else f"{inner}[]"
    if origin is dict:
        return f"Record<{_type(args[0], aliases)}, {_type(args[1], aliases)}>"
    raise TypeError(f"the wire format has no word for {hint!r}")


def _literals(hint: Any) -> str:
    return " | ".join(f"'{value}'" for value in typing.get_args(hint))


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
