"""Who reads posts beside other texts, and where they came from."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from yanxiu.integrity.similarity import Source
from yanxiu.kit.actor import Actor
from yanxiu.workshops import permissions
from yanxiu.workshops.likeness import POST


def _visible(actor: Actor) -> QuerySet[Any, Any]:
    return permissions.kept_posts(actor).values("pk")


def _sealed(actor: Actor) -> QuerySet[Any, Any]:
    return permissions.sealed_entries(actor).values("post")


def _address(actor: Actor, post_id: int) -> str:  # noqa: ARG001 - the same page for all who keep order
    return reverse("workshops:thread", args=[post_id])


SOURCE = Source(object_type=POST, visible=_visible, address=_address, sealed=_sealed)
