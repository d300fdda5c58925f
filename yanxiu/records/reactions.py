"""What a domain does because of what happened below it: registered here, delivered by the worker after commit, at least once."""

from collections.abc import Callable

from yanxiu.records.events import EventType
from yanxiu.records.hearing import Reaction, Registered, add


def reacts_to(*events: EventType) -> Callable[[Reaction], Reaction]:
    """Register a reaction; the function takes the record, loads what it needs and calls one action with `by=SYSTEM`."""

    def decorate(function: Reaction) -> Reaction:
        place = function.__module__.removeprefix("yanxiu.").partition(".reactions")[0]  # one name, whichever file of the package it is in
        name = f"{place}.{function.__name__}"
        add(Registered(name=name, events=events, function=function))
        return function

    return decorate
