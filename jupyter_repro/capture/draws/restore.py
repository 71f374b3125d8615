"""Puts generators back to recorded states, inside a kernel: the counterpart of `probes.generators`.

Its text is sent to kernels that need not have this package: standard library only, and nothing of ours imported.
"""

from __future__ import annotations

import importlib
import random
import sys
import types
from base64 import b64decode
from typing import Any


def restore(states: dict[str, dict[str, Any]], namespace: dict[str, Any]) -> list[str]:
    """Set each generator (by its name in `Draw`) to its state; the names of those that could not be set."""
    failed = []
    for generator, state in states.items():
        try:
            _restore(generator, state, namespace)
        except (LookupError, AttributeError, TypeError, ValueError, ImportError, RuntimeError):
            failed.append(generator)
    return failed


def _restore(generator: str, state: dict[str, Any], namespace: dict[str, Any]) -> None:
    if ":" in generator:
        _restore_object(_value_at(generator.partition(":")[2], namespace), state)
    elif generator == "random":
        random.setstate((state["version"], tuple(state["internal"]), state["gauss"]))
    elif generator == "numpy":
        numpy = importlib.import_module("numpy")
        key = numpy.frombuffer(b64decode(state["key"]), dtype="<u4").astype("u4")
        numpy.random.set_state((state["bit_generator"], key, state["pos"], state["has_gauss"], state["gauss"]))
    elif generator == "torch":
        torch = importlib.import_module("torch")
        torch.set_rng_state(_tensor(torch, state["state"]))
    elif generator == "torch.cuda":
        torch = importlib.import_module("torch")
        torch.cuda.set_rng_state_all([_tensor(torch, each) for each in state["states"]])
    else:
        raise LookupError(generator)


def _restore_object(value: Any, state: dict[str, Any]) -> None:
    kind = state["kind"]
    if kind == "random.Random":
        value.setstate((state["version"], tuple(state["internal"]), state["gauss"]))
    elif kind == "numpy.Generator":
        value.bit_generator.state = _decoded(state["state"])
    elif kind == "numpy.RandomState":
        value.set_state(_decoded(state["state"]))
    elif kind == "torch.Generator":
        value.set_state(_tensor(sys.modules["torch"], state["state"]))
    else:
        raise LookupError(kind)


def _decoded(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if "base64" in value:
        numpy = sys.modules["numpy"]
        return numpy.frombuffer(b64decode(value["base64"]), dtype=value["dtype"]).copy()
    return {key: _decoded(item) for key, item in value.items()}


def _tensor(torch: Any, text: str) -> Any:
    return torch.frombuffer(bytearray(b64decode(text)), dtype=torch.uint8)


def _value_at(path: str, namespace: dict[str, Any]) -> Any:
    """The generator at ``name``, or at a path of keys, indices, attributes, free variables and defaults from there."""
    name, *parts = path.split(".")
    value = namespace[name]
    for part in parts:
        value = _part(value, part)
    return value


def _part(value: Any, part: str) -> Any:
    if isinstance(value, dict):
        return value[part]
    if isinstance(value, (list, tuple)):
        return value[int(part)]
    if isinstance(value, types.FunctionType):
        code = value.__code__
        if part in code.co_freevars:
            return (value.__closure__ or ())[code.co_freevars.index(part)].cell_contents
        if part in (value.__kwdefaults__ or {}):
            return (value.__kwdefaults__ or {})[part]
        defaults = value.__defaults__ or ()
        return defaults[code.co_varnames.index(part) - (code.co_argcount - len(defaults))]
    return getattr(value, part)
