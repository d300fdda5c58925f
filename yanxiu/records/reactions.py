"""What a domain does because of what happened below it: registered here, delivered by the worker after commit, at least once."""

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


def reacts_to(*events: EventType) -> Callable[[Reaction], Reaction]:
    """Register a reaction; the function takes the record, loads what it needs and calls one action with `by=SYSTEM`."""

    def decorate(function: Reaction) -> Reaction:
        name = f"{function.__module__.removeprefix('yanxiu.').removesuffix('.reactions')}.{function.__name__}"
        _REGISTRY[name] = Registered(name=name, events=events, function=function)
        return function

    return decorate


def registry() -> dict[str, Registered]:
    """Return all reactions by name, sorted."""
    return dict(sorted(_REGISTRY.items()))
