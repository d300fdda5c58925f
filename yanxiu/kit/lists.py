"""Lists that people put in order."""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def moved(items: Sequence[T], place: int, *, up: bool) -> list[T]:
    """Return the items with the one at `place` and its neighbour above (or below) changed over; at the end it stays."""
    found = list(items)
    other = place - 1 if up else place + 1
    if 0 <= other < len(found):
        found[place], found[other] = found[other], found[place]
    return found
