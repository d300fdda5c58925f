"""Resits (补考): an exam that only those sit who passed none of the exams it makes up for."""

from collections.abc import Sequence

from yanxiu.assessment.models import Exam
from yanxiu.kit import sql

# Rows (exam, enrolment) of participants who passed, by the results shown, what a resit makes up for. `EXAMS` names the resits.
PASSED = """
WITH RECURSIVE chain (exam_id, id) AS (
    SELECT id, resit_of_id FROM assessment_exam WHERE EXAMS AND resit_of_id IS NOT NULL
    UNION
    SELECT chain.exam_id, earlier.resit_of_id FROM chain JOIN assessment_exam earlier ON earlier.id = chain.id
     WHERE earlier.resit_of_id IS NOT NULL
)
SELECT DISTINCT chain.exam_id, sitting.enrolment_id
  FROM chain JOIN assessment_exam earlier ON earlier.id = chain.id AND earlier.released_at IS NOT NULL AND earlier.cancelled_at IS NULL
  JOIN assessment_sitting sitting ON sitting.exam_id = earlier.id
  JOIN assessment_sittingresult result ON result.sitting_id = sitting.id AND result.edition = earlier.edition AND result.passed
"""
OF_ONE = PASSED.replace("EXAMS", "id = %(exam)s")
_OF_MANY = PASSED.replace("EXAMS", "id = ANY(%(exams)s)") + " WHERE sitting.enrolment_id = ANY(%(enrolments)s)"


def passed_before(exams: Sequence[Exam], enrolments: Sequence[int]) -> set[tuple[int, int]]:
    """Return (exam, enrolment) of those who need no resit, among the ids given. Cost: one query, none without a resit."""
    resits = [exam.pk for exam in exams if exam.resit_of_id is not None]
    if not resits:
        return set()
    found = sql.rows(_OF_MANY, {"exams": resits, "enrolments": list(enrolments)})
    return {(row["exam_id"], row["enrolment_id"]) for row in found}
