"""Praise: the wall, and who might be praised next by a formula that anybody can check (C-70)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yanxiu.kit import clock, sql
from yanxiu.kit.paging import Page, page_of
from yanxiu.workshops.models import Praise, Space

DAYS = 28
WEIGHTS: Final[Mapping[str, tuple[str, int]]] = {
    "essence": ("精华帖", 10),
    "accepted": ("被采纳的回答", 8),
    "shelved": ("入库资源", 8),
    "answers": ("回答", 3),
    "resources": ("上传资源", 3),
    "posts": ("发言", 1),
    "checkins": ("签到", 1),
}
"""What speaks for praise: quality first, then activity; posts and check-ins at most ten each."""
MOST_SMALL = 10

# Of each member: what was good and what was done in the time; hidden, deleted and uncounted posts are left out. Check-ins are counted
# of those only whom they could still bring among the first.
_CANDIDATES = """
WITH here AS MATERIALIZED (SELECT %(spaces)s AS ids), signs AS (
    SELECT p.author_id AS person_id, p.kind AS sign, count(*) AS n FROM here h
    JOIN workshops_post p ON p.space_id = ANY(h.ids) AND p.state = 'published' AND p.why_not = '' AND p.published_at >= %(since)s
    GROUP BY 1, 2
    UNION ALL
    SELECT p.author_id, 'essence', count(*) FROM here h
    JOIN workshops_post p ON p.space_id = ANY(h.ids) AND p.state = 'published' AND p.why_not = '' AND p.essence_at >= %(since)s GROUP BY 1
    UNION ALL
    SELECT p.author_id, 'accepted', count(*) FROM here h
    JOIN workshops_post p ON p.space_id = ANY(h.ids) AND p.state = 'published' AND p.why_not = '' AND p.accepted_at >= %(since)s GROUP BY 1
    UNION ALL
    SELECT r.owner_id, 'shelved', count(DISTINCT r.id) FROM here h
    JOIN workshops_post p ON p.space_id = ANY(h.ids) AND p.kind = 'share' AND p.parent_id IS NULL AND p.state = 'published'
    JOIN workshops_share s ON s.post_id = p.id JOIN catalogue_resource r ON r.id = s.resource_id
    JOIN catalogue_shelving l ON l.resource_id = r.id AND l.shelved_at >= %(since)s AND l.withdrawn_at IS NULL GROUP BY 1
), counted AS (
    SELECT person_id, COALESCE(sum(n) FILTER (WHERE sign = 'essence'), 0)::int AS essence,
           COALESCE(sum(n) FILTER (WHERE sign = 'accepted'), 0)::int AS accepted,
           COALESCE(sum(n) FILTER (WHERE sign = 'shelved'), 0)::int AS shelved,
           COALESCE(sum(n) FILTER (WHERE sign = 'answer'), 0)::int AS answers,
           COALESCE(sum(n) FILTER (WHERE sign = 'share'), 0)::int AS resources,
           COALESCE(sum(n) FILTER (WHERE sign NOT IN ('essence', 'accepted', 'shelved', 'answer', 'share')), 0)::int AS posts
    FROM signs GROUP BY 1
), weighed AS MATERIALIZED (
    SELECT c.*, 10 * essence + 8 * accepted + 8 * shelved + 3 * answers + 3 * resources + LEAST(posts, %(small)s) AS weight
    FROM counted c JOIN workshops_membership m ON m.person_id = c.person_id AND m.workshop_id = %(workshop)s AND m.state = 'member'
    WHERE NOT EXISTS (
        SELECT FROM workshops_praise g WHERE g.space_id = %(workshop)s AND g.person_id = c.person_id AND g.withdrawn_at IS NULL
            AND g.given_at >= %(since)s)
), line AS (SELECT weight FROM weighed ORDER BY weight DESC OFFSET %(most)s - 1 LIMIT 1)
SELECT w.*, k.checkins, p.name, COALESCE(o.name, '') AS unit, weight + LEAST(k.checkins, %(small)s) AS score
FROM weighed w JOIN people_person p ON p.id = w.person_id LEFT JOIN orgs_org o ON o.id = p.unit_id
CROSS JOIN LATERAL (
    SELECT count(*)::int AS checkins FROM workshops_checkin c
    WHERE c.workshop_id = %(workshop)s AND c.person_id = w.person_id AND c."on" >= %(since_day)s
) k
WHERE w.weight + %(small)s >= COALESCE((SELECT weight FROM line), 0)
ORDER BY score DESC, p.sort_key, w.person_id LIMIT %(most)s
"""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody who might be praised: `parts` are (word, how many, points) that make the score."""

    person_id: int
    name: str
    unit: str
    score: int
    parts: tuple[tuple[str, int, int], ...]

    @property
    def says(self) -> str:
        """What she did, the weightiest first: 精华帖 2，回答 5."""
        parts = sorted(self.parts, key=lambda part: -part[2])
        return "，".join(f"{_(word)} {count}" for word, count, _points in parts[:3])


def candidates(workshop: Space, *, at: datetime, most: int = 10) -> list[Candidate]:
    """Return the members who did most and best in four weeks and were not praised in them, best first. Cost: one query."""
    facts = {
        "workshop": workshop.counted_id, "since": at - timedelta(days=DAYS), "since_day": clock.day(at - timedelta(days=DAYS)),
        "small": MOST_SMALL, "most": most,
    }  # fmt: skip
    return [_candidate(row) for row in sql.rows(_CANDIDATES.replace("%(spaces)s", _SPACES), facts)]


_SPACES = "ARRAY(SELECT id FROM workshops_space WHERE id = %(workshop)s OR (parent_id = %(workshop)s AND kind = 'sub_workshop'))"


def wall(visible: QuerySet[Praise], workshop: Space, *, number: int = 1, size: int = 20) -> Page[Praise]:
    """Return a page of the praise of a workshop, the newest first. Cost: one query."""
    found = visible.filter(space=workshop.counted_id).select_related("person__unit", "author")
    return page_of(found.order_by("-given_at", "-pk"), number=number, size=size)


def received(seen: QuerySet[Praise], *, number: int = 1, size: int = 20) -> Page[Praise]:
    """Return a page of one person's praise, the newest first, with where it was given and by whom. Cost: one query."""
    return page_of(seen.select_related("space__org", "author").order_by("-given_at", "-pk"), number=number, size=size)


def _candidate(row: Mapping[str, int | str]) -> Candidate:
    parts = []
    for key, (word, weight) in WEIGHTS.items():
        count = int(row[key])
        if count:
            parts.append((word, count, weight * (min(count, MOST_SMALL) if weight == 1 else count)))
    return Candidate(
        person_id=int(row["person_id"]), name=str(row["name"]), unit=str(row["unit"]), score=int(row["score"]), parts=tuple(parts)
    )
