"""Hears of seeding as it happens, whoever seeds: the notebook, a function, a local module or a library.

The seeding functions of ``random``, numpy, torch and TensorFlow are listened to from the moment their module is
imported, and the source of fresh entropy that numpy's generators take when nobody gives them a seed.

Not seen: classes that are given their seed (``RandomState(5)``: the probe looks at the object), seeding inside
compiled code and in child processes.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable
from types import FrameType, ModuleType
from typing import Any, Protocol

from jupyter_repro.capture.calls.imports import ImportWatch
from jupyter_repro.capture.calls.patches import Patches
from jupyter_repro.capture.code.scopes import dotted
from jupyter_repro.capture.draws.callsites import call_as_written, users_frames

EVENTS = 64
"""Seedings in a run that are looked into; of the rest only that they happened is told."""
CALLS = 1000
"""Requests for entropy in a run that are looked at, those of generators that are then given a seed included."""
_FRESH_BITS = 128
"""How many bits numpy asks for when it has no seed."""
_ENTROPY = "numpy.random.bit_generator"
"""The module that asks the system for entropy."""
_OVERWRITTEN = frozenset(("jumped", "copy", "deepcopy", "load", "loads", "__reduce_ex__", "seed"))
"""Calls that make a bit generator from entropy and give it another state at once."""


class Listener(Protocol):
    """What the randomness probe does with the news. ``generator`` as in `Seed`."""

    def about_to_seed(self, generator: str) -> None:
        """A process-wide generator will be given another state."""

    def seeded(self, generator: str, value: Any, frame: FrameType | None) -> None:
        """It was seeded with this value."""

    def state_set(self, generator: str) -> None:
        """It was given a whole state."""

    def state_taken(self, generator: str) -> None:
        """Somebody keeps its state."""

    def object_seeded(self, made: Any, value: Any, frame: FrameType | None) -> None:
        """A generator object was given a seed."""

    def fresh(self, entropy: int, maker: str, frame: FrameType | None) -> None:
        """A generator took its seed from the system, because it was given none."""


_SEEDS = {
    "random": (("seed", "random"),),
    "numpy.random": (("seed", "numpy"),),
    "torch.random": (("manual_seed", "torch"), ("seed", "torch")),
    "torch": (("manual_seed", "torch"), ("seed", "torch")),
    "torch.cuda.random": (("manual_seed", "torch.cuda"), ("manual_seed_all", "torch.cuda")),
    "torch.cuda": (("manual_seed", "torch.cuda"), ("manual_seed_all", "torch.cuda")),
    "tensorflow.python.framework.random_seed": (("set_seed", "tensorflow"),),
}
_STATES = {
    "random": (("setstate", "random"),),
    "numpy.random": (("set_state", "numpy"),),
    "torch.random": (("set_rng_state", "torch"),),
    "torch": (("set_rng_state", "torch"),),
}
_TAKEN = {
    "random": (("getstate", "random"),),
    "numpy.random": (("get_state", "numpy"),),
    "torch.random": (("get_rng_state", "torch"),),
    "torch": (("get_rng_state", "torch"),),
}
HEARD = frozenset(("random", "numpy", "torch", "torch.cuda"))
"""Generators whose seeding is heard of, once the module is there."""


class SeedCalls:
    """Listens for a listener from `start` to `stop`; passes on what happens in the process that started it."""

    def __init__(self, listener: Listener, imports: ImportWatch) -> None:
        self._listener = listener
        self._imports = imports
        self._patches = Patches()
        self._pid = os.getpid()
        self.count = 0
        """Seedings heard of in this run."""
        self._requests = 0
        self.listening: set[str] = set()

    def start(self) -> None:
        """Begin."""
        for name in dict.fromkeys((*_SEEDS, *_STATES, _ENTROPY)):
            self._imports.wait_for(name, self._listen)
        self._patches.listen(random.Random, "seed", self._object)

    def begin(self) -> None:
        """A run begins."""
        self.count = self._requests = 0
        self._patches.wake()

    def stop(self) -> None:
        """Put everything back."""
        self._patches.undo()

    def _listen(self, module: ModuleType) -> None:
        name = module.__name__
        for function, generator in _SEEDS.get(name, ()):
            self._patches.surround(module, function, self._before(generator), self._seeded(generator))
            self.listening.add(generator)
        for function, generator in _STATES.get(name, ()):
            self._patches.surround(module, function, self._before(generator), self._set(generator))
        for function, generator in _TAKEN.get(name, ()):
            self._patches.listen(module, function, self._taken(generator))
        if name == "numpy.random":
            self._patches.listen(module, "default_rng", self._made)
        elif name == _ENTROPY:
            self._patches.listen(module, "randbits", self._bits)

    def _before(self, generator: str) -> Callable[[], None]:
        def before() -> None:
            if os.getpid() == self._pid and self.count < EVENTS:
                self._listener.about_to_seed(generator)

        return before

    def _enough(self) -> bool:
        """Count a seeding that was heard; whether it was the last one to be looked into."""
        self.count += 1
        return self.count >= EVENTS

    def _seeded(self, generator: str) -> Callable[[Any, tuple[Any, ...], dict[str, Any]], bool]:
        def heard(result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
            if os.getpid() != self._pid:
                return False
            enough = self._enough()
            if self.count <= EVENTS:
                given = args[1:] if args and isinstance(args[0], random.Random) else args
                value = given[0] if given else next((kwargs[each] for each in ("a", "seed") if each in kwargs), None)
                self._listener.seeded(generator, value, sys._getframe(1))
            return enough

        return heard

    def _set(self, generator: str) -> Callable[[Any, tuple[Any, ...], dict[str, Any]], None]:
        return lambda result, args, kwargs: self._listener.state_set(generator) if os.getpid() == self._pid else None

    def _taken(self, generator: str) -> Callable[[Any, tuple[Any, ...], dict[str, Any]], None]:
        return lambda result, args, kwargs: self._listener.state_taken(generator) if os.getpid() == self._pid else None

    def _object(self, result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
        """``random.Random.seed``: of an object, by its making or later."""
        enough = self._enough()
        if os.getpid() == self._pid and self.count <= EVENTS and type(args[0]) is not random.SystemRandom:
            value = args[1] if len(args) > 1 else kwargs.get("a")
            self._listener.object_seeded(args[0], value, sys._getframe(1))
        return enough

    def _made(self, result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
        enough = self._enough()
        value = args[0] if args else kwargs.get("seed")
        if os.getpid() == self._pid and value is not None and value is not result and self.count <= EVENTS:
            self._listener.object_seeded(result, value, sys._getframe(1))
        return enough

    def _bits(self, result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool | None:
        """``secrets.randbits`` as numpy calls it."""
        bits = args[-1] if args else kwargs.get("k")
        if bits != _FRESH_BITS or os.getpid() != self._pid:
            return None
        self._requests += 1
        asking = next(users_frames(sys._getframe(1)), None)
        if asking is None or asking.f_globals.get("__name__") == "numpy.random._pickle":
            return None
        call = call_as_written(asking.f_code, asking.f_lasti)  # RandomState(3) asks too, before it takes its seed
        tail = dotted(call.func).rpartition(".")[2] if call is not None else ""
        if call is not None and not tail and hasattr(call.func, "attr"):
            tail = str(call.func.attr)
        if tail in _OVERWRITTEN or (tail == "RandomState" and call is not None and call.args):
            return self._requests >= CALLS
        enough = self._enough()
        if self.count <= EVENTS:
            self._listener.fresh(int(result), tail, asking)
        return enough
