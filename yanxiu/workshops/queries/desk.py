"""The host's desk (坊务台): queues with their oldest wait, duties by the plan's numbers, who takes part, words by week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from yanxiu.access.models import Appointment
from yanxiu.kit import clock, sql
from yanxiu.workshops.models import Space
from yanxiu.workshops.queries.duties import Board, Lower, board
from yanxiu.workshops.queries.people import hosts_of
from yanxiu.workshops.queries.praise import Candidate, candidates

ACTIVE_DAYS = 28
WEEKS = 8

_SPACES = "ARRAY(SELECT id FROM workshops_space WHERE id = %(workshop)s OR (parent_id = %(workshop)s AND kind = 'sub_workshop'))"
# What waits, with the one that it is when it is a single one (of cases: their round); the spaces with their seats; the workshops next
# below; how many posts each ISO week had.
_QUEUES = f"""
WITH here AS (SELECT {_SPACES} AS ids)
SELECT 'requests' AS queue, count(*) AS count, min(requested_at) AS oldest, NULL::bigint AS id, '' AS title, '' AS stage, NULL::int AS cap
FROM workshops_membership WHERE workshop_id = %(workshop)s AND state = 'requested'
UNION ALL
SELECT 'questions', count(*), min(published_at), CASE WHEN count(*) = 1 THEN min(q.id) END, '', '', NULL FROM workshops_post q
WHERE q.space_id = ANY((SELECT ids FROM here)::bigint[]) AND q.kind = 'question' AND q.parent_id IS NULL AND q.state = 'published'
 AND NOT EXISTS (
    SELECT 1 FROM workshops_post a
    WHERE a.parent_id = q.id AND a.kind = 'answer' AND a.state = 'published' AND a.author_id <> q.author_id)
UNION ALL
SELECT 'drafts', count(*), min(saved_at), CASE WHEN count(*) = 1 THEN min(id) END, '', '', NULL FROM workshops_post
WHERE space_id = ANY((SELECT ids FROM here)::bigint[]) AND state = 'draft' AND kind IN ('briefing', 'guide', 'article', 'announcement')
UNION ALL
SELECT 'held', count(*), min(created_at), NULL, '', '', NULL FROM workshops_post
WHERE space_id = ANY((SELECT ids FROM here)::bigint[]) AND state = 'held'
UNION ALL
SELECT 'reports', count(*), min(opened_at), NULL, '', '', NULL FROM integrity_reportcase
WHERE space_id = ANY((SELECT ids FROM here)::bigint[]) AND state = 'open' AND NOT is_above
UNION ALL
SELECT 'cases', count(*), min(r.closed_at), CASE WHEN count(DISTINCT r.id) = 1 THEN min(r.id) END, '', '', NULL
FROM workshops_caseround r JOIN workshops_casepresence p ON p.round_id = r.id JOIN workshops_casetheme t ON t.id = r.theme_id
WHERE r.space_id = %(workshop)s AND r.closed_at IS NOT NULL AND p.recommended_at IS NULL AND t.published_at IS NULL
 AND (r.places IS NULL OR r.recommended < r.places + r.granted)
UNION ALL
SELECT 'space', member_count, NULL, id, title, '', cap FROM workshops_space WHERE id = ANY((SELECT ids FROM here)::bigint[])
UNION ALL
SELECT 'lower', 0, NULL, id, level, stage, NULL FROM workshops_space WHERE parent_id = %(workshop)s AND kind = 'subject_workshop'
UNION ALL
SELECT to_char(monday, 'IYYY-IW'), said.n, NULL, NULL, '', '', NULL FROM unnest(%(mondays)s::date[]) monday CROSS JOIN LATERAL (
    SELECT count(*) AS n FROM workshops_post p
    WHERE p.space_id = ANY((SELECT ids FROM here)::bigint[]) AND p.state = 'published'
      AND p.published_at >= monday::timestamp AT TIME ZONE 'Asia/Shanghai'
      AND p.published_at < (monday + 7)::timestamp AT TIME ZONE 'Asia/Shanghai') said
ORDER BY 1, 4
"""

# By unit: who wrote lately, who only read or checked in, who was not seen; who came into the workshop lately is not silent yet. Of each
# member one sign is looked for, not all of them.
_MEMBERS = f"""
WITH here AS MATERIALIZED (SELECT {_SPACES} AS ids), seen AS MATERIALIZED (
    SELECT p.unit_id, m.joined_at >= %(since)s AS is_new, w.wrote, w.wrote OR COALESCE(
        (SELECT TRUE FROM workshops_post k WHERE k.author_id = m.person_id AND k.space_id = ANY(h.ids)
            AND k.published_at >= %(since)s LIMIT 1),
        (SELECT TRUE FROM workshops_checkin c WHERE c.workshop_id = %(workshop)s AND c.person_id = m.person_id
            AND c."on" >= %(since_day)s AND c.at >= %(since)s LIMIT 1),
        (SELECT TRUE FROM workshops_read r JOIN workshops_post b ON b.id = r.post_id
            WHERE r.person_id = m.person_id AND r.read_at >= %(since)s AND b.space_id = ANY(h.ids) LIMIT 1), FALSE) AS came
    FROM here h CROSS JOIN workshops_membership m JOIN people_person p ON p.id = m.person_id
    CROSS JOIN LATERAL (SELECT COALESCE((SELECT TRUE FROM workshops_post k WHERE k.author_id = m.person_id
        AND k.space_id = ANY(h.ids) AND k.state = 'published' AND k.published_at >= %(since)s LIMIT 1), FALSE) AS wrote OFFSET 0) w
    WHERE m.workshop_id = %(workshop)s AND m.state = 'member'
)
SELECT COALESCE(o.name, '') AS unit, count(*) AS people,
       count(*) FILTER (WHERE wrote) AS active,
       count(*) FILTER (WHERE NOT wrote AND came) AS occasional,
       count(*) FILTER (WHERE NOT wrote AND NOT came AND is_new) AS newcomers
FROM seen LEFT JOIN orgs_org o ON o.id = seen.unit_id
GROUP BY 1 ORDER BY count(*) FILTER (WHERE NOT wrote AND NOT came AND NOT is_new) DESC, 1
"""


@dataclass(frozen=True, kw_only=True)
class Queue:
    """Things that wait for the hosts: how many, and since when the oldest. `only`: where it is a single one, its id."""

    count: int
    waited: timedelta | None
    only: int | None = None


@dataclass(frozen=True, kw_only=True)
class Seats:
    """A workshop or sub-workshop and how full it is; `cap` None = no limit."""

    id: int
    title: str
    taken: int
    cap: int | None


@dataclass(frozen=True, kw_only=True)
class Silent:
    """A unit and how many of its members were not seen for four weeks."""

    unit: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The desk of a workshop with all its sub-workshops. `weeks`: (Monday as 11-16, posts), the oldest first."""

    queues: dict[str, Queue]
    hosts: Sequence[Appointment]
    board: Board
    people: int
    active: int
    occasional: int
    newcomers: int
    silent: Sequence[Silent]
    weeks: Sequence[tuple[str, int]]
    spaces: Sequence[Seats]
    candidates: Sequence[Candidate]

    @property
    def silent_count(self) -> int:
        return self.people - self.active - self.occasional - self.newcomers

    @property
    def seats_left(self) -> int | None:
        """Free seats in the workshop and its sub-workshops; None = no limit."""
        if any(space.cap is None for space in self.spaces):
            return None
        return sum((space.cap or 0) - space.taken for space in self.spaces)

    @property
    def short(self) -> int:
        """How many duties are not met yet."""
        return sum(row.is_short for row in self.board.rows)


def desk(workshop: Space, *, person_id: int | None, at: datetime) -> Desk:
    """Read the desk of a workshop (not of a sub-workshop) for one of its hosts. Cost: 6 queries."""
    today = clock.day(at)
    mondays = [today - timedelta(days=today.weekday(), weeks=WEEKS - 1 - number) for number in range(WEEKS)]
    since = at - timedelta(days=ACTIVE_DAYS)
    scope = {"workshop": workshop.pk, "since": since, "since_day": clock.day(since), "mondays": mondays}
    rows = sql.rows(_QUEUES, scope)
    found = {row["queue"]: row for row in rows}
    units = sql.rows(_MEMBERS, scope)
    silent = [Silent(unit=row["unit"], count=row["people"] - row["active"] - row["occasional"] - row["newcomers"]) for row in units]
    hosts = hosts_of(workshop, on=today)
    lower = [Lower(id=row["id"], level=row["title"], stage=row["stage"]) for row in rows if row["queue"] == "lower"]
    return Desk(
        queues={name: _queue(found[name], at) for name in ("questions", "held", "reports", "requests", "cases", "drafts")},
        hosts=hosts,
        board=board(workshop, hosts=[one.person_id for one in hosts], person_id=person_id, at=at, lower=lower),
        people=sum(row["people"] for row in units),
        active=sum(row["active"] for row in units),
        occasional=sum(row["occasional"] for row in units),
        newcomers=sum(row["newcomers"] for row in units),
        silent=[row for row in silent if row.count],
        weeks=[(f"{day:%m-%d}", found.get(f"{day:%G-%V}", {}).get("count", 0)) for day in mondays],
        spaces=[Seats(id=row["id"], title=row["title"], taken=row["count"], cap=row["cap"]) for row in rows if row["queue"] == "space"],
        candidates=candidates(workshop, at=at, most=3),
    )


def _queue(row: dict[str, Any], at: datetime) -> Queue:
    return Queue(count=row["count"], waited=at - row["oldest"] if row["oldest"] else None, only=row["id"])
