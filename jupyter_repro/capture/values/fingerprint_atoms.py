"""How much there is to write of scalars, before any of it is written: a string may have gigabytes, and lie in a list a
thousand times."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

LARGE = 10_000
"""Bytes from which a scalar's size counts."""
USUAL = 64
"""Bytes that a number may have at most before each is asked for its size: that takes 10 ms for 40,000."""
PIECE = 256


def size_of(value: Any) -> int:
    """About the bytes of one scalar, whatever it is."""
    kind = type(value)
    if kind is str or kind is bytes:
        return len(value)
    return value.bit_length() >> 3 if kind is int else 8


def size_of_all(values: Collection[Any]) -> int:
    """At most about the bytes of scalars of any kinds."""
    if not values:
        return 0
    try:  # of one kind, as most are: asked by C code, and the first of another kind ends it
        return sum(map(len, values))
    except TypeError:
        pass
    try:
        bound = len(values) * max(map(int.bit_length, values)) >> 3
        return bound if bound < max(LARGE, USUAL * len(values)) else sum(map(size_of, values))
    except TypeError:
        pass
    texts = [each for each in values if type(each) is str or type(each) is bytes]
    numbers = [each for each in values if type(each) is int]
    return sum(map(len, texts)) + sum([each.bit_length() >> 3 for each in numbers])


def piece_of(value: Any) -> bytes:
    """A sample of a large scalar: its size, its beginning, middle and end; of a number its ends."""
    if type(value) is int:
        bits = value.bit_length()
        return b"int %d %d %d" % (bits, value >> (bits - 64), value & ((1 << 64) - 1))
    middle = len(value) // 2
    pieces = (value[:PIECE], value[middle : middle + PIECE], value[-PIECE:])
    data = [each.encode("utf-8", "surrogatepass") if type(each) is str else each for each in pieces]
    return b"%d " % len(value) + b"|".join(data)
