"""Which functions hear which records: the list that delivery works through and `records.reactions` fills."""

from collections.abc import Callable
from dataclasses import dataclass

from yanxiu.records.events import EventType
from yanxiu.records.models import Record

Reaction = Callable[[Record], None]


@dataclass(frozen=True, kw_only=True)
class Registered:
    """A reaction: its stable name (`domain.function`), the events it hears, and the function, which must be idempotent."""

    name: str
    events: tuple[EventType, ...]
    function: Reaction


_REGISTRY: dict[str, Registered] = {}


def add(reaction: Registered) -> None:
    """Enter a reaction; the same name again replaces it (a module loaded anew)."""
    _REGISTRY[reaction.name] = reaction


def registry() -> dict[str, Registered]:
    """Return all reactions by name, sorted."""
    return dict(sorted(_REGISTRY.items()))
