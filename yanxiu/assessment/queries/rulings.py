"""Pages of rulings: the questions that an exam asked with how they went, and what was decided."""

from dataclasses import dataclass
from decimal import Decimal

from yanxiu.assessment import rendering
from yanxiu.assessment.models import Exam, ScoreRuling
from yanxiu.kit import sql


@dataclass(frozen=True, kw_only=True)
class AskedQuestion:
    """A question that candidates got: `times`, and the mean share of its points in the results shown (per cent, None before any)."""

    version_id: int
    title: str
    times: int
    mean: Decimal | None


_ASKED = """
SELECT (q.asked ->> 0)::bigint AS version_id, v.content ->> 'stem' AS stem, count(*) AS times,
       round(avg(NULLIF(r.points_each ->> (q.place - 1)::int, '')::numeric / NULLIF((q.asked ->> 1)::numeric, 0)) * 100, 1) AS mean,
       min(q.place) AS place
FROM assessment_sitting s CROSS JOIN LATERAL jsonb_array_elements(s.sheet) WITH ORDINALITY q(asked, place)
JOIN assessment_questionversion v ON v.id = (q.asked ->> 0)::bigint
LEFT JOIN assessment_sittingresult r ON r.sitting_id = s.id AND r.edition = %(edition)s
WHERE s.exam_id = %(exam)s GROUP BY 1, 2 ORDER BY place, version_id
"""


def asked_questions(exam: Exam) -> list[AskedQuestion]:
    """Return the questions that candidates of an exam got, in the order of the sheets. Cost: one query."""
    found = sql.rows(_ASKED, {"exam": exam.pk, "edition": exam.edition})
    return [
        AskedQuestion(version_id=row["version_id"], title=rendering.plain(row["stem"] or "", most=60), times=row["times"], mean=row["mean"])
        for row in found
    ]


def rulings_of(exam: Exam) -> list[ScoreRuling]:
    """Return the rulings of an exam, the last first. Cost: one query."""
    return list(ScoreRuling.objects.filter(exam=exam).select_related("version").order_by("-made_at", "-pk"))
