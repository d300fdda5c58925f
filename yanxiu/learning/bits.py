"""Which seconds were seen, as whole numbers in Python (second 0 is the highest bit) and `bit varying` in PostgreSQL."""

from collections.abc import Iterable
from typing import NamedTuple

Range = tuple[int, int]


class Mask(NamedTuple):
    """A bit string of `length` bits."""

    bits: int
    length: int


def of_ranges(ranges: Iterable[Range], length: int) -> int:
    """Return the seconds of [start, end) ranges, all inside [0, length]."""
    bits = 0
    for start, end in ranges:
        bits |= ((1 << (end - start)) - 1) << (length - end)
    return bits


def before(until: int, length: int) -> int:
    """Return the seconds before `until`; all of them for 0."""
    return ((1 << until) - 1) << (length - until) if 0 < until < length else (1 << length) - 1


def ranges_of(text: str) -> list[Range]:
    """Return the [start, end) ranges of a bit string as PostgreSQL writes it."""
    found: list[Range] = []
    start = text.find("1")
    while start >= 0:
        end = text.find("0", start)
        found.append((start, end if end >= 0 else len(text)))
        start = text.find("1", end) if end >= 0 else -1
    return found
