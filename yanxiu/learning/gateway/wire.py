"""Columns of a batch as PostgreSQL's binary arrays: made by hand, because this is done for every beat."""

from collections.abc import Sequence
from struct import Struct

from yanxiu.learning.bits import Mask

INT4, INT8, TEXT, VARBIT, BOOL = 23, 20, 25, 1562, 16
ARRAYS = {INT4: 1007, INT8: 1016, TEXT: 1009, VARBIT: 1563}
"""The type of the array of each element type."""

_head = Struct("!iiiii").pack
_int4, _int8, _size, _bits = Struct("!ii").pack, Struct("!iq").pack, Struct("!i").pack, Struct("!ii").pack
_NULL = _size(-1)


def int4(values: Sequence[int]) -> bytes:
    """Return an int4[]."""
    return _head(1, 0, INT4, len(values), 1) + b"".join([_int4(4, value) for value in values])


def int8(values: Sequence[int | None]) -> bytes:
    """Return an int8[]; None becomes NULL."""
    return _head(1, 1, INT8, len(values), 1) + b"".join([_NULL if value is None else _int8(8, value) for value in values])


def text(values: Sequence[bytes]) -> bytes:
    """Return a text[] of UTF-8."""
    return _head(1, 0, TEXT, len(values), 1) + b"".join([_size(len(value)) + value for value in values])


def varbit(values: Sequence[Mask]) -> bytes:
    """Return a varbit[]: of each the length in bits, then the bits, the last byte filled up with 0."""
    parts = []
    for mask in values:
        size = (mask.length + 7) // 8
        parts.append(_bits(4 + size, mask.length) + (mask.bits << (size * 8 - mask.length)).to_bytes(size, "big"))
    return _head(1, 0, VARBIT, len(values), 1) + b"".join(parts)


def flag(value: bool) -> bytes:
    """Return a bool."""
    return b"\1" if value else b"\0"


def number(raw: bytes | None) -> int:
    """Return an integer that came back; 0 for NULL."""
    return int.from_bytes(raw, "big", signed=True) if raw is not None else 0
