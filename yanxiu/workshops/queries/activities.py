"""Reads of activities: the list of a space, one with its places and people, who takes part."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, DateTimeField, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from yanxiu.workshops.models import (
    Activity,
    ActivityHost,
    ActivityPurpose,
    ActivitySeat,
    LinkKind,
    Post,
    PostState,
    Problem,
    SeatState,
    Space,
)
from yanxiu.workshops.queries.linked import linked_to

SHOWS = ("coming", "past", "mine", "all")


@dataclass(frozen=True, kw_only=True)
class ActivityFacts:
    """An activity as its page shows it: the own state and how many wait before one, who came and waits, problems handed in.

    `partners` hold it together, agreed or asked.
    """

    activity: Activity
    own: str
    ahead: int
    came: int
    waiting: int
    problems: int
    partners: Sequence[ActivityHost]
    result: Post | None


def activities(
    space: Space, *, show: str, text: str = "", person_id: int | None, at: datetime, states: Sequence[str] = (PostState.PUBLISHED,)
) -> QuerySet[Activity]:
    """Return the activities of a space, those it holds together with others and those linked spaces have open to it, with `own_state`;
    coming ones by when they begin.

    `show`: one of `SHOWS`.
    """
    together = ActivityHost.objects.filter(activity=OuterRef("pk"), agreed_at__isnull=False, space__in=space.reading_ids)
    opened = linked_to(Space.objects.filter(pk=space.counted_id), LinkKind.ACTIVITY, "post__space") & Q(is_open_to_linked=True)
    own = ActivitySeat.objects.filter(activity=OuterRef("pk"), person_id=person_id or 0).exclude(state=SeatState.LEFT)
    found = (
        Activity.objects.filter(
            Q(post__space__in=space.reading_ids, post__state__in=states) | Q(Exists(together) | opened, post__state=PostState.PUBLISHED)
        )
        .select_related("post__space", "post__author")
        .annotate(own_state=Subquery(own.values("state")[:1], output_field=CharField()))
    )
    text = " ".join(text.split())[:40]
    if text:
        found = found.filter(Q(post__title__icontains=text) | Q(post__source__icontains=text) | Q(place__icontains=text))
    over = Q(ends_at__lte=at) | Q(closed_at__isnull=False)
    if show == "coming":
        return found.exclude(over).order_by("starts_at", "pk")
    if show == "past":
        return found.filter(over).order_by("-starts_at", "-pk")
    return (found.filter(own_state__isnull=False) if show == "mine" else found).order_by("-starts_at", "-pk")


def count_shows(space: Space, *, person_id: int | None, at: datetime) -> dict[str, int]:
    """Return how many activities each of `SHOWS` lists. Cost: one query."""
    over = Q(ends_at__lte=at) | Q(closed_at__isnull=False)
    counted = activities(space, show="all", person_id=person_id, at=at).order_by().aggregate(
        all=Count("pk"), past=Count("pk", filter=over), mine=Count("pk", filter=Q(own_state__isnull=False))
    )  # fmt: skip
    return {**counted, "coming": counted["all"] - counted["past"]}


def invitations(space: Space) -> list[ActivityHost]:
    """Return the activities that a space was asked to hold together and has not answered. Cost: one query."""
    asked = ActivityHost.objects.filter(space=space, agreed_at__isnull=True, activity__closed_at__isnull=True)
    return list(asked.filter(activity__post__state=PostState.PUBLISHED).select_related("activity__post__space").order_by("asked_at", "pk"))


def activity_of(post: Post) -> Activity:
    """Return the activity of a thread, with the thread as it was loaded. Cost: one query."""
    activity = Activity.objects.select_related("result__author__unit").get(post=post)
    activity.post = post
    return activity


def activity_facts(post: Post, *, person_id: int | None) -> ActivityFacts:
    """Read what the page of an activity shows; its thread is loaded. Cost: 2 queries."""
    seats = ActivitySeat.objects.filter(activity=OuterRef("pk"))
    own = seats.filter(person_id=person_id or 0).exclude(state=SeatState.LEFT)
    own_at = own.order_by().values("signed_up_at")[:1]
    before = ActivitySeat.objects.filter(activity=OuterRef("pk"), state=SeatState.WAITING, signed_up_at__lt=OuterRef("own_at"))
    activity = (
        Activity.objects.filter(post=post)
        .select_related("result__author__unit", "result__parent")
        .annotate(
            own=Coalesce(Subquery(own.values("state")[:1], output_field=CharField()), Value("")),
            own_at=Subquery(own_at, output_field=DateTimeField()),
            came=_number(seats.filter(state=SeatState.CHECKED_IN), "activity"),
            waiting=_number(seats.filter(state=SeatState.WAITING), "activity"),
            problems=_number(Problem.objects.filter(call=OuterRef("pk"), post__state=PostState.PUBLISHED), "call"),
        )
        .annotate(ahead=_number(before, "activity"))
        .get()
    )
    activity.post = post
    partners = ActivityHost.objects.filter(activity=activity).select_related("space").order_by("asked_at", "pk")
    result = activity.result if activity.result is not None and activity.result.state == PostState.PUBLISHED else None
    return ActivityFacts(
        activity=activity, own=activity.own, ahead=activity.ahead, came=activity.came, waiting=activity.waiting, problems=activity.problems,
        partners=list(partners), result=result,
    )  # fmt: skip


def _number(found: QuerySet[Any], by: str) -> Coalesce:
    counted = found.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def seats_of(activity: Activity, *, state: str = "", name: str = "") -> QuerySet[ActivitySeat]:
    """Return who signed up, in the order of signing up; those who cancelled only when asked for."""
    found = ActivitySeat.objects.filter(activity=activity).select_related("person__unit", "space")
    found = found.filter(state=state) if state in SeatState.values else found.exclude(state=SeatState.LEFT)
    if name:
        found = found.filter(Q(person__name__icontains=name) | Q(person__initials__startswith=name.lower()))
    return found.order_by("signed_up_at", "pk")


def count_seats(activity: Activity) -> dict[str, int]:
    """Return how many seats are in each state. Cost: one query."""
    return dict(ActivitySeat.objects.filter(activity=activity).values_list("state").annotate(n=Count("pk")).order_by("state"))


def open_calls(space: Space, *, at: datetime) -> list[Activity]:
    """Return the calls for problems that are open in a space, the one that ends first before others. Cost: one query."""
    found = Activity.objects.filter(
        post__space__in=space.reading_ids, post__state=PostState.PUBLISHED, purpose=ActivityPurpose.CALL, closed_at__isnull=True,
        starts_at__lte=at, ends_at__gt=at,
    )  # fmt: skip
    return list(found.select_related("post__space").order_by("ends_at", "pk"))
