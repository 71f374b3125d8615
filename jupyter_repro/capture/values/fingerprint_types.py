"""Which type is looked at in which way: builtins by identity, library types by name, everything else as an instance."""

from __future__ import annotations

import array
import collections
import datetime
import decimal
import functools
import gc
import io
import marshal
import operator
import pathlib
import random
import re
import threading
import types
import uuid
import weakref
from itertools import islice
from typing import Any

from jupyter_repro.capture.values import fingerprint_arrays, fingerprint_code, fingerprint_instances
from jupyter_repro.capture.values import fingerprint_trees as trees
from jupyter_repro.capture.values.fingerprint import (
    BYTE_INVERSE,
    DEEP_SAMPLE,
    FLAT,
    FLAT_SAMPLE,
    FULL_BUDGET,
    Handler,
    Walk,
)
from jupyter_repro.capture.values.fingerprint_atoms import size_of_all
from jupyter_repro.capture.values.kinds import ATOMS


def handler_of(kind: type) -> Handler:
    """The handler of a type."""
    return _special(kind) or fingerprint_instances.handler_of(kind)


def is_special(kind: type) -> bool:
    """Whether values of the type are looked at in a way of their own, and not by their attributes."""
    return _special(kind) is not None


def _special(kind: type) -> Handler | None:
    found = _BUILTIN.get(id(kind))
    if found is not None:
        return found[1]
    for base in fingerprint_instances.mro_of(kind):
        module, name = fingerprint_instances.module_of(base), fingerprint_instances.name_of(base)
        library = fingerprint_arrays.handler_named(module, name)
        if library is not None:
            return library
    return None


def _list(walk: Walk, value: list[Any]) -> None:
    if not trees.put(walk, value) and walk.enter(value, b"list"):
        walk.items(value, len(value))


def _tuple(walk: Walk, value: tuple[Any, ...]) -> None:
    if trees.put(walk, value):
        return
    walk.put(b"tuple")
    walk.items(value, len(value))


def _dict(walk: Walk, value: dict[Any, Any]) -> None:
    if not trees.put(walk, value) and walk.enter(value, b"dict"):
        dict_items(walk, value)


def dict_items(walk: Walk, value: dict[Any, Any]) -> None:
    """Keys and values of a dict, or of a subclass by the dict's own methods; their order counts."""
    size = dict.__len__(value)
    walk.charge(FLAT * (min(size, FLAT_SAMPLE) if walk.sampling else size))
    walk.put(b"%d" % size)
    if walk.sampling and size > DEEP_SAMPLE:
        walk.sampled = True
        ends = DEEP_SAMPLE // 2  # what lies between cannot be reached without going there
        pairs = [*islice(dict.items(value), ends), *islice(reversed(dict.items(value)), ends)]
        keys, items = [key for key, _ in pairs], [item for _, item in pairs]
    else:
        keys, items = list(dict.keys(value)), list(dict.values(value))
    walk.items(keys, len(keys))
    walk.items(items, len(items))


def _set(walk: Walk, value: set[Any]) -> None:
    if walk.enter(value, b"set"):
        set_items(walk, value)


def _frozenset(walk: Walk, value: frozenset[Any]) -> None:
    walk.put(b"frozenset")
    set_items(walk, value)


def set_items(walk: Walk, value: Any) -> None:
    """Members of a set, in an order that no hash seed decides."""
    size = len(value)
    walk.put(b"%d" % size)
    walk.charge(FLAT * 3 * size if not walk.sampling else 0)
    if walk.sampling and size > 20_000:
        walk.sampled = True  # any choice of members would depend on the hash seed
        return
    if ATOMS.all_of(value) and (weight := size_of_all(value)) <= FULL_BUDGET * BYTE_INVERSE:
        walk.charge(weight // BYTE_INVERSE)
        for data in sorted(marshal.dumps(each, 2) for each in value):
            walk.parts.append(data)
        return
    for digest in sorted(walk.apart(each) for each in value):
        walk.parts.append(digest)


def _deque(walk: Walk, value: collections.deque[Any]) -> None:
    if walk.enter(value, b"deque"):
        walk.visit(value.maxlen)
        walk.items(value, len(value))


def _defaultdict(walk: Walk, value: collections.defaultdict[Any, Any]) -> None:
    if walk.enter(value, b"defaultdict"):
        walk.visit(value.default_factory)
        dict_items(walk, value)


def _ordered(walk: Walk, value: dict[Any, Any]) -> None:
    if walk.enter(value, type(value).__name__.encode()):
        dict_items(walk, value)


def _bytearray(walk: Walk, value: bytearray) -> None:
    if walk.enter(value, b"bytearray"):
        fingerprint_arrays.buffer(walk, value)


def _array(walk: Walk, value: array.array[Any]) -> None:
    if walk.enter(value, b"array"):
        walk.text(value.typecode)
        fingerprint_arrays.buffer(walk, value)


def _plain(walk: Walk, value: Any) -> None:
    """Types whose ``repr`` is their value and runs in C or the standard library alone."""
    walk.text(f"{type(value).__module__}.{type(value).__qualname__} {value!r}")


def _datetime(walk: Walk, value: datetime.datetime | datetime.time) -> None:
    walk.text(f"{type(value).__name__} {value.replace(tzinfo=None)!r}")
    if value.tzinfo is not None:
        walk.visit(value.tzinfo)


def _zone(walk: Walk, value: Any) -> None:
    walk.text(f"zone {value!r}")


def _range(walk: Walk, value: range) -> None:
    walk.put(b"range")
    for each in (value.start, value.stop, value.step):
        walk.visit(each)


def _slice(walk: Walk, value: slice) -> None:
    walk.put(b"slice")
    for each in (value.start, value.stop, value.step):
        walk.visit(each)


def _pattern(walk: Walk, value: re.Pattern[Any]) -> None:
    walk.put(b"pattern")
    walk.visit(value.pattern)
    walk.visit(value.flags)


def _namespace(walk: Walk, value: types.SimpleNamespace) -> None:
    if walk.enter(value, b"namespace"):
        dict_items(walk, value.__dict__)


def _partial(walk: Walk, value: functools.partial[Any]) -> None:
    walk.put(b"partial")
    for each in (value.func, value.args, value.keywords):
        walk.visit(each)


def _random(walk: Walk, value: random.Random) -> None:
    if value is random._inst:
        walk.put(b"the module's generator")  # where it stands is told by the draws
        return
    walk.own(id(value))
    walk.put(b"random")
    walk.visit(value.getstate())


def _text_buffer(walk: Walk, value: io.StringIO | io.BytesIO) -> None:
    walk.own(id(value))
    walk.put(b"buffer")
    if value.closed:
        walk.put(b"closed")
        return
    walk.visit(value.tell())
    walk.visit(value.getvalue())


def _stateless(walk: Walk, value: Any) -> None:
    """Locks, weak references and their like: no part of what a value is."""
    walk.text(f"a {type(value).__qualname__}")


def _iterator(walk: Walk, value: Any) -> None:
    """Iterators of builtin types tell what is left by ``__reduce__``, in C."""
    walk.own(id(value))
    reduced = value.__reduce__()
    walk.text(type(value).__qualname__)
    walk.visit(reduced[1:] if isinstance(reduced, tuple) else reduced)


def _stateful(walk: Walk, value: Any) -> None:
    """Generators, open files, connections: they move when used, and nobody can see where they stand."""
    walk.own(id(value))
    walk.stateful = True
    walk.opaque_part(f"{type(value).__module__}.{type(value).__qualname__}")


def _proxy(walk: Walk, value: types.MappingProxyType[Any, Any]) -> None:
    walk.put(b"proxy")
    inner = gc.get_referents(value)
    if len(inner) == 1 and type(inner[0]) is dict:
        dict_items(walk, inner[0])
    else:
        walk.opaque_part("of a mapping")


def _reduced(walk: Walk, value: Any) -> None:
    """C types whose ``__reduce__`` is in C and gives their parts."""
    walk.text(type(value).__qualname__)
    walk.visit(value.__reduce__()[1:])


def _cached(walk: Walk, value: Any) -> None:
    """A function behind ``lru_cache``: what it remembers is no part of what it does."""
    walk.put(b"cached")
    walk.visit(value.__wrapped__)


def _alias(walk: Walk, value: types.GenericAlias) -> None:
    walk.put(b"alias")
    walk.visit(value.__origin__)
    walk.visit(value.__args__)


def _dict_view(walk: Walk, value: Any) -> None:
    for each in gc.get_referents(value):
        walk.own(id(each))  # the dict that it is a view of
    walk.text(type(value).__qualname__)
    walk.items(list(value), len(value))


_HANDLERS: dict[type, Handler] = {
    list: _list,
    tuple: _tuple,
    dict: _dict,
    set: _set,
    frozenset: _frozenset,
    collections.deque: _deque,
    collections.defaultdict: _defaultdict,
    collections.OrderedDict: _ordered,
    collections.Counter: _ordered,
    bytearray: _bytearray,
    array.array: _array,
    datetime.date: _plain,
    datetime.timedelta: _plain,
    datetime.datetime: _datetime,
    datetime.time: _datetime,
    datetime.timezone: _zone,
    decimal.Decimal: _plain,
    uuid.UUID: _plain,
    pathlib.PosixPath: _plain,
    pathlib.WindowsPath: _plain,
    pathlib.PurePosixPath: _plain,
    pathlib.PureWindowsPath: _plain,
    type(Ellipsis): _plain,
    type(NotImplemented): _plain,
    types.MappingProxyType: _proxy,
    types.GenericAlias: _alias,
    type(functools.lru_cache(lambda: None)): _cached,
    operator.itemgetter: _reduced,
    operator.attrgetter: _reduced,
    operator.methodcaller: _reduced,
    type(collections.namedtuple("_", "a").__dict__["a"]): _reduced,
    range: _range,
    slice: _slice,
    re.Pattern: _pattern,
    types.SimpleNamespace: _namespace,
    functools.partial: _partial,
    random.Random: _random,
    io.StringIO: _text_buffer,
    io.BytesIO: _text_buffer,
    weakref.ref: _stateless,
    type(threading.Lock()): _stateless,
    type(threading.RLock()): _stateless,
    threading.local: _stateless,
    type({}.keys()): _dict_view,
    type({}.values()): _dict_view,
    type({}.items()): _dict_view,
    types.GeneratorType: _stateful,
    types.CoroutineType: _stateful,
    types.AsyncGeneratorType: _stateful,
    io.TextIOWrapper: _stateful,
    io.BufferedReader: _stateful,
    io.BufferedWriter: _stateful,
    io.BufferedRandom: _stateful,
    io.FileIO: _stateful,
    memoryview: _stateful,
    type(iter([])): _iterator,
    type(iter(())): _iterator,
    type(iter("")): _iterator,
    type(iter(range(0))): _iterator,
    enumerate: _iterator,
    zip: _stateful,
    map: _stateful,
    filter: _stateful,
    types.FunctionType: fingerprint_code.function,
    types.MethodType: fingerprint_code.method,
    types.BuiltinFunctionType: fingerprint_code.builtin,
    types.MethodDescriptorType: fingerprint_code.named,
    types.WrapperDescriptorType: fingerprint_code.named,
    types.MethodWrapperType: fingerprint_code.named,
    types.ClassMethodDescriptorType: fingerprint_code.named,
    types.GetSetDescriptorType: fingerprint_code.named,
    types.MemberDescriptorType: fingerprint_code.named,
    staticmethod: fingerprint_code.wrapped,
    classmethod: fingerprint_code.wrapped,
    property: fingerprint_code.descriptor,
    types.CodeType: fingerprint_code.code,
    types.ModuleType: fingerprint_code.module,
    types.CellType: fingerprint_code.cell,
}
_BUILTIN: dict[int, tuple[type, Handler]] = {id(kind): (kind, handler) for kind, handler in _HANDLERS.items()}
