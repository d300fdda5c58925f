"""What waits for an administrator's decision in a scope, and since when."""

from dataclasses import dataclass
from datetime import datetime

from yanxiu.kit import sql

_WAITS = """
SELECT
  w.withdrawals, w.withdrawals_since, l.lessons, l.lessons_since, c.courses,
  (SELECT count(*)::int FROM learning_schooltopic t WHERE t.programme_id = %(programme)s AND t.school_id = %(unit)s) AS topics,
  (SELECT count(DISTINCT x.enrolment_id)::int FROM learning_topicwish x JOIN programmes_enrolment e ON e.id = x.enrolment_id
    WHERE e.programme_id = %(programme)s AND e.unit_id = %(unit)s) AS wishers,
  (SELECT max(s.finished_at) FROM credits_settlement s WHERE s.programme_id = %(programme)s) AS settled_at
FROM
  (SELECT count(*)::int AS withdrawals, min(w.applied_at) AS withdrawals_since FROM programmes_withdrawal w
    JOIN programmes_enrolment e ON e.id = w.enrolment_id
    WHERE w.state = 'applied' AND e.unit_path LIKE %(path)s || '%%' AND e.person_id <> %(person)s) w,
  (SELECT count(*)::int AS lessons, min(r.registered_at) AS lessons_since FROM fieldwork_researchlesson r
    JOIN programmes_enrolment e ON e.id = r.enrolment_id
    WHERE r.state = 'registered' AND r.unit_path LIKE %(path)s || '%%' AND e.person_id <> %(person)s) l,
  (SELECT count(*)::int AS courses FROM catalogue_course c
    JOIN orgs_org o ON o.id = c.owner_id WHERE c.state = 'review' AND o.path LIKE %(path)s || '%%') c
"""


@dataclass(frozen=True, kw_only=True)
class Waits:
    """Counts, each with the moment of the oldest (None: nothing waits). `topics` and `wishers` are those of a school."""

    withdrawals: int
    withdrawals_since: datetime | None
    lessons: int
    lessons_since: datetime | None
    courses: int
    topics: int
    wishers: int
    settled_at: datetime | None


def waits(*, path: str, unit_id: int, programme_id: int | None, person_id: int) -> Waits:
    """Return what waits under a path for somebody; the own things of that person are left out. Cost: one query."""
    return Waits(**sql.rows(_WAITS, {"path": path, "unit": unit_id, "programme": programme_id or 0, "person": person_id})[0])
