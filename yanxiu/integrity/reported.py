"""What may be reported and acted on besides posts: each domain declares its things, how they are taken out of sight and brought back.

A report of any of them is a case of the one queue; whoever keeps order where it stands settles it; what is done is a measure like those
about posts: with a rule, a reason, an appeal and the way back.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.urls import reverse

from yanxiu.integrity.actions import Thing
from yanxiu.kit.actor import Actor


class Hiding(Protocol):
    """Takes a thing out of sight and voids what it counted; returns what is needed to bring it back. Raises NotFound, Conflict."""

    def __call__(self, *, object_id: int, reason: str, by: Actor, at: datetime) -> Mapping[str, object]: ...


class Restoring(Protocol):
    """Brings a hidden thing back and counts it as of its day; changes nothing that its maker did meanwhile."""

    def __call__(self, *, object_id: int, before: Mapping[str, object], by: Actor, at: datetime) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A type of thing. `find` gives one that the actor may see, else raises NotFound.

    `page` names the address of one by its id; where it has no page for all, `address` says where an actor reads it ("" = nowhere).
    `is_above`: who keeps order on the spot made it, so reports go to the office.
    """

    object_type: str
    find: Callable[[Actor, int], Thing]
    hide: Hiding
    restore: Restoring
    page: str = ""
    address: Callable[[Actor, int], str] | None = None
    is_above: bool = False

    def where(self, actor: Actor, object_id: int) -> str:
        """Return the page on which an actor reads a thing, "" for none. No query where all read it on one page."""
        if self.page:
            return reverse(self.page, args=[object_id])
        return self.address(actor, object_id) if self.address is not None else ""


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Declare a type of thing, in `AppConfig.ready` of its domain; the same one again changes nothing."""
    _kinds[kind.object_type] = kind


def kind_of(object_type: str) -> Kind | None:
    """Return what was declared for a type, None for nothing."""
    return _kinds.get(object_type)


def kinds() -> list[Kind]:
    """Return all that was declared, by name."""
    return [_kinds[name] for name in sorted(_kinds)]
