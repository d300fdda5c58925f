"""What a domain does because of what happened below it: registered here, delivered by the worker after commit, at least once."""

from collections.abc import Callable

from yanxiu.records.events import EventType
from yanxiu.records.hearing import Reaction, Registered, add


def reacts_to(*events: EventType) -> Callable[[Reaction], Reaction]:
    """Register a reaction; the function takes the record, loads what it needs and calls one action with `by=SYSTEM`."""

    def decorate(function: Reaction) -> Reaction:
        name = f"{function.__module__.removeprefix('yanxiu.').removesuffix('.reactions')}.{function.__name__}"
        add(Registered(name=name, events=events, function=function))
        return function

    return decorate
