"""Resources in a space: the list with who opened what, one with its receipts, what a person may bring."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from yanxiu.catalogue.models import Resource, ResourceReader, ResourceState
from yanxiu.kit.paging import Page, page_of
from yanxiu.workshops.models import Membership, MembershipState, Post, PostState, Share, ShareReceipt, Space

SHARE_SHOWS = ("", "pushed", "unread", "mine")
MOST_CHOICES = 200


@dataclass(frozen=True, kw_only=True)
class Receipts:
    """How many members have opened a shared resource, of how many; `page` are those who have, or have not."""

    opened: int
    members: int
    page: Page[Membership]


def share_of(post: Post) -> Share:
    """Return what a post shares. Cost: one query."""
    return Share.objects.select_related("resource__unit", "post__space__org", "post__author").get(post=post.pk)


def share_seen(post: Post) -> Share:
    """Return what a post shares with `opened` (how many members opened it) and `members` (of how many). Cost: one query."""
    place = {"space": post.space_id} if post.space.is_sub else {"workshop": post.space_id}
    seats = Membership.objects.filter(**place, state=MembershipState.MEMBER).exclude(person=post.author_id).order_by()
    # Who came from a linked space has opened it too, and is none of the members.
    counted = ShareReceipt.objects.filter(share=OuterRef("pk"), person__in=seats.values("person")).order_by().values("share")
    found = Share.objects.select_related("resource__unit").annotate(
        opened=Coalesce(Subquery(counted.annotate(n=Count("pk")).values("n")), 0),
        members=Coalesce(Subquery(seats.values("state").annotate(n=Count("pk")).values("n")), 0),
    )
    return found.get(post=post.pk)


def shares(posts: QuerySet[Post], *, space: Space, person_id: int, show: str, text: str, number: int) -> Page[Share]:
    """Return a page of the resources in a space with `opened` (how many) and `has_opened` (the reader). Cost: 1 query.

    The caller has checked that the space may be entered, or gives only `posts` that may be read.
    """
    found = Share.objects.filter(post__in=posts.filter(space__in=space.reading_ids, state=PostState.PUBLISHED).values("pk"))
    mine = ShareReceipt.objects.filter(share=OuterRef("pk"), person=person_id)
    counted = ShareReceipt.objects.filter(share=OuterRef("pk")).order_by().values("share").annotate(n=Count("pk")).values("n")
    found = found.annotate(opened=Coalesce(Subquery(counted), 0), has_opened=Exists(mine))
    is_pushed = Q(pushed_at__isnull=False, taken_back_at__isnull=True)
    narrowed = {"pushed": is_pushed, "unread": is_pushed & Q(has_opened=False), "mine": Q(post__author=person_id)}
    if show in narrowed:
        found = found.filter(narrowed[show])
    if text:
        found = found.filter(Q(resource__title__icontains=text) | Q(post__source__icontains=text) | Q(resource__kind=text))
    related = found.select_related("resource", "post__author", "post__author__unit")
    return page_of(related.order_by("-must_read", "-post__published_at", "-pk"), number=number)


def pushed_count(space: Space) -> int:
    """Return how many resources are pushed in a space and its sub-workshops (C-45). Cost: one query."""
    pushed = Share.objects.filter(pushed_at__isnull=False, taken_back_at__isnull=True, post__state=PostState.PUBLISHED)
    return pushed.filter(
        Q(post__space=space.counted_id) | Q(post__space__parent=space.counted_id, post__space__kind="sub_workshop")
    ).count()


def receipts(share: Share, *, has_opened: bool, number: int) -> Receipts:
    """Return who of the members has opened it, or has not, by name. Cost: two queries."""
    members = _members(share)
    opened = ShareReceipt.objects.filter(share=share, person=OuterRef("person"))
    counts = members.aggregate(members=Count("pk"), opened=Count("pk", filter=Q(Exists(opened))))
    rows = members.filter(Exists(opened) if has_opened else ~Exists(opened)).select_related("person__unit")
    return Receipts(**counts, page=page_of(rows.order_by("person__sort_key", "pk"), number=number, size=50))


def not_opened(share: Share) -> list[int]:
    """Return the members (person ids) who have not opened it. Cost: one query."""
    opened = ShareReceipt.objects.filter(share=share, person=OuterRef("person"))
    return list(_members(share).filter(~Exists(opened)).order_by("person_id").values_list("person_id", flat=True))


def to_share(person_id: int, visible: QuerySet[Resource]) -> QuerySet[Resource]:
    """Return what a person may bring into a space: her own finished resources, and the favourites that she still sees."""
    favourites = ResourceReader.objects.filter(person=person_id, favourite_at__isnull=False).values("resource")
    found = visible.filter(Q(owner=person_id) | Q(pk__in=favourites), state=ResourceState.KEPT)
    return found.select_related("unit").order_by("-saved_at", "-pk")


def _members(share: Share) -> QuerySet[Membership]:
    space = share.post.space
    places = Q(space=space) if space.is_sub else Q(workshop=space)
    return Membership.objects.filter(places, state=MembershipState.MEMBER).exclude(person=share.post.author_id)
