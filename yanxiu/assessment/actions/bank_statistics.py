"""How questions did: counted anew from the results that are shown."""

from datetime import datetime

from django.db import transaction

from yanxiu.assessment import bank_permissions as permissions
from yanxiu.assessment.events import QuestionEvent
from yanxiu.assessment.models import Exam
from yanxiu.kit import sql
from yanxiu.kit.actor import Actor
from yanxiu.records.actions import record

LEAST_ANSWERS = 10

_COUNT = """
WITH shown AS (
    SELECT sitting.id, sitting.exam_id, sitting.sheet, result.points_each, result.score,
           row_number() OVER (PARTITION BY sitting.exam_id ORDER BY result.score DESC, sitting.id) AS place,
           count(*) OVER (PARTITION BY sitting.exam_id) AS all_of
      FROM assessment_exam exam
      JOIN assessment_paper paper ON paper.id = exam.paper_id
      JOIN assessment_sitting sitting ON sitting.exam_id = exam.id
      JOIN assessment_sittingresult result ON result.sitting_id = sitting.id AND result.edition = exam.edition
     WHERE paper.owner_id = %(owner)s AND exam.edition > 0 AND exam.cancelled_at IS NULL
), answers AS (
    SELECT (asked.value ->> 0)::bigint AS version, shown.exam_id,
           LEAST(1, GREATEST(0, (shown.points_each ->> (asked.number - 1)::int)::numeric
                                / NULLIF((asked.value ->> 1)::numeric, 0))) AS share,
           shown.place <= ceil(shown.all_of * 0.27) AS is_top, shown.place > shown.all_of - ceil(shown.all_of * 0.27) AS is_low
      FROM shown CROSS JOIN LATERAL jsonb_array_elements(shown.sheet) WITH ORDINALITY AS asked (value, number)
), wanted AS (
    SELECT DISTINCT version FROM answers WHERE exam_id = %(exam)s
)
INSERT INTO assessment_questionstatistic (version_id, answers, mean_share, discrimination, counted_at)
SELECT version.id, count(*), round(avg(share), 4),
       CASE WHEN count(*) >= %(least)s THEN round(avg(share) FILTER (WHERE is_top) - avg(share) FILTER (WHERE is_low), 4) END, %(at)s
  FROM answers JOIN wanted USING (version) JOIN assessment_questionversion version ON version.id = answers.version
 WHERE share IS NOT NULL
 GROUP BY version.id
ON CONFLICT (version_id) DO UPDATE
   SET answers = EXCLUDED.answers, mean_share = EXCLUDED.mean_share, discrimination = EXCLUDED.discrimination,
       counted_at = EXCLUDED.counted_at
"""


@transaction.atomic
def count_statistics(*, exam: Exam, by: Actor, at: datetime) -> int:
    """Count anew how the questions of an exam did, in all exams of their bank whose results are shown; return how many questions.

    Raises NotPermitted for people: the system counts after each edition of results. Cost: 2 queries, whatever the number.
    """
    permissions.check_can_count(by)
    values = {"exam": exam.pk, "owner": exam.paper.owner_id, "least": LEAST_ANSWERS, "at": at}
    counted = sql.run(_COUNT, values)
    record(
        QuestionEvent.COUNTED, object_id=exam.pk, object_label=exam.title, programme_id=exam.programme_id, data={"questions": counted},
        by=by, at=at,
    )  # fmt: skip
    return counted
