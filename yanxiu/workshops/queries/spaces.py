"""Reads of spaces: the lists, and the home of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from yanxiu.access.models import Appointment
from yanxiu.kit import clock, sql
from yanxiu.kit.compiled import Compiled
from yanxiu.records.models import Tally
from yanxiu.workshops.models import (
    HOST_KINDS,
    Ballot,
    BallotTurnout,
    Membership,
    MembershipState,
    Post,
    PostKind,
    PostState,
    Read,
    Space,
    SpaceKind,
    Tool,
)
from yanxiu.workshops.queries.feed import public_posts
from yanxiu.workshops.queries.people import hosts_of, membership_of
from yanxiu.workshops.queries.places import Around, around
from yanxiu.workshops.queries.threads import nearest, told

_MINE = (MembershipState.MEMBER, MembershipState.REQUESTED, MembershipState.INVITED)
OWN_METRICS = {"checkin": "签到", "briefing.read": "读简报", "discussion": "研讨", "qa.asked": "提问", "qa.answered": "回答"}


@dataclass(frozen=True, kw_only=True)
class Mine:
    """A workshop of a person: the membership, and what is new there. `unread`: published by hosts and not read yet."""

    membership: Membership
    unread: int


@dataclass(frozen=True, kw_only=True)
class Home:
    """The home of a space for one person. `counts`: (word, number) of the own records here; `to_read`: unread, the newest first.

    `to_answer`: threads of open ballots she has not answered, with `closes_at`, the one that closes first in front.
    """

    hosts: Sequence[Appointment]
    membership: Membership | None
    checked_in: int
    checked_in_today: bool
    checked_in_this_week: bool
    briefing: Post | None
    to_read: Sequence[Post]
    to_answer: Sequence[Post]
    feed: Sequence[Post]
    counts: Sequence[tuple[str, int]]
    monday: date
    around: Around

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)


def with_org(found: QuerySet[Space]) -> QuerySet[Space]:
    """Load what checks and pages of a space need."""
    return found.select_related("org", "parent", "programme", "shared_with")


def mine(person_id: int) -> list[Mine]:
    """Return the workshops a person belongs to, has asked to join or is invited to, the newest first. Cost: one query."""
    unread = (
        Post.objects.filter(space=OuterRef("workshop"), kind__in=HOST_KINDS, state=PostState.PUBLISHED)
        .filter(~Exists(Read.objects.filter(post=OuterRef("pk"), person_id=person_id)))
        .order_by()
        .values("space")
        .annotate(n=Count("pk"))
        .values("n")
    )
    held = (
        Membership.objects.filter(
            person_id=person_id, state__in=[MembershipState.MEMBER, MembershipState.REQUESTED, MembershipState.INVITED]
        )
        .exclude(workshop__kind=SpaceKind.PERSONAL)
        .select_related("space__org", "workshop__org")
        .annotate(unread=Coalesce(Subquery(unread, output_field=IntegerField()), 0))
        .order_by("-requested_at", "-pk")
    )
    return [Mine(membership=row, unread=row.unread) for row in held]


def hosted(found: QuerySet[Space]) -> QuerySet[Space]:
    """Return hosted workshops with how many requests and questions wait. Cost: one query."""
    requests = (
        Membership.objects.filter(workshop=OuterRef("pk"), state=MembershipState.REQUESTED)
        .order_by()
        .values("workshop")
        .annotate(n=Count("pk"))
        .values("n")
    )
    open_questions = unanswered(Post.objects.filter(space=OuterRef("pk"))).order_by().values("space").annotate(n=Count("pk")).values("n")
    return found.annotate(
        requests=Coalesce(Subquery(requests, output_field=IntegerField()), 0),
        questions=Coalesce(Subquery(open_questions, output_field=IntegerField()), 0),
    ).order_by("title", "pk")


def to_join(found: QuerySet[Space]) -> QuerySet[Space]:
    """Return joinable workshops by title. Cost: one query."""
    return with_org(found).order_by("title", "pk")


def unanswered(posts: QuerySet[Post]) -> QuerySet[Post]:
    """Narrow posts to public questions that nobody but the asker has answered."""
    answers = Post.objects.filter(parent=OuterRef("pk"), kind=PostKind.ANSWER, state=PostState.PUBLISHED)
    open_ones = posts.filter(kind=PostKind.QUESTION, state=PostState.PUBLISHED)
    return open_ones.filter(~Exists(answers.exclude(author_id=OuterRef("author_id"))))


_UNANSWERED = """
SELECT count(*) AS n FROM workshops_post q
WHERE q.space_id = ANY(%(spaces)s) AND q.kind = 'question' AND q.parent_id IS NULL AND q.state = 'published' AND NOT EXISTS (
    SELECT FROM workshops_post a
    WHERE a.parent_id = q.id AND a.kind = 'answer' AND a.state = 'published' AND a.author_id <> q.author_id)
"""


def unanswered_count(space: Space) -> int:
    """Count the questions read in a space that are `unanswered`. Cost: one query."""
    return int(sql.rows(_UNANSWERED, {"spaces": list(space.reading_ids)})[0]["n"])


def home(space: Space, *, person_id: int | None, at: datetime) -> Home:
    """Read the home of a space that the person may enter. Cost: 6 queries."""
    today = clock.day(at)
    monday = today - timedelta(days=today.weekday())
    beside = around(space, person_id=person_id)
    reading = {"own": space.reading_ids[0], "above": space.reading_ids[-1]}
    published = _PUBLISHED(**reading, person=person_id or 0, at=at)
    ballots = sorted((post for post in published if post.kind == PostKind.BALLOT), key=lambda post: getattr(post, "closes_at"))  # noqa: B009
    return Home(
        hosts=hosts_of(space, on=today),
        membership=membership_of(space, person_id),
        checked_in=beside.came,
        checked_in_today=beside.came_on == today,
        checked_in_this_week=beside.came_on is not None and beside.came_on >= monday,
        briefing=next((post for post in published if post.kind == PostKind.BRIEFING), None),
        to_read=[post for post in published if post.kind != PostKind.BALLOT and not getattr(post, "is_read", False)][:3],
        to_answer=ballots[:3] if Tool.BALLOT in space.tools else [],
        feed=_FEED(**reading),
        counts=_counts(space, person_id),
        monday=monday,
        around=beside,
    )


def _published(own: int, above: int, person: int, at: datetime) -> QuerySet[Post]:
    """What hosts published, and the ballots that wait for the person's answer."""
    answered = BallotTurnout.objects.filter(ballot=OuterRef("pk"), person_id=person)
    asked = Ballot.objects.filter(~Exists(answered), post=OuterRef("pk"), opens_at__lte=at, closes_at__gt=at, closed_at__isnull=True)
    shown = Post.objects.filter(
        Q(kind__in=HOST_KINDS) | Q(Exists(asked), kind=PostKind.BALLOT), state=PostState.PUBLISHED, parent__isnull=True,
        kind__in=(*HOST_KINDS, PostKind.BALLOT),
    )  # fmt: skip
    order = ("-published_at", "-pk")
    found = told(nearest(shown, [own, above], *order, most=12), person).annotate(closes_at=Subquery(asked.values("closes_at")))
    return found.order_by(*order)[:12]


def _feed(own: int, above: int) -> QuerySet[Post]:
    order = ("-published_at", "-pk")
    return nearest(public_posts(), [own, above], *order, most=10).select_related("author", "parent").order_by(*order)[:10]


_PUBLISHED = Compiled(_published, own=int, above=int, person=int, at=datetime)
_FEED = Compiled(_feed, own=int, above=int)


def _counts(space: Space, person_id: int | None) -> list[tuple[str, int]]:
    if person_id is None:
        return []
    counted = dict(
        Tally.objects.filter(
            programme_id=space.programme_id or 0, space_id=space.counted_id, person_id=person_id, metric__in=list(OWN_METRICS)
        )
        .values_list("metric")
        .annotate(n=Sum("count"))
    )
    tools = {"checkin": Tool.CHECK_IN, "briefing.read": Tool.BRIEFING, "discussion": Tool.DISCUSSION}
    return [(word, counted.get(key, 0)) for key, word in OWN_METRICS.items() if tools.get(key, Tool.QA) in space.tools]
