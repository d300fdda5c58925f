"""Where texts come from: each domain that hands in texts says who may see them, and at which address."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from yanxiu.integrity.models import IndexedText
from yanxiu.kit.actor import Actor


@dataclass(frozen=True, kw_only=True)
class Source:
    """A type of object whose words are compared.

    `visible` gives the ids (one column, a queryset of `values`) of the objects that the actor may read as their marker, tutor or
    fellow; never because they are the actor's own. `address` is the page of one of them for this actor, "" where there is none.
    `sealed` gives the ids of those that nobody may read with their author's name now, offices neither (None = none are).
    """

    object_type: str
    visible: Callable[[Actor], QuerySet[Any, Any]]
    address: Callable[[Actor, int], str]
    sealed: Callable[[Actor], QuerySet[Any, Any]] | None = None


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Declare a type of object, in `AppConfig.ready` of its domain; the same one again changes nothing."""
    _sources[source.object_type] = source


def forget(object_type: str) -> None:
    """Take a declaration back."""
    _sources.pop(object_type, None)


def sources() -> list[Source]:
    """Return what was declared, by name."""
    return [_sources[name] for name in sorted(_sources)]


def address(actor: Actor, object_type: str, object_id: int) -> str:
    """Return the page of an object for an actor who reads it there, "" for all others. Cost: one query."""
    source = _sources.get(object_type)
    if source is None:
        return ""
    here = IndexedText.objects.filter(object_type=object_type, object_id=object_id, object_id__in=source.visible(actor))
    return source.address(actor, object_id) if here.exists() else ""
