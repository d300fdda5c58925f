"""The demo's question bank, read from `content/bank/`: questions as the catalogue types them, by knowledge point."""

from __future__ import annotations

from functools import lru_cache

from yanxiu.catalogue.content import AnyQuestion
from yanxiu.demo.catalogue import CONTENT, Entry, read


class Item(Entry, frozen=True, kw_only=True):
    """A question with its difficulty (1 to 5); `ask` in the shape of `catalogue.content.kinds`, places from 0."""

    difficulty: int
    ask: AnyQuestion


class Point(Entry, frozen=True, kw_only=True):
    name: str
    questions: tuple[Item, ...]


class Area(Entry, frozen=True, kw_only=True):
    """A knowledge point on top, and those below it."""

    name: str
    points: tuple[Point, ...]


@lru_cache(maxsize=1)
def areas() -> tuple[Area, ...]:
    """All areas in file order. Raises BadContentError."""
    return tuple(read(path, Area) for path in sorted((CONTENT / "bank").glob("*.yaml")))
