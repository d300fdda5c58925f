"""Reads of people in spaces: hosts, members, requests, who has read what."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, DateTimeField, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from yanxiu.access.models import Appointment
from yanxiu.access.queries import in_force
from yanxiu.kit.compiled import Compiled
from yanxiu.kit.paging import Page, page_of, page_with
from yanxiu.workshops.models import CheckIn, Membership, MembershipState, Post, PostState, Read, Space


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """How many members have read a post, and how many have not; `is_own`: the person who asks has."""

    read: int
    unread: int
    is_own: bool = False


def _hosts(space: int, on: date) -> QuerySet[Appointment]:
    held = Appointment.objects.filter(role="host", space_id=space)
    return in_force(held, on=on).select_related("person__unit").order_by("person__sort_key", "pk")


_HOSTS = Compiled(_hosts, space=int, on=date)
_SEAT = Compiled(
    lambda workshop, person: Membership.objects.filter(workshop=workshop, person_id=person).select_related("space").order_by("pk")[:1],
    workshop=int,
    person=int,
)


def hosts_of(space: Space, *, on: date) -> list[Appointment]:
    """Return the hosts of a space (of the workshop, for a sub-workshop) on a Shanghai day, with their person. Cost: one query."""
    return _HOSTS(space=space.counted_id, on=on)


def membership_of(space: Space, person_id: int | None) -> Membership | None:
    """Return the person's membership in the workshop, whatever its state; None when there never was one. Cost: one query."""
    if person_id is None:
        return None
    return _SEAT.first(workshop=space.counted_id, person=person_id)


# When the member of a row last read something here: her readings are looked at from the newest on, whatever the planner expects of them.
_LAST_READ = """
SELECT r.read_at FROM (
    SELECT post_id, read_at FROM workshops_read WHERE person_id = workshops_membership.person_id ORDER BY read_at DESC OFFSET 0
) r JOIN workshops_post p ON p.id = r.post_id WHERE p.space_id = workshops_membership.workshop_id ORDER BY r.read_at DESC LIMIT 1
"""
_ORDER = {"joined": ("joined_at", "pk"), "name": ("person__sort_key", "pk"), "unit": ("person__unit__name", "person__sort_key", "pk"),
          "group": ("group", "person__sort_key", "pk")}  # fmt: skip
MEMBER_SORTS = tuple(_ORDER)
SIZE = 20


def members(space: Space | int, *, name: str = "", group: str | None = None, sort: str = "joined") -> QuerySet[Membership]:
    """Return who has a seat here, with unit and `seen_at` (last post, reading or check-in), longest members first.

    `group` narrows to a study group ("": to those in none); `sort` is one of `MEMBER_SORTS`.
    """
    posted = Post.objects.filter(author=OuterRef("person"), space=OuterRef("space"), state=PostState.PUBLISHED, published_at__isnull=False)
    came = CheckIn.objects.filter(person=OuterRef("person"), workshop=OuterRef("workshop"))
    found = Membership.objects.filter(space=space, state=MembershipState.MEMBER)
    if name:
        found = found.filter(Q(person__name__icontains=name) | Q(person__initials__startswith=name.lower()))
    if group is not None:
        found = found.filter(group=group)
    return (
        found.select_related("person__unit")
        .annotate(
            posted_at=Subquery(posted.order_by("-published_at").values("published_at")[:1]),
            read_at=RawSQL(_LAST_READ, []),  # noqa: S611 - nothing given stands in it
            came_at=Subquery(came.order_by("-on").values("at")[:1]),
        )
        .order_by(*_ORDER.get(sort, _ORDER["joined"]))
    )


_FIRST_MEMBERS = {sort: Compiled(lambda space, sort=sort: members(space, sort=sort)[: SIZE + 1], space=int) for sort in MEMBER_SORTS}


def member_page(space: Space, *, name: str = "", group: str | None = None, sort: str = "joined", number: int = 1) -> Page[Membership]:
    """Return a page of `members`. Cost: one query."""
    if number == 1 and not name and group is None:
        return page_with(_FIRST_MEMBERS[sort if sort in MEMBER_SORTS else "joined"](space=space.pk))
    return page_of(members(space, name=name, group=group, sort=sort), number=number)


def waiting_requests(space: Space) -> QuerySet[Membership]:
    """Return the requests that wait for authentication, the oldest first. Cost: one query."""
    waiting = Membership.objects.filter(workshop=space.counted_id, state=MembershipState.REQUESTED)
    return waiting.select_related("person__unit").order_by("requested_at", "pk")


def receipt(post: Post, person_id: int | None = None) -> Receipt:
    """Count the members who have read a post and those who have not, and tell whether the person has. Cost: one query."""
    read = Q(read_at__isnull=False)
    found = _audience(post).annotate(read_at=_read_at(post))
    counts = found.aggregate(n=Count("pk"), read=Count("pk", filter=read), own=Count("pk", filter=read & Q(person=person_id or 0)))
    return Receipt(read=counts["read"], unread=counts["n"] - counts["read"], is_own=counts["own"] > 0)


def has_read(post: Post, person_id: int | None) -> bool:
    """Tell whether the person has read a post, and confirmed it where it asks for that. Cost: one query."""
    read = Read.objects.filter(post=post, person_id=person_id or 0, **{f"{_read_field(post)}__isnull": False})
    return person_id is not None and read.exists()


def readers(post: Post, *, have_read: bool) -> QuerySet[Membership]:
    """Return the members who have read a post (latest first), or those who have not (by name), with `read_at`."""
    found = _audience(post).select_related("person__unit").annotate(read_at=_read_at(post)).filter(read_at__isnull=not have_read)
    return found.order_by("-read_at", "pk") if have_read else found.order_by("person__sort_key", "pk")


def seen_of(row: Membership) -> datetime | None:
    """Return when a member annotated by `members` was last seen. No query."""
    moments = [getattr(row, name) for name in ("posted_at", "read_at", "came_at")]
    return max((moment for moment in moments if moment is not None), default=None)


def _audience(post: Post) -> QuerySet[Membership]:
    return Membership.objects.filter(Q(space=post.space_id) | Q(workshop=post.space_id), state=MembershipState.MEMBER)


def slow_readers(post: Post) -> QuerySet[Membership]:
    """Return the seats of those who have not read a post, or not confirmed it where it asks for that; unordered."""
    return _audience(post).annotate(read_at=_read_at(post)).filter(read_at__isnull=True)


def _read_field(post: Post) -> str:
    return "confirmed_at" if post.asks_confirmation else "read_at"


def _read_at(post: Post) -> Subquery:
    return Subquery(Read.objects.filter(post=post, person=OuterRef("person")).values(_read_field(post))[:1], output_field=DateTimeField())


def seats_below(top: Space, *, person_id: int) -> list[Space]:
    """Return the spaces in which a person has a seat, among a workshop and all below it. Cost: one query."""
    held = Membership.objects.filter(person_id=person_id, state=MembershipState.MEMBER, space__path__startswith=top.path)
    return [one.space for one in held.select_related("space__org", "space__parent").order_by("joined_at", "pk")]
