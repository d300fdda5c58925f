"""The scores that are shown, of whatever origin: what a plan's assessment has come to for each participant."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from yanxiu.assessment.models import Sitting, SittingResult
from yanxiu.kit import sql
from yanxiu.programmes.models import PlanVersion
from yanxiu.programmes.plan.schema.judgement import ScoreAssessment
from yanxiu.programmes.queries import plan_of

PASS_SCORE = Decimal(60)
"""Where neither plan nor exam says (D-15)."""

# The best of an edition, one row for each participant. `EDITION` names the edition.
BEST = """
SELECT DISTINCT ON (s.enrolment_id) s.enrolment_id, s.id AS sitting_id, r.score, r.passed
FROM assessment_sittingresult r JOIN assessment_sitting s ON s.id = r.sitting_id
WHERE s.exam_id = %(exam)s AND r.edition = EDITION
ORDER BY s.enrolment_id, r.passed DESC, r.score DESC, s.number
"""

_SHOWN = """
SELECT DISTINCT ON (n.person_id) n.person_id, n.id AS enrolment_id, n.version_id, n.role, n.unit_path, f.score, f.passed
FROM (
    SELECT s.enrolment_id, r.score, r.passed
    FROM assessment_exam e JOIN assessment_sitting s ON s.exam_id = e.id
    JOIN assessment_sittingresult r ON r.sitting_id = s.id AND r.edition = e.edition
    WHERE e.programme_id = %(programme)s AND e.assessment = %(assessment)s AND e.released_at IS NOT NULL AND e.cancelled_at IS NULL
    UNION ALL
    SELECT x.enrolment_id, x.score, NULL FROM assessment_enteredscore x
    WHERE x.programme_id = %(programme)s AND x.assessment = %(assessment)s AND x.released_at IS NOT NULL
    UNION ALL
    SELECT p.enrolment_id, p.score, NULL FROM assessment_processscore p JOIN assessment_processrule q ON q.id = p.rule_id
    WHERE q.programme_id = %(programme)s AND q.assessment = %(assessment)s
) f JOIN programmes_enrolment n ON n.id = f.enrolment_id
ORDER BY n.person_id, f.passed DESC NULLS LAST, f.score DESC NULLS LAST
"""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A participant's score in an assessment; `score` None for somebody who was absent. `key`: of the requirement that it meets."""

    person_id: int
    enrolment_id: int
    unit_path: str
    key: str
    score: Decimal | None
    passed: bool


def score_assessments(version_id: int) -> list[ScoreAssessment]:
    """Return the score assessments of a plan version that a participant takes. Cost: none once the plan is read."""
    return [one for one in plan_of(version_id).assess if isinstance(one, ScoreAssessment)]


def assessment_in(version_id: int, assessment: str) -> ScoreAssessment | None:
    """Return one by its id, None when the plan has no such."""
    return next((one for one in score_assessments(version_id) if one.id == assessment), None)


def shown_scores(*, programme_id: int, assessment: str) -> Sequence[Shown]:
    """Return the released scores of an assessment, the best of each participant. Cost: 2 queries."""
    versions = {version.pk: version for version in PlanVersion.objects.filter(programme=programme_id)}
    found = sql.rows(_SHOWN, {"programme": programme_id, "assessment": assessment})
    lines = {key: assessment_in(version.pk, assessment) for key, version in versions.items()}
    shown = []
    for row in found:
        asked = lines[row["version_id"]]
        if asked is None:
            continue
        passed = row["passed"]
        if passed is None:
            passed = row["score"] is not None and row["score"] >= (asked.pass_score if asked.pass_score is not None else PASS_SCORE)
        key = f"{assessment}.{row['role']}" if len(asked.of) > 1 else assessment
        shown.append(
            Shown(
                person_id=row["person_id"], enrolment_id=row["enrolment_id"], unit_path=row["unit_path"], key=key, score=row["score"],
                passed=passed,
            )
        )  # fmt: skip
    return shown


def shown_result(sitting: Sitting) -> SittingResult | None:
    """Return the result that the candidate may see: of the edition shown, once it is released. Cost: one query."""
    if sitting.exam.released_at is None:
        return None
    return SittingResult.objects.filter(sitting=sitting, edition=sitting.exam.edition).first()
