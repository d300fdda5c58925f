"""Praise: the wall, and who might be praised next by a formula that anybody can check (C-70)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yanxiu.kit import sql
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

# Of each member: what was good and what was done in the time; hidden, deleted and uncounted posts are left out.
_CANDIDATES = """
WITH words AS (
    SELECT p.author_id AS person_id,
           count(*) FILTER (WHERE p.essence_at >= %(since)s) AS essence,
           count(*) FILTER (WHERE p.accepted_at >= %(since)s) AS accepted,
           count(*) FILTER (WHERE p.kind = 'answer' AND p.published_at >= %(since)s) AS answers,
           count(*) FILTER (WHERE p.kind = 'share' AND p.published_at >= %(since)s) AS resources,
           count(*) FILTER (WHERE p.kind NOT IN ('answer', 'share') AND p.published_at >= %(since)s) AS posts
    FROM workshops_post p
    WHERE p.space_id = ANY(%(spaces)s) AND p.state = 'published' AND p.why_not = ''
      AND (p.published_at >= %(since)s OR p.essence_at >= %(since)s OR p.accepted_at >= %(since)s)
    GROUP BY 1
), shelved AS (
    SELECT r.owner_id AS person_id, count(DISTINCT r.id) AS shelved
    FROM workshops_post p JOIN workshops_share s ON s.post_id = p.id JOIN catalogue_resource r ON r.id = s.resource_id
    JOIN catalogue_shelving l ON l.resource_id = r.id AND l.shelved_at >= %(since)s AND l.withdrawn_at IS NULL
    WHERE p.space_id = ANY(%(spaces)s) AND p.state = 'published' GROUP BY 1
), came AS (
    SELECT person_id, count(*) AS checkins FROM workshops_checkin WHERE workshop_id = %(workshop)s AND at >= %(since)s GROUP BY 1
), praised AS (
    SELECT person_id, max(given_at) AS last FROM workshops_praise WHERE space_id = %(workshop)s AND withdrawn_at IS NULL GROUP BY 1
), counted AS (
    SELECT m.person_id, COALESCE(w.essence, 0) AS essence, COALESCE(w.accepted, 0) AS accepted, COALESCE(h.shelved, 0) AS shelved,
           COALESCE(w.answers, 0) AS answers, COALESCE(w.resources, 0) AS resources, COALESCE(w.posts, 0) AS posts,
           COALESCE(c.checkins, 0) AS checkins, d.last AS praised_at
    FROM workshops_membership m
    LEFT JOIN words w ON w.person_id = m.person_id LEFT JOIN shelved h ON h.person_id = m.person_id
    LEFT JOIN came c ON c.person_id = m.person_id LEFT JOIN praised d ON d.person_id = m.person_id
    WHERE m.workshop_id = %(workshop)s AND m.state = 'member'
)
SELECT c.*, p.name, COALESCE(o.name, '') AS unit,
       10 * essence + 8 * accepted + 8 * shelved + 3 * answers + 3 * resources + LEAST(posts, %(small)s)
           + LEAST(checkins, %(small)s) AS score
FROM counted c JOIN people_person p ON p.id = c.person_id LEFT JOIN orgs_org o ON o.id = p.unit_id
WHERE essence + accepted + shelved + answers + resources + posts > 0 AND (praised_at IS NULL OR praised_at < %(since)s)
ORDER BY score DESC, p.sort_key, c.person_id LIMIT %(most)s
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
        "workshop": workshop.counted_id, "since": at - timedelta(days=DAYS), "small": MOST_SMALL, "most": most,
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
