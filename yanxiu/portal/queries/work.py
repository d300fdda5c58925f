"""What a participant has in front of her: courses and lesson cases of all programmes in one list, each with its next step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from yanxiu.kit import sql

# Courses with their first step that is not done among those that count, and lesson cases. Progress is led by the person (its key).
_WORK = """
SELECT 'course' AS what, s.enrolment_id, s.block, c.id AS item_id, c.title, o.topic AS above, o.hours, 0 AS number,
       t.total, t.done, d.done_at, n.id AS step_id, n.number AS step_number, n.kind AS step_kind, n.title AS step_title,
       COALESCE(n.seconds, 0) AS seconds, COALESCE(n.seen, 0) AS seen, t.begun_at, FALSE AS needs_report, NULL::timestamptz AS watched_at,
       NULL::timestamptz AS reported_at, COALESCE(n.returned, FALSE) AS returned, COALESCE(n.handed_in, FALSE) AS handed_in
FROM learning_selection s
JOIN programmes_offering o ON o.id = s.offering_id
JOIN catalogue_course c ON c.id = o.course_id
LEFT JOIN learning_coursedone d ON d.enrolment_id = s.enrolment_id AND d.course_id = c.id
CROSS JOIN LATERAL (
    SELECT count(*)::int AS total, count(x.id)::int AS done, GREATEST(max(x.done_at), max(p.updated_at)) AS begun_at
    FROM catalogue_step y
    LEFT JOIN learning_stepdone x ON x.step_id = y.id AND x.enrolment_id = s.enrolment_id
    LEFT JOIN learning_progress p ON p.person_id = %(person)s AND p.enrolment_id = s.enrolment_id AND p.kind = 1 AND p.item_id = y.id
    WHERE y.course_id = c.id AND y.kind = ANY(s.needs)
) t
LEFT JOIN LATERAL (
    SELECT y.id, y.number, y.kind, y.title, y.seconds, p.seconds AS seen,
           w.state = 'returned' AS returned, w.state = 'submitted' AS handed_in
    FROM catalogue_step y
    LEFT JOIN learning_progress p ON p.person_id = %(person)s AND p.enrolment_id = s.enrolment_id AND p.kind = 1 AND p.item_id = y.id
    LEFT JOIN assessment_submission w ON w.enrolment_id = s.enrolment_id AND w.step_id = y.id
    WHERE y.course_id = c.id AND y.kind = ANY(s.needs)
      AND NOT EXISTS (SELECT 1 FROM learning_stepdone x WHERE x.step_id = y.id AND x.enrolment_id = s.enrolment_id)
    ORDER BY w.state = 'submitted' NULLS FIRST, y.number, y.id LIMIT 1
) n ON TRUE
WHERE s.enrolment_id = ANY(%(enrolments)s) AND s.dropped_at IS NULL
UNION ALL
SELECT 'case', w.enrolment_id, w.block, c.id, c.title, concat_ws(' ', NULLIF(c.author_school, ''), NULLIF(c.author_name, '')),
       w.hours, w.number,
       1 + w.needs_report::int, (w.watched_at IS NOT NULL)::int + (w.reported_at IS NOT NULL)::int, w.done_at, NULL, NULL, '', '',
       c.seconds, COALESCE(p.seconds, 0), GREATEST(p.updated_at, w.watched_at), w.needs_report, w.watched_at, w.reported_at, FALSE, FALSE
FROM learning_casedraw w
JOIN catalogue_lessoncase c ON c.id = w.case_id
LEFT JOIN learning_progress p ON p.person_id = %(person)s AND p.enrolment_id = w.enrolment_id AND p.kind = 2 AND p.item_id = c.id
WHERE w.enrolment_id = ANY(%(enrolments)s) AND w.voided_at IS NULL
ORDER BY 2, 3, 8, 5, 4
"""


@dataclass(frozen=True, kw_only=True)
class Work:
    """A course or lesson case of a participant. `done` of `total` parts; `step_*` is the first part not done (None, "": none is).

    `seconds` and `seen` belong to that part's film. `handed_in`: what is left waits for somebody's mark. `begun_at` None: untouched.
    """

    what: str
    enrolment_id: int
    block: str
    item_id: int
    title: str
    above: str
    hours: Decimal
    number: int
    total: int
    done: int
    done_at: datetime | None
    step_id: int | None
    step_number: int | None
    step_kind: str
    step_title: str
    seconds: int
    seen: int
    begun_at: datetime | None
    needs_report: bool
    watched_at: datetime | None
    reported_at: datetime | None
    returned: bool
    handed_in: bool

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

    @property
    def is_begun(self) -> bool:
        return self.begun_at is not None and not self.is_done

    @property
    def lacks_report(self) -> bool:
        """Tell whether only the observation report is missing."""
        return self.what == "case" and self.watched_at is not None and self.needs_report and self.reported_at is None

    @property
    def minutes_left(self) -> int:
        """Whole minutes of the open film that were not seen yet, at least one while there is one."""
        left = max(0, self.seconds - self.seen)
        return -(-left // 60)


def work_of(person_id: int, enrolments: Sequence[int]) -> list[Work]:
    """Return the courses and cases of a person's participations, by enrolment, block, number and title. Cost: one query."""
    if not enrolments:
        return []
    rows = sql.rows(_WORK, {"person": person_id, "enrolments": list(enrolments)}, plan="kept")
    return [Work(**{**row, "step_kind": row["step_kind"] or "", "step_title": row["step_title"] or ""}) for row in rows]
