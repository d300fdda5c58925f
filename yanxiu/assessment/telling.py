"""Writing down what scores people have now: one record each, the earlier one voided, and one that the scores are out."""

from collections.abc import Mapping
from datetime import datetime

from yanxiu.assessment.events import ScoreEvent
from yanxiu.assessment.models import Exam, Sitting
from yanxiu.assessment.queries.scores import BEST
from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.programmes.models import Programme
from yanxiu.records.actions import record, record_from, void_all

# Whose best result is new or another one than in the edition before.
_CHANGED = f"""
WITH fresh AS ({BEST.replace("EDITION", "%(new)s")}), old AS ({BEST.replace("EDITION", "%(old)s")})
SELECT n.id AS enrolment_id, n.person_id, n.unit_path, f.sitting_id, f.score, f.passed
FROM fresh f JOIN programmes_enrolment n ON n.id = f.enrolment_id
LEFT JOIN old o ON o.enrolment_id = f.enrolment_id AND %(old)s <> %(new)s
WHERE (o.enrolment_id IS NULL OR o.score <> f.score OR o.passed <> f.passed)
  AND (%(sitting)s::bigint IS NULL OR f.sitting_id = %(sitting)s::bigint)
"""

_STANDING = """
SELECT r.id FROM records_record r
WHERE r.programme_id = %(programme)s AND r.verb = 'given' AND r.object_type = 'score' AND r.person_id = ANY(%(people)s)
  AND r.object_id = %(object)s AND NOT EXISTS (SELECT 1 FROM records_record v WHERE v.voids = r.id)
"""


def tell_scores(*, exam: Exam, earlier: int, sitting: Sitting | None, by: Actor, at: datetime) -> int:
    """Record the scores that changed between two editions of an exam (of one sitting only, when given); return how many."""
    facts = {"exam": exam.pk, "new": exam.edition, "old": earlier, "sitting": sitting.pk if sitting else None}
    rows = f"""
        SELECT {exam.pk:d}::text AS object_id, %(title)s::text AS object_label, c.person_id, c.unit_path, %(assessment)s::text AS kind,
               {exam.programme_id:d}::bigint AS programme_id, c.score AS measure,
               jsonb_build_object('enrolment', c.enrolment_id, 'exam', {exam.pk:d}, 'sitting', c.sitting_id, 'passed', c.passed,
                                  'edition', {exam.edition:d}) AS data
        FROM ({_CHANGED}) c"""
    people = [row["person_id"] for row in sql.rows(f"SELECT c.person_id FROM ({_CHANGED}) c", facts)]
    if not people:
        return 0
    words = {**facts, "title": exam.title, "assessment": exam.assessment}
    tell(
        programme=exam.programme, assessment=exam.assessment, source=f"exam:{exam.pk}", object_id=str(exam.pk), label=exam.title, rows=rows,
        facts=words, people=people, by=by, at=at,
    )  # fmt: skip
    return len(people)


def tell(
    *, programme: Programme, assessment: str, source: str, object_id: str, label: str, rows: str, facts: Mapping[str, object],
    people: list[int], by: Actor, at: datetime,
) -> None:  # fmt: skip
    """Void what people had of the object, record what they have now, and that scores are out. Cost: 7 queries."""
    standing = sql.rows(_STANDING, {"programme": programme.pk, "people": people, "object": object_id})
    void_all(record_ids=[row["id"] for row in standing], reason="成绩有变，以新成绩为准", by=by, at=at)
    more = ("kind", "data", "programme_id", "measure")
    record_from(event=ScoreEvent.GIVEN, rows=rows, parameters=facts, more=more, by=by, at=at)
    record(
        ScoreEvent.RELEASED, object_id=object_id, object_label=label, programme_id=programme.pk, unit_path=programme.owner_path,
        kind=assessment, measure=len(people), data={"source": source, "assessment": assessment, "people": len(people)}, by=by, at=at,
    )  # fmt: skip
