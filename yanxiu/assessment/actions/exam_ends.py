"""The ends of open sittings, moved when an exam or one candidate is given more time. Inside of the actions."""

from datetime import datetime

from yanxiu.assessment.models import Exam
from yanxiu.kit import sql

_MOVE = """
UPDATE assessment_sitting sitting
   SET ends_at = fresh.ends_at
  FROM (SELECT one.id, LEAST(one.started_at + make_interval(mins => %(minutes)s + COALESCE(allowance.extra_minutes, 0)),
                             GREATEST(%(closes)s, COALESCE(allowance.closes_at, %(closes)s))) AS ends_at
          FROM assessment_sitting one
          LEFT JOIN assessment_examallowance allowance ON allowance.exam_id = one.exam_id AND allowance.enrolment_id = one.enrolment_id
         WHERE one.exam_id = %(exam)s AND one.handed_in_at IS NULL AND one.ends_at > %(at)s
           AND (%(enrolment)s::bigint IS NULL OR one.enrolment_id = %(enrolment)s)) fresh
 WHERE sitting.id = fresh.id AND fresh.ends_at > sitting.ends_at
"""


def move_ends(exam: Exam, *, at: datetime, enrolment_id: int | None = None) -> int:
    """Move the ends of sittings that still run to where the exam's rules and allowances put them now, never back; return how many.

    Cost: one query.
    """
    values = {"exam": exam.pk, "minutes": exam.minutes, "closes": exam.closes_at, "at": at, "enrolment": enrolment_id}
    return sql.run(_MOVE, values)
