"""Resources in a space: the list with who opened what, one with its receipts, what a person may bring."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from yanxiu.catalogue.models import Resource, ResourceReader, ResourceState
from yanxiu.kit import sql
from yanxiu.kit.compiled import Compiled
from yanxiu.kit.paging import Page, page_of, page_with
from yanxiu.workshops.models import Membership, MembershipState, Post, PostKind, PostState, Share, ShareReceipt, Space

SHARE_SHOWS = ("", "pushed", "unread", "mine")
MOST_CHOICES = 20
SIZE = 20


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


def shares(space: Space, *, person_id: int, show: str, text: str, number: int) -> Page[Share]:
    """Return a page of the resources in a space with `opened` (how many) and `has_opened` (the reader). Cost: 1 query.

    The caller has checked that the space may be entered.
    """
    own, above = space.reading_ids[0], space.reading_ids[-1]
    if number == 1 and show not in SHARE_SHOWS[1:] and not text:
        return page_with(_FIRST_SHARES(own=own, above=above, person=person_id))
    found = _here(own, above)
    is_pushed = Q(pushed_at__isnull=False, taken_back_at__isnull=True)
    unread = is_pushed & ~Q(_opened_by(person_id))
    narrowed = {"pushed": is_pushed, "unread": unread, "mine": Q(post__author=person_id)}
    if show in narrowed:
        found = found.filter(narrowed[show])
    if text:
        found = found.filter(Q(resource__title__icontains=text) | Q(post__source__icontains=text) | Q(resource__kind=text))
    return page_with(list(_told(found, person_id, first=(number - 1) * SIZE)), number=number)


def _here(own: int, above: int) -> QuerySet[Share]:
    posts = Post.objects.filter(space__in=[own, above], kind=PostKind.SHARE, parent__isnull=True, state=PostState.PUBLISHED)
    return Share.objects.filter(post__in=posts.values("pk"))


def _opened_by(person: int) -> Exists:
    return Exists(ShareReceipt.objects.filter(share=OuterRef("pk"), person=person))


def _told(found: QuerySet[Share], person: int, *, first: int = 0) -> QuerySet[Share]:
    """A page and one more: which they are is found first, so that no others are read whole and no receipts of others counted."""
    order = ("-must_read", "-post__published_at", "-pk")
    counted = ShareReceipt.objects.filter(share=OuterRef("pk")).order_by().values("share").annotate(n=Count("pk")).values("n")
    page = Share.objects.filter(pk__in=found.order_by(*order).values("pk")[first : first + SIZE + 1]).order_by(*order)
    told = page.annotate(opened=Coalesce(Subquery(counted), 0), has_opened=_opened_by(person))
    return told.select_related("resource", "post__author", "post__author__unit")


_FIRST_SHARES = Compiled(lambda own, above, person: _told(_here(own, above), person), own=int, above=int, person=int)
_PUSHED = """
SELECT count(*) AS n
FROM workshops_post p JOIN workshops_share s ON s.post_id = p.id AND s.pushed_at IS NOT NULL AND s.taken_back_at IS NULL
WHERE p.kind = 'share' AND p.parent_id IS NULL AND p.state = 'published' AND p.space_id = ANY(ARRAY(
    SELECT id FROM workshops_space WHERE id = %(workshop)s OR (parent_id = %(workshop)s AND kind = 'sub_workshop')))
"""


def pushed_count(space: Space) -> int:
    """Return how many resources are pushed in a space and its sub-workshops (C-45). Cost: one query."""
    return int(sql.rows(_PUSHED, {"workshop": space.counted_id})[0]["n"])


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


def to_share(person_id: int, visible: QuerySet[Resource], *, text: str = "", chosen: int = 0) -> list[Resource]:
    """Return what a person may bring into a space: her own finished resources, and the favourites that she still sees, the newest first.

    At most one more than `MOST_CHOICES`; `text` is looked for in the titles; `chosen` (an id) is asked for alone. Cost: 2 queries, 3 when
    she has favourites.
    """
    if not text and not chosen:
        own, kept = _OWN(person=person_id), _KEPT(person=person_id)
    else:
        narrowed = Q(title__icontains=text) if text else Q(pk=chosen)
        own, kept = (list(one.filter(narrowed)[:_LOOKED_AT]) for one in (_own(person_id), _kept(person_id)))
    seen = set(visible.filter(pk__in=[one.pk for one in kept]).values_list("pk", flat=True)) if kept else set()
    found = {one.pk: one for one in (*own, *(one for one in kept if one.pk in seen))}
    return sorted(found.values(), key=lambda one: (one.saved_at, one.pk), reverse=True)[: MOST_CHOICES + 1]


def _own(person: int) -> QuerySet[Resource]:
    return Resource.objects.filter(owner=person, state=ResourceState.KEPT).select_related("unit").order_by("-saved_at", "-pk")


def _kept(person: int) -> QuerySet[Resource]:
    favourites = ResourceReader.objects.filter(person=person, favourite_at__isnull=False).values("resource")
    found = Resource.objects.filter(pk__in=favourites, state=ResourceState.KEPT)
    return found.select_related("unit").order_by("-saved_at", "-pk")


_LOOKED_AT = 60  # of the favourites some are not seen any more
_OWN = Compiled(lambda person: _own(person)[: MOST_CHOICES + 1], person=int)
_KEPT = Compiled(lambda person: _kept(person)[:_LOOKED_AT], person=int)


def _members(share: Share) -> QuerySet[Membership]:
    space = share.post.space
    places = Q(space=space) if space.is_sub else Q(workshop=space)
    return Membership.objects.filter(places, state=MembershipState.MEMBER).exclude(person=share.post.author_id)
