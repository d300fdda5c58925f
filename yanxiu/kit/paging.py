"""Paging without COUNT: 「再看 20 条」."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)
Item = TypeVar("Item")


@dataclass(frozen=True, kw_only=True)
class Page(Generic[Item]):
    """`rows` of page `number` (from 1); `has_more` tells whether another follows."""

    rows: Sequence[Item]
    number: int
    has_more: bool

    @property
    def following(self) -> int:
        return self.number + 1


def number_from(raw: str | None) -> int:
    """Read a page number of the URL; anything odd is page 1."""
    return int(raw) if raw and raw.isascii() and raw.isdecimal() and len(raw) < 5 and int(raw) > 0 else 1


def page_of(queryset: QuerySet[Row], *, number: int, size: int = 20) -> Page[Row]:
    """Return one page of an ordered queryset. Cost: one query, whatever the size of the table."""
    start = (number - 1) * size
    return page_with(list(queryset[start : start + size + 1]), number=number, size=size)


def page_with(found: list[Item], *, number: int = 1, size: int = 20) -> Page[Item]:
    """Return a page of its rows, read with one more that tells whether another follows."""
    return Page(rows=found[:size], number=number, has_more=len(found) > size)


def batches(read: Callable[[Item | None, int], Sequence[Item]], *, size: int, most: int) -> Iterator[Item]:
    """Give what `read(last, limit)` finds behind the last one, batch by batch, as a file is written. Cost: one call for `size` rows."""
    given, last = 0, None
    while given < most:
        found = read(last, min(size, most - given))
        yield from found
        given += len(found)
        if len(found) < size:
            return
        last = found[-1]
