"""Generators of random numbers: where each stands, as a digest, and its whole state, to be kept for a replay.

The process-wide ones (`random`, numpy's legacy one, torch) are looked at before and after a run; that must cost
microseconds, so the first two are peeked at in memory where that is proven to give the same as asking.
"""

from __future__ import annotations

import ctypes
import hashlib
import random
import sys
from base64 import b64encode
from collections.abc import Callable
from typing import Any

from jupyter_repro.capture.values import fingerprint_instances as instances
from jupyter_repro.capture.values.kinds import ATOMS, COLLECTIONS, Kinds

State = dict[str, Any]
"""A generator's state as JSON: ``kind`` and what `restore` of ``jupyter repro replay`` needs."""


class GlobalGenerator:
    """A process-wide generator."""

    def __init__(
        self, name: str, peek: Callable[[], bytes], state: Callable[[], State], fresh: Callable[[], bool] = lambda: True
    ) -> None:
        self.name = name
        self.fresh = fresh
        """Whether nothing was drawn since its library made it, as far as that can be told."""
        self.peek = peek
        """Cheap bytes that differ whenever the state does."""
        self.state = state


def digest_of(peeked: bytes) -> str:
    """Fingerprint of a peeked state."""
    return "=" + hashlib.sha1(peeked, usedforsecurity=False).hexdigest()[:16]


def python_generator() -> GlobalGenerator:
    """The functions of the module ``random``."""
    instance = random._inst
    getstate = random.Random.getstate

    def asked() -> bytes:
        _, internal, gauss = getstate(instance)
        return repr((internal[-1], gauss)).encode() + b"".join(each.to_bytes(4, "little") for each in internal[:-1])

    def peeked() -> bytes:
        return ctypes.string_at(address, 4 + 4 * 624) + repr(instance.__dict__.get("gauss_next")).encode()

    def state() -> State:
        version, internal, gauss = getstate(instance)
        return {"kind": "random", "version": version, "internal": list(internal), "gauss": gauss}

    address = id(instance) + object.__basicsize__
    _, internal, _ = getstate(instance)
    expected = internal[-1].to_bytes(4, sys.byteorder) + b"".join(
        each.to_bytes(4, sys.byteorder) for each in internal[:-1]
    )
    layout_known = (
        sys.implementation.name == "cpython"
        and type(instance).__basicsize__ >= object.__basicsize__ + len(expected)
        and ctypes.string_at(address, len(expected)) == expected
    )
    return GlobalGenerator("random", peeked if layout_known else asked, state)


_NEW_POSITION = 623
"""Where numpy's Mersenne Twister stands when it was seeded from the system's entropy and nothing was drawn yet."""


def numpy_generator() -> GlobalGenerator | None:
    """numpy's legacy global generator, None while its module is not imported."""
    mtrand = sys.modules.get("numpy.random.mtrand")
    instance = getattr(mtrand, "_rand", None)
    if instance is None:
        return None
    kept_gauss: list[Any] = [b"", None]

    def state() -> State:
        found = instance.get_state(legacy=False)
        return {
            "kind": "numpy",
            "bit_generator": found["bit_generator"],
            "key": b64encode(found["state"]["key"].astype("<u4").tobytes()).decode(),
            "pos": int(found["state"]["pos"]),
            "has_gauss": int(found["has_gauss"]),
            "gauss": float(found["gauss"]),
        }

    def fresh() -> bool:
        found = instance.get_state(legacy=False)
        return found["bit_generator"] == "MT19937" and found["state"]["pos"] == _NEW_POSITION and not found["has_gauss"]

    def peek() -> bytes:
        bits = instance._bit_generator
        if type(bits).__name__ != "MT19937":
            return repr(bits.state).encode()
        raw = ctypes.string_at(bits.ctypes.state_address, 4 * 625)
        if raw != kept_gauss[0] or kept_gauss[1]:
            # A cached second normal deviate lies elsewhere. While none is cached, drawing one moves the raw state.
            found = instance.get_state(legacy=False)
            kept_gauss[:] = [raw, repr(found["gauss"]).encode() if found["has_gauss"] else b""]
        return raw + kept_gauss[1]  # type: ignore[no-any-return]

    return GlobalGenerator("numpy", peek, state, fresh)


def torch_generator() -> GlobalGenerator | None:
    """torch's default generator for the CPU, None while torch is not imported."""
    torch = sys.modules.get("torch")
    default = getattr(getattr(torch, "random", None), "default_generator", None)
    if default is None:
        return None

    def peek() -> bytes:
        return default.get_state().numpy().tobytes()  # type: ignore[no-any-return]

    return GlobalGenerator("torch", peek, lambda: {"kind": "torch", "state": b64encode(peek()).decode()})


def cuda_generator() -> GlobalGenerator | None:
    """torch's generators for GPUs, None while CUDA is not initialised: looking must not initialise it."""
    cuda = sys.modules.get("torch.cuda")
    if cuda is None or not cuda.is_initialized():
        return None

    def peek() -> bytes:
        return b"".join(each.cpu().numpy().tobytes() for each in cuda.get_rng_state_all())

    def state() -> State:
        return {
            "kind": "torch.cuda",
            "states": [b64encode(each.cpu().numpy().tobytes()).decode() for each in cuda.get_rng_state_all()],
        }

    return GlobalGenerator("torch.cuda", peek, state)


def tensorflow_generator() -> GlobalGenerator | None:
    """TensorFlow's eager context: its global seed and how many operations have drawn since."""
    context_module = sys.modules.get("tensorflow.python.eager.context")
    context = getattr(context_module, "_context", None)
    if context is None:
        return None

    def peek() -> bytes:
        seed = getattr(context, "_seed", None)
        inner = getattr(context, "_rng", None)
        return repr((seed, inner.getstate() if isinstance(inner, random.Random) else None)).encode()

    return GlobalGenerator("tensorflow", peek, lambda: {"kind": "tensorflow", "seed": getattr(context, "_seed", None)})


# Generators in the user's variables.


def kind_of_generator(value: Any) -> str:
    """``numpy.Generator``, ``numpy.RandomState``, ``random.Random``, ``torch.Generator``, or "" for anything else."""
    kind = type(value)
    if kind is random.Random:
        return "random.Random"
    if kind in _COMMON:
        return ""
    for base in instances.mro_of(kind):
        name = instances.name_of(base)
        if name not in _KINDS:
            continue
        package = instances.module_of(base).partition(".")[0]
        if (package, name) in _NAMED:
            return _NAMED[package, name]
    return ""


_NAMED = {
    ("numpy", "Generator"): "numpy.Generator",
    ("numpy", "RandomState"): "numpy.RandomState",
    ("random", "Random"): "random.Random",
    ("torch", "Generator"): "torch.Generator",
    ("torch", "_C"): "torch.Generator",
}
_COMMON = Kinds(*ATOMS.types, *COLLECTIONS.types)
_KINDS = frozenset(name for _, name in _NAMED)


def state_of(value: Any, kind: str) -> State:
    """The state of a generator object as JSON."""
    if kind == "random.Random":
        version, internal, gauss = random.Random.getstate(value)
        return {"kind": kind, "version": version, "internal": list(internal), "gauss": gauss}
    if kind == "torch.Generator":
        return {"kind": kind, "state": b64encode(value.get_state().numpy().tobytes()).decode()}
    if kind == "numpy.RandomState":
        return {"kind": kind, "state": as_json(value.get_state(legacy=False))}
    return {"kind": kind, "state": as_json(value.bit_generator.state)}


def as_json(value: Any) -> Any:
    """A bit generator's state with arrays as base64 text."""
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    if hasattr(value, "tobytes") and hasattr(value, "dtype") and getattr(value, "ndim", False):
        return {"dtype": value.dtype.str, "base64": b64encode(value.tobytes()).decode()}
    if hasattr(value, "item"):
        return value.item()
    return value


def entropy_of(value: Any) -> int | None:
    """What a numpy generator says its seed was, None for others and for seeds of another form."""
    bits = getattr(value, "bit_generator", None) or getattr(value, "_bit_generator", None)
    sequence = getattr(bits, "seed_seq", None) or getattr(bits, "_seed_seq", None)
    entropy = getattr(sequence, "entropy", None)
    return entropy if isinstance(entropy, int) else None


def drawn_from_entropy(value: Any, kind: str) -> bool:
    """Whether a numpy generator looks as if it was seeded by the system: its seed has some 128 bits."""
    entropy = entropy_of(value) if kind.startswith("numpy") else None
    return entropy is not None and entropy.bit_length() > 100


def global_of(owner: Any, function: Any) -> str:
    """Name of the process-wide generator that an object is or a function draws from, "" for none."""
    if owner is random._inst:
        return "random"
    if owner is getattr(sys.modules.get("numpy.random.mtrand"), "_rand", None) and owner is not None:
        return "numpy"
    if getattr(function, "__name__", "") in _TORCH_DRAWS and owner is function:
        torch = sys.modules.get("torch")
        if torch is not None and vars(torch).get(function.__name__) is function:
            return "torch"
    return ""


_TORCH_DRAWS = frozenset("rand randn randint randperm normal bernoulli multinomial rand_like randn_like".split())
