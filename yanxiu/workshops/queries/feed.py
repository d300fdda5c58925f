"""What happens in a space, or in all spaces of a person: posts in the order of publication, paged by the last one shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from yanxiu.workshops.models import Membership, MembershipState, Post, PostKind, PostState, Space, SpaceState

SIZE = 20
KINDS: dict[str, tuple[PostKind, ...]] = {
    "host": (PostKind.BRIEFING, PostKind.GUIDE, PostKind.ARTICLE, PostKind.ANNOUNCEMENT),
    "talk": (PostKind.DISCUSSION, PostKind.REPLY),
    "qa": (PostKind.QUESTION, PostKind.ANSWER),
    "log": (PostKind.LOG,),
    "do": (PostKind.ACTIVITY, PostKind.BALLOT, PostKind.PROBLEM, PostKind.SOLUTION),
    "share": (PostKind.SHARE,),
}
"""Kinds by which a feed is narrowed. Cases are not in it: while they are judged nobody is told whose they are."""


@dataclass(frozen=True, kw_only=True)
class Feed:
    """Some posts, the newest first; `older` is the query string of the next page, "" at the end."""

    posts: Sequence[Post]
    older: str


def feed(space_ids: Sequence[int], *, kind: str = "", before: tuple[datetime, int] | None = None, size: int = SIZE) -> Feed:
    """Return the public posts of spaces that the caller may enter, from `before` (moment, id) on. Cost: one query."""
    rows = list(_public(space_ids, kind, before).order_by("-published_at", "-pk")[: size + 1])
    shown, last = rows[:size], rows[size - 1] if len(rows) > size else None
    kept = {"kind": kind} if kind in KINDS else {}
    older = urlencode({**kept, "before": f"{last.published_at.timestamp():.6f}-{last.pk}"}) if last and last.published_at else ""
    return Feed(posts=shown, older=older)


def own_spaces(person_id: int) -> list[int]:
    """Return the spaces of a person: those she has a seat in, and their workshops, once they are open. Cost: one query."""
    held = Membership.objects.filter(person_id=person_id, state=MembershipState.MEMBER)
    own = Space.objects.filter(Q(pk__in=held.values("space")) | Q(pk__in=held.values("workshop"))).exclude(state=SpaceState.PREPARING)
    return list(own.order_by("pk").values_list("pk", flat=True))


def public_posts() -> QuerySet[Post]:
    """Return what is public, replies where their thread is; no cases."""
    thread_open = Q(parent__isnull=True) | Q(parent__state=PostState.PUBLISHED) & ~Q(parent__kind=PostKind.CASE)
    return Post.objects.filter(thread_open, state=PostState.PUBLISHED).exclude(kind=PostKind.CASE)


def _public(space_ids: Sequence[int], kind: str, before: tuple[datetime, int] | None) -> QuerySet[Post]:
    found = public_posts().filter(space__in=space_ids)
    if kind in KINDS:
        found = found.filter(kind__in=KINDS[kind])
    if before is not None:
        moment, last = before
        found = found.filter(Q(published_at__lt=moment) | Q(published_at=moment, pk__lt=last))
    return found.select_related("author__unit", "parent", "space")
