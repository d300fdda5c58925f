"""The host's desk (坊务台): queues with their oldest wait, duties by the plan's numbers, who takes part, words by week."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum

from yanxiu.kit import clock, sql
from yanxiu.programmes.plan.metrics import METRICS
from yanxiu.programmes.plan.schema.work import Duty
from yanxiu.programmes.queries.plans import plan_of
from yanxiu.programmes.queries.windows import Span, windows_of
from yanxiu.records.models import Slice, Tally
from yanxiu.workshops.models import Space, SpaceKind

ACTIVE_DAYS = 28
WEEKS = 8
_ROLES = {SpaceKind.TOPIC_WORKSHOP: "topic_host", SpaceKind.SUB_WORKSHOP: "topic_host", SpaceKind.SUBJECT_WORKSHOP: "subject_host"}
_PLAIN = (("briefing.issued", "workshop"), ("discussion", "workshop"), ("join.reviewed", "workshop"), ("qa.answered", "person"),
          ("article.guiding", "person"))  # fmt: skip

# What waits, and how many posts each ISO week had.
_QUEUES = """
SELECT 'requests' AS queue, count(*) AS count, min(requested_at) AS oldest
FROM workshops_membership WHERE workshop_id = %(workshop)s AND state = 'requested'
UNION ALL
SELECT 'questions', count(*), min(published_at) FROM workshops_post q
WHERE q.space_id = ANY(%(spaces)s) AND q.kind = 'question' AND q.state = 'published' AND NOT EXISTS (
    SELECT 1 FROM workshops_post a
    WHERE a.parent_id = q.id AND a.kind = 'answer' AND a.state = 'published' AND a.author_id <> q.author_id)
UNION ALL
SELECT 'drafts', count(*), min(saved_at) FROM workshops_post WHERE space_id = ANY(%(spaces)s) AND state = 'draft'
UNION ALL
SELECT to_char(published_at AT TIME ZONE 'Asia/Shanghai', 'IYYY-IW'), count(*), NULL FROM workshops_post
WHERE space_id = ANY(%(spaces)s) AND state = 'published' AND published_at >= %(first)s
GROUP BY 1
"""

# By unit: who wrote lately, who only read or checked in, who was not seen.
_MEMBERS = """
SELECT COALESCE(o.name, '') AS unit, count(*) AS people,
       count(*) FILTER (WHERE wrote) AS active,
       count(*) FILTER (WHERE NOT wrote AND came) AS occasional
FROM (
    SELECT p.unit_id,
        EXISTS (SELECT 1 FROM workshops_post w WHERE w.author_id = m.person_id AND w.space_id = ANY(%(spaces)s)
                AND w.state = 'published' AND w.published_at >= %(since)s) AS wrote,
        EXISTS (SELECT 1 FROM workshops_checkin c WHERE c.person_id = m.person_id AND c.workshop_id = %(workshop)s
                AND c.at >= %(since)s)
        OR EXISTS (SELECT 1 FROM workshops_read r JOIN workshops_post b ON b.id = r.post_id
                WHERE r.person_id = m.person_id AND b.space_id = ANY(%(spaces)s) AND r.read_at >= %(since)s) AS came
    FROM workshops_membership m JOIN people_person p ON p.id = m.person_id
    WHERE m.workshop_id = %(workshop)s AND m.state = 'member'
) seen
LEFT JOIN orgs_org o ON o.id = seen.unit_id
GROUP BY 1 ORDER BY count(*) FILTER (WHERE NOT wrote AND NOT came) DESC, 1
"""


@dataclass(frozen=True, kw_only=True)
class Queue:
    """Things that wait for the hosts: how many, and since when the oldest."""

    count: int
    waited: timedelta | None


@dataclass(frozen=True, kw_only=True)
class DutyRow:
    """One duty in numbers. `target` None = the plan states none; `per` workshop (all hosts together) or person."""

    label: str
    metric: str
    per: str
    done: int
    target: Decimal | None
    status: str
    starts_at: datetime | None
    due: datetime | None
    clause: str

    @property
    def missing(self) -> Decimal:
        """How many are still to do."""
        return max(Decimal(0), (self.target or Decimal(0)) - self.done)


@dataclass(frozen=True, kw_only=True)
class Silent:
    """A unit and how many of its members were not seen for four weeks."""

    unit: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The desk of a workshop with all its sub-workshops. `weeks`: (Monday as 11-16, posts), the oldest first."""

    requests: Queue
    questions: Queue
    drafts: Queue
    duties: Sequence[DutyRow]
    people: int
    active: int
    occasional: int
    silent: Sequence[Silent]
    weeks: Sequence[tuple[str, int]]
    spaces: Sequence[Space]

    @property
    def silent_count(self) -> int:
        return self.people - self.active - self.occasional

    @property
    def seats_left(self) -> int | None:
        """Free seats in the workshop and its sub-workshops; None = no limit."""
        if any(space.cap is None for space in self.spaces):
            return None
        return sum((space.cap or 0) - space.member_count for space in self.spaces)

    @property
    def short(self) -> int:
        """How many duties are not met yet."""
        return sum(row.target is not None and row.status != "met" for row in self.duties)


def desk(workshop: Space, *, person_id: int | None, at: datetime) -> Desk:
    """Read the desk of a workshop (not of a sub-workshop) for one of its hosts. Cost: 6 queries."""
    spaces = list(Space.objects.filter(Q(pk=workshop.pk) | Q(parent=workshop, kind=SpaceKind.SUB_WORKSHOP)).order_by("pk"))
    today = clock.day(at)
    mondays = [today - timedelta(days=today.weekday(), weeks=WEEKS - 1 - number) for number in range(WEEKS)]
    scope = {"workshop": workshop.pk, "spaces": [space.pk for space in spaces]}
    found = {row["queue"]: row for row in sql.rows(_QUEUES, {**scope, "first": clock.start_of(mondays[0])})}
    units = sql.rows(_MEMBERS, {**scope, "since": at - timedelta(days=ACTIVE_DAYS)})
    silent = [Silent(unit=row["unit"], count=row["people"] - row["active"] - row["occasional"]) for row in units]
    return Desk(
        requests=_queue(found["requests"], at),
        questions=_queue(found["questions"], at),
        drafts=_queue(found["drafts"], at),
        duties=_duties(workshop, person_id=person_id, at=at),
        people=sum(row["people"] for row in units),
        active=sum(row["active"] for row in units),
        occasional=sum(row["occasional"] for row in units),
        silent=[row for row in silent if row.count],
        weeks=[(f"{day:%m-%d}", found.get(f"{day:%G-%V}", {}).get("count", 0)) for day in mondays],
        spaces=spaces,
    )


def _queue(row: dict[str, Any], at: datetime) -> Queue:
    return Queue(count=row["count"], waited=at - row["oldest"] if row["oldest"] else None)


def _duties(workshop: Space, *, person_id: int | None, at: datetime) -> list[DutyRow]:
    programme = workshop.programme
    version_id = programme.current_id if programme else None
    asked = _asked(workshop, version_id)
    metrics = {duty.metric for duty in asked} | {key for key, _per in _PLAIN}
    tallies = list(
        Tally.objects.filter(Q(space_id=workshop.pk) | Q(person_id=person_id or 0, person_id__gt=0))
        .filter(programme_id=workshop.programme_id or 0, metric__in=metrics)
        .values("metric", "kind", "slice", "person_id", "space_id")
        .annotate(n=Sum("count"))
    )
    if not asked or version_id is None:
        return [_row(key, per, _sum(tallies, key, per, workshop.pk, person_id), at=at) for key, per in _PLAIN]
    spans = {span.key: span for span in windows_of(version_id)}
    slices = list(Slice.objects.filter(programme_id=workshop.programme_id or 0).order_by("number"))
    rows = []
    for duty in asked:
        span = spans.get(duty.in_ or "")
        per = "person" if duty.per == "person" else "workshop"
        done = _sum(tallies, duty.metric, per, workshop.pk, person_id, kinds=duty.kinds, slices=_inside(span, slices))
        rows.append(_row(duty.metric, per, done, duty=duty, span=span, at=at))
    return rows


def _asked(workshop: Space, version_id: int | None) -> list[Duty]:
    role = _ROLES.get(SpaceKind(workshop.kind), "")
    if version_id is None or not role:
        return []
    duties = plan_of(version_id).duties
    return [
        duty
        for duty in duties.get(role, ())  # type: ignore[call-overload]  # the roles are a closed list of words
        if duty.min is not None and duty.metric != "guidance.coverage" and workshop.stage not in duty.except_stages
    ]


def _inside(span: Span | None, slices: Iterable[Slice]) -> set[int] | None:
    if span is None or not span.is_dated:
        return None
    return {
        one.number
        for one in slices
        if (span.starts_at is None or (one.starts_at is not None and one.starts_at >= span.starts_at))
        and (span.ends_at is None or (one.ends_at is not None and one.ends_at <= span.ends_at))
    }


def _sum(
    tallies: Sequence[Mapping[str, Any]], metric: str, per: str, space_id: int, person_id: int | None,
    *, kinds: Sequence[str] = (), slices: set[int] | None = None,
) -> int:  # fmt: skip
    return sum(
        int(row["n"])
        for row in tallies
        if row["metric"] == metric
        and (row["person_id"] == person_id if per == "person" else row["space_id"] == space_id)
        and (not kinds or row["kind"] in kinds)
        and (slices is None or row["slice"] in slices)
    )


def _row(metric: str, per: str, done: int, *, at: datetime, duty: Duty | None = None, span: Span | None = None) -> DutyRow:
    target = Decimal(str(duty.min)) if duty is not None and duty.min is not None else None
    known = METRICS[metric]
    status = "open"
    if target is not None:
        ended = span is not None and span.state(at) == "closed"
        status = "met" if done >= target else "late" if ended else "short"
    return DutyRow(
        label=(duty.label if duty else None) or "、".join(duty.kinds if duty else ()) or known.label,
        metric=metric,
        per=per,
        done=done,
        target=target,
        status=status,
        starts_at=span.starts_at if span else None,
        due=span.ends_at if span else None,
        clause=(duty.clause if duty else None) or "",
    )
