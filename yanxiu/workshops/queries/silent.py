"""Members who are not seen (S-36): when each last wrote, read or checked in, and when she was reminded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from yanxiu.kit import sql
from yanxiu.kit.paging import Page, page_with
from yanxiu.workshops.models import Space

SPANS = (7, 14, 28, 60)
SORTS = {"longest": "seen_at NULLS FIRST, joined_at, person_id", "unit": "unit, sort_key, person_id", "name": "sort_key, person_id"}

# One row a member: the last sign of her here. What a member signs is a record of the workshop with her as who acted.
_SILENT = """
SELECT * FROM (
    SELECT m.person_id, p.name, p.sort_key, p.initials, COALESCE(o.name, '') AS unit, p.unit_path, s.title AS seat, m."group" AS in_group,
           m.joined_at, n.nudged_at, COALESCE(n.times, 0) AS times,
           GREATEST(
               (SELECT max(w.published_at) FROM workshops_post w
                WHERE w.author_id = m.person_id AND w.space_id = ANY(ARRAY[m.workshop_id, m.space_id])),
               (SELECT max(c.at) FROM workshops_checkin c WHERE c.workshop_id = m.workshop_id AND c.person_id = m.person_id),
               (SELECT max(r.read_at) FROM workshops_read r JOIN workshops_post b ON b.id = r.post_id
                WHERE r.person_id = m.person_id AND b.space_id = ANY(ARRAY[m.workshop_id, m.space_id]))) AS seen_at
    FROM workshops_membership m JOIN people_person p ON p.id = m.person_id JOIN workshops_space s ON s.id = m.space_id
    LEFT JOIN orgs_org o ON o.id = p.unit_id
    LEFT JOIN workshops_nudge n ON n.workshop_id = m.workshop_id AND n.person_id = m.person_id
    WHERE m.workshop_id = %(workshop)s AND m.state = 'member'
) one
WHERE (seen_at IS NULL OR seen_at < %(since)s) AND joined_at < %(since)s
 AND (%(words)s = '' OR name LIKE %(words)s || '%%' OR initials LIKE lower(%(words)s) || '%%' OR unit LIKE '%%' || %(words)s || '%%')
"""


@dataclass(frozen=True, kw_only=True)
class SilentMember:
    """A member of whom nothing was seen for a while. `seen_at` None: never; `times`: how often she was reminded."""

    person_id: int
    name: str
    unit: str
    seat: str
    in_group: str
    joined_at: datetime
    seen_at: datetime | None
    nudged_at: datetime | None
    times: int

    def may_be_nudged(self, at: datetime) -> bool:
        """Whether the last reminder is three days old."""
        return self.nudged_at is None or self.nudged_at <= at - timedelta(days=3)


def silent(
    workshop: Space, *, days: int, at: datetime, words: str = "", sort: str = "longest", number: int = 1, size: int = 20
) -> Page[SilentMember]:
    """Return the members not seen for so many days (who came later are not among them). Cost: one query."""
    statement = f"{_SILENT} ORDER BY {SORTS.get(sort, SORTS['longest'])} OFFSET %(offset)s LIMIT %(limit)s"
    facts = _facts(workshop, days=days, at=at, words=words) | {"offset": (number - 1) * size, "limit": size + 1}
    rows = sql.rows(statement, facts, plan="fresh")
    names = SilentMember.__dataclass_fields__
    return page_with([SilentMember(**{name: row[name] for name in names}) for row in rows], number=number, size=size)


def silent_count(workshop: Space, *, days: int, at: datetime) -> int:
    """Count the members not seen for so many days. Cost: one query."""
    found = sql.rows(f"SELECT count(*) AS n FROM ({_SILENT}) l", _facts(workshop, days=days, at=at), plan="fresh")
    return int(found[0]["n"])


def silent_ids(workshop: Space, *, days: int, at: datetime) -> Sequence[int]:
    """Return the person ids of all members not seen for so many days. Cost: one query."""
    return [row["person_id"] for row in sql.rows(_SILENT, _facts(workshop, days=days, at=at), plan="fresh")]


def _facts(workshop: Space, *, days: int, at: datetime, words: str = "") -> dict[str, object]:
    return {"workshop": workshop.counted_id, "since": at - timedelta(days=days), "words": words}
