"""Arrays and tables of libraries that the user has imported: by their buffers, never by importing anything here.

Large numeric buffers are summed by rows and by columns of 1,024 words (numpy's own loops, 10 GB/s and more), which sees
every single changed element; what is beyond the budget is sampled at positions that only the shape decides.
"""

from __future__ import annotations

import hashlib
import mmap
import sys
from typing import Any

from jupyter_repro.capture.values import fingerprint_instances as instances
from jupyter_repro.capture.values import fingerprint_sqlite
from jupyter_repro.capture.values.fingerprint import BYTE_INVERSE, NODE, Handler, Walk

SAMPLE = 4096
MAPPED_SAMPLE = 64
"""Elements looked at where each may have to be fetched from a disk."""
SUMMED_FROM = 1 << 16
"""Bytes from which buffers are summed instead of hashed."""
SUM_SPEED = 16
"""Bytes summed in one unit."""
_WORDS = 1024


def handler_named(module: str, name: str) -> Handler | None:
    """The handler of a library type (or of a base of the user's type), by module and name."""
    package = module.partition(".")[0]
    names = _NAMED.get(package)
    return None if names is None else names.get(name)


def buffer(walk: Walk, value: Any) -> None:
    """The bytes of anything with the buffer protocol, contiguous."""
    view = memoryview(value).cast("B")
    size = view.nbytes
    walk.put(b"%d" % size)
    if walk.sampling and size > 65536:
        walk.sampled = True
        step = max(1, size // 16)
        data = b"".join(bytes(view[start : start + 512]) for start in range(0, size, step)) + bytes(view[-512:])
        walk.put(hashlib.sha1(data, usedforsecurity=False).digest())
        return
    walk.charge(size // BYTE_INVERSE)
    walk.put(hashlib.sha1(view, usedforsecurity=False).digest())


def ndarray(walk: Walk, value: Any) -> None:
    """A numpy array, a subclass of it included; its mutable part is the owner of the buffer."""
    numpy = sys.modules["numpy"]
    number = walk.seen.get(id(value))
    if number is not None:
        walk.put(b"again%d" % number)
        return
    walk.seen[id(value)] = len(walk.seen)
    own_buffer(walk, value)
    plain = value if type(value) is numpy.ndarray else numpy.asarray(value).view(numpy.ndarray)
    walk.held.append(plain)
    walk.text(f"{type(value).__name__} {plain.shape}")
    if type(value) is not numpy.ndarray and type(value).__name__ == "MaskedArray":
        array_content(walk, numpy.ndarray.view(value, numpy.ndarray))
        walk.visit(value.__dict__.get("_mask"))
        return
    array_content(walk, plain)


def own_buffer(walk: Walk, value: Any) -> None:
    """Owner of the memory at the end of the ``.base`` chain: equal for all views of one buffer."""
    numpy = sys.modules["numpy"]
    base = value
    for _ in range(64):
        below = numpy.ndarray.base.__get__(base)
        if below is None or not issubclass(type(below), numpy.ndarray):
            base = below if below is not None else base
            break
        base = below
    walk.own(id(base))
    if base is not value and not issubclass(type(base), numpy.ndarray):
        walk.own(id(value))


def array_content(walk: Walk, value: Any) -> None:
    """Shape, type and elements of an exact ndarray, in full or sampled."""
    numpy = sys.modules["numpy"]
    kind = value.dtype
    walk.text(f"{kind.str if kind.names is None else kind.descr} {value.shape}")
    if kind.names is not None:
        for name in kind.names:
            array_content(walk, value[name])
        return
    if kind.hasobject or kind.kind == "T":
        walk.charge(value.size * 10 if not walk.sampling else 0)
        if walk.sampling and value.size > SAMPLE:
            walk.sampled = True
            value = sampled(value, SAMPLE // walk.share)
        walk.items(value.ravel().tolist(), value.size)
        return
    if walk.sampling and value.nbytes > 65536:
        walk.sampled = True
        value = sampled(value, (MAPPED_SAMPLE if _is_mapped(value) else SAMPLE) // walk.share or 1)
    size = value.nbytes
    if size >= SUMMED_FROM:
        walk.charge(size // SUM_SPEED + (size // SUM_SPEED if not value.flags.forc else 0) + 20_000)
        flat = _flat_bytes(numpy, value)
        words = flat[: size // 8 * 8].view(numpy.uint64)
        table = words[: words.size // _WORDS * _WORDS].reshape(-1, _WORDS)
        sums = hashlib.sha1(numpy.add.reduce(table, axis=0).tobytes(), usedforsecurity=False)
        sums.update(numpy.add.reduce(table, axis=1).tobytes())
        sums.update(flat[table.size * 8 :].tobytes())
        walk.put(sums.digest())
        return
    walk.charge(size // BYTE_INVERSE + NODE)
    walk.put(hashlib.sha1(value.tobytes(), usedforsecurity=False).digest())


def _is_mapped(value: Any) -> bool:
    """Whether an array lies in a file: each element looked at brings in the pages around it, about 128 kB."""
    numpy = sys.modules["numpy"]
    for _ in range(64):
        if not issubclass(type(value), numpy.ndarray):
            break
        value = numpy.ndarray.base.__get__(value)
    return type(value) is mmap.mmap


def _flat_bytes(numpy: Any, value: Any) -> Any:
    """The elements in C order as bytes, without a copy where they lie so."""
    contiguous = numpy.ascontiguousarray(value)
    return contiguous.reshape(-1).view(numpy.uint8)


def sampled(value: Any, wanted: int) -> Any:
    """About ``wanted`` elements of an array, evenly spread over all axes, its ends included, as a flat array."""
    numpy = sys.modules["numpy"]
    flat = value.reshape(-1) if value.flags.c_contiguous else None
    if flat is not None:
        step = max(1, flat.size // wanted)
        return numpy.concatenate([flat[::step], flat[-16:]])
    if value.flags.f_contiguous:
        return sampled(value.T, wanted)
    slices = []
    per_axis = max(2, int(wanted ** (1 / max(1, value.ndim))))
    for length in value.shape:
        slices.append(slice(None, None, max(1, length // per_axis)))
    return value[tuple(slices)].reshape(-1)


def scalar(walk: Walk, value: Any) -> None:
    """A numpy scalar."""
    walk.text(f"numpy {value.dtype.str}")
    if value.dtype.hasobject or value.dtype.kind == "T":
        walk.text(type(value).__name__)
    else:
        walk.put(value.tobytes())


def dtype(walk: Walk, value: Any) -> None:
    """A numpy dtype."""
    walk.text(f"dtype {value.str if value.names is None else value.descr}")


def ufunc(walk: Walk, value: Any) -> None:
    """A numpy ufunc by its name."""
    walk.text(f"ufunc {value.__name__}")


def bit_generator(walk: Walk, value: Any) -> None:
    """Where a numpy bit generator stands."""
    walk.own(id(value))
    walk.text(type(value).__name__)
    walk.visit(value.state)


def generator(walk: Walk, value: Any) -> None:
    """A numpy Generator or RandomState, by its bit generator's state."""
    walk.text(type(value).__name__)
    if value is getattr(sys.modules.get("numpy.random.mtrand"), "_rand", None):
        walk.put(b"the module's generator")  # where it stands is told by the draws
        return
    inner = getattr(value, "bit_generator", None)
    walk.visit(inner if inner is not None else getattr(value, "_bit_generator", None))


# pandas


def frame(walk: Walk, value: Any) -> None:
    """A DataFrame column by column, so that the layout of its blocks does not count; Series and Index alike."""
    if not walk.enter(value, type(value).__name__.encode()):
        return
    members = instances.instance_dict(value, type(value)) or {}
    manager = members.get("_mgr")
    if manager is None:
        walk.opaque_part("no manager")
        return
    attrs = members.get("_attrs")
    if attrs:
        walk.visit(attrs)
    walk.visit(members.get("_name"))
    for axis in manager.axes:
        index(walk, axis)
    if len(manager.axes) == 1:
        if not _copies_on_write():
            _own_values(walk, manager.blocks[0].values)
        column(walk, manager.blocks[0].values)
        return
    if not _copies_on_write():
        for block in manager.blocks:
            _own_values(walk, block.values)
    count = len(manager.axes[0])
    step = 1
    if walk.sampling and count > 32:
        walk.sampled = True
        step = -(-count // 32)
    else:
        walk.charge(count * NODE * 3)
        walk.afford(sum(getattr(block.values, "nbytes", 0) for block in manager.blocks) // SUM_SPEED)
    walk.share = max(1, min(32, count))
    for number in range(0, count, step):
        column(walk, manager.iget_values(number))
    walk.share = 1


def _copies_on_write() -> bool:
    """From pandas 3 on nothing that was taken from a frame changes with it."""
    version = getattr(sys.modules.get("pandas"), "__version__", "2")
    return version.partition(".")[0].isdigit() and int(version.partition(".")[0]) >= 3


def _own_values(walk: Walk, values: Any) -> None:
    numpy = sys.modules["numpy"]
    if type(values) is numpy.ndarray:
        own_buffer(walk, values)
        return
    members = instances.instance_dict(values, type(values)) or {}
    inner = members.get("_ndarray")
    if inner is not None:
        own_buffer(walk, inner)
    else:
        walk.own(id(values))


def index(walk: Walk, value: Any) -> None:
    """The labels of an axis."""
    walk.text(type(value).__name__)
    members = instances.instance_dict(value, type(value)) or {}
    walk.visit(members.get("_name"))
    names = members.get("_names")
    if names is not None:
        walk.visit(list(names))
    span = members.get("_range")
    if span is not None:
        walk.visit(span)
        return
    levels = members.get("_levels")
    if levels is not None:
        for level in levels:
            index(walk, level)
        for codes in members.get("_codes", ()):
            column(walk, codes)
        return
    data = members.get("_data")
    if data is None:
        walk.opaque_part("no data")
    else:
        column(walk, data)


def column(walk: Walk, value: Any) -> None:
    """One column's values: an ndarray or one of pandas' extension arrays."""
    numpy = sys.modules["numpy"]
    walk.held.append(value)
    if issubclass(type(value), numpy.ndarray):
        array_content(walk, value if type(value) is numpy.ndarray else numpy.asarray(value))
        return
    walk.text(f"{type(value).__name__} {len(value)}")
    members = instances.instance_dict(value, type(value)) or {}
    arrow_data = members.get("_pa_array")
    if arrow_data is not None:
        arrow(walk, arrow_data)
        return
    kind = members.get("_dtype")
    if kind is not None:
        _pandas_dtype(walk, kind)
    inner = members.get("_ndarray")
    if inner is None:
        inner = getattr(value, "_ndarray", None)
    if inner is not None:
        column(walk, inner)
        return
    parts = [members.get(each) for each in ("_data", "_mask", "_left", "_right", "_sparse_values", "_sparse_index")]
    if all(part is None for part in parts):
        walk.opaque_part("an extension array")
        return
    for part in parts:
        if part is not None:
            column(walk, part) if hasattr(part, "dtype") else walk.visit(part)


def _pandas_dtype(walk: Walk, value: Any) -> None:
    walk.text(type(value).__name__)
    members = instances.instance_dict(value, type(value)) or {}
    categories = members.get("_categories")
    if categories is not None:
        index(walk, categories)
        walk.visit(members.get("_ordered"))
    elif hasattr(value, "tz"):
        walk.text(str(value))


def pandas_scalar(walk: Walk, value: Any) -> None:
    """Timestamp, Timedelta, Period, Interval, NaT, NA and dtypes: what they print is what they are."""
    walk.text(f"{type(value).__name__} {value!r}")


def any_index(walk: Walk, value: Any) -> None:
    """An Index by itself."""
    if walk.enter(value, b"index"):
        index(walk, value)


def any_column(walk: Walk, value: Any) -> None:
    """An extension array by itself."""
    if walk.enter(value, b"column"):
        column(walk, value)


# pyarrow and polars


def arrow(walk: Walk, value: Any) -> None:
    """An Arrow array, chunked array, table or record batch, by the canonical bytes of its parts."""
    pyarrow = sys.modules["pyarrow"]
    walk.text(f"{type(value).__name__} {value.type if hasattr(value, 'type') else value.schema} {len(value)}")
    if hasattr(value, "schema"):
        for each in value.columns:
            arrow(walk, each)
        return
    if walk.sampling and len(value) > SAMPLE:
        walk.sampled = True
        step = len(value) // 64
        value = pyarrow.chunked_array(
            [
                chunk
                for start in range(0, len(value), step)
                for part in [value.slice(start, 16)]
                for chunk in (part.chunks if hasattr(part, "chunks") else [part])
            ]
        )
    else:
        walk.charge(value.nbytes // BYTE_INVERSE * 2 + NODE * 20)
    chunks = value.chunks if hasattr(value, "chunks") else [value]
    whole = chunks[0] if len(chunks) == 1 else pyarrow.concat_arrays(chunks) if chunks else None
    if whole is None:
        return
    batch = pyarrow.RecordBatch.from_arrays([whole], ["values"])
    walk.put(hashlib.sha1(batch.serialize(), usedforsecurity=False).digest())


def arrow_part(walk: Walk, value: Any) -> None:
    """An Arrow container of the user: it cannot be changed in place."""
    arrow(walk, value)


def polars_frame(walk: Walk, value: Any) -> None:
    """A polars DataFrame or Series by its Arrow form."""
    if not walk.enter(value, b"polars"):
        return
    if walk.sampling and value.estimated_size() > 500_000:
        walk.sampled = True
        walk.text(f"{value.shape}")
        value = value.gather_every(max(1, len(value) // 512))
    elif not walk.sampling:
        walk.charge(value.estimated_size() * 2)
    converted = value.to_arrow()
    walk.held.append(converted)
    arrow(walk, converted)


# torch


def tensor(walk: Walk, value: Any) -> None:
    """A torch tensor: CPU data by its buffer, others by shape and version counter."""
    if not walk.enter(value, b"tensor"):
        return
    walk.text(f"{tuple(value.shape)} {value.dtype} {value.device} {value.requires_grad}")
    plain = value.detach()
    walk.held.append(plain)
    if plain.device.type != "cpu" or plain.layout is not sys.modules["torch"].strided:
        walk.opaque_part(f"{value._version}")
        return
    walk.own(plain.untyped_storage().data_ptr())
    try:
        content = plain.resolve_conj().resolve_neg().numpy()
    except (TypeError, RuntimeError):
        walk.opaque_part(f"{value._version}")
        return
    array_content(walk, content)


# matplotlib


def artist(walk: Walk, value: Any) -> None:
    """Figures and what is drawn in them: one mutable whole, known by how it was made, not by its thousand parts."""
    walk.opaque_part(type(value).__name__)
    members = instances.instance_dict(value, type(value)) or {}
    figure = members.get("_parent_figure") or members.get("figure")
    walk.own(id(figure if figure is not None else value))


_PANDAS_SCALARS = (
    "Timestamp Timedelta Period Interval NaTType NAType CategoricalDtype DatetimeTZDtype PeriodDtype IntervalDtype "
    "StringDtype BaseOffset"
).split()
_NAMED: dict[str, dict[str, Handler]] = {
    "numpy": {
        "ndarray": ndarray,
        "generic": scalar,
        "dtype": dtype,
        "ufunc": ufunc,
        "BitGenerator": bit_generator,
        "Generator": generator,
        "RandomState": generator,
    },
    "pandas": {
        "NDFrame": frame,
        "Index": any_index,
        "ExtensionArray": any_column,
        **dict.fromkeys(_PANDAS_SCALARS, pandas_scalar),
    },
    "pyarrow": {"Array": arrow_part, "ChunkedArray": arrow_part, "Table": arrow_part, "RecordBatch": arrow_part},
    "polars": {"DataFrame": polars_frame, "Series": polars_frame},
    "torch": {"Tensor": tensor},
    "matplotlib": {"Artist": artist},
    "sqlite3": {"Connection": fingerprint_sqlite.connection, "Cursor": fingerprint_sqlite.cursor},
}
