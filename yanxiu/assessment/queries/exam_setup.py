"""Exams for those who set them: the list, and what goes on while one is sat."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from yanxiu.assessment.models import Exam, ExamAllowance
from yanxiu.assessment.resits import OF_ONE
from yanxiu.kit import sql
from yanxiu.kit.text import plain
from yanxiu.programmes.models import Enrolment, EnrolmentState

MOST_SIGNS = 100
_UNITS = f"""
WITH spared AS ({OF_ONE}), latest AS (
    SELECT DISTINCT ON (sitting.enrolment_id) sitting.enrolment_id, sitting.handed_in_at IS NOT NULL OR sitting.ends_at <= %(at)s AS is_over
      FROM assessment_sitting sitting WHERE sitting.exam_id = %(exam)s ORDER BY sitting.enrolment_id, sitting.number DESC
)
SELECT unit.id, unit.name, count(*)::int AS candidates, count(*) FILTER (WHERE latest.enrolment_id IS NULL)::int AS not_begun,
       count(*) FILTER (WHERE NOT latest.is_over)::int AS sitting, count(*) FILTER (WHERE latest.is_over)::int AS handed_in
  FROM programmes_enrolment enrolment JOIN orgs_org unit ON unit.id = enrolment.unit_id
  LEFT JOIN latest ON latest.enrolment_id = enrolment.id
 WHERE enrolment.programme_id = %(programme)s AND (latest.enrolment_id IS NOT NULL OR enrolment.state = 'active'
       AND enrolment.id NOT IN (SELECT enrolment_id FROM spared))
 GROUP BY unit.id, unit.name, unit.path ORDER BY unit.path
"""
_SIGNS = """
SELECT person.name, unit.name AS unit, sitting.number, sitting.lease - 1 AS changes, sitting.away_times, sitting.away_seconds,
       sitting.late_refused, count(*) OVER ()::int AS all_of
  FROM assessment_sitting sitting JOIN programmes_enrolment enrolment ON enrolment.id = sitting.enrolment_id
  JOIN people_person person ON person.id = enrolment.person_id JOIN orgs_org unit ON unit.id = enrolment.unit_id
 WHERE sitting.exam_id = %(exam)s AND (sitting.lease > 1 OR sitting.away_times > 0 OR sitting.late_refused > 0)
 ORDER BY sitting.away_seconds DESC, sitting.id LIMIT %(most)s
"""

# Participants who have passed neither an exam, by the results shown, nor what it makes up for.
_NOT_PASSED = f"""
WITH spared AS ({OF_ONE})
SELECT count(*)::int AS count FROM programmes_enrolment enrolment
 WHERE enrolment.programme_id = %(programme)s AND enrolment.state = 'active' AND enrolment.id NOT IN (SELECT enrolment_id FROM spared)
   AND NOT EXISTS (SELECT 1 FROM assessment_sitting sitting JOIN assessment_sittingresult result ON result.sitting_id = sitting.id
                    WHERE sitting.exam_id = %(exam)s AND sitting.enrolment_id = enrolment.id AND result.edition = %(edition)s
                      AND result.passed)
"""

_CANDIDATES = f"""
WITH spared AS ({OF_ONE})
SELECT enrolment.person_id AS id FROM programmes_enrolment enrolment
 WHERE enrolment.programme_id = %(programme)s AND enrolment.state = 'active' AND enrolment.id NOT IN (SELECT enrolment_id FROM spared)
"""


@dataclass(frozen=True, kw_only=True)
class UnitState:
    """How many candidates of a unit have not begun, sit, and have handed in."""

    id: int
    name: str
    candidates: int
    not_begun: int
    sitting: int
    handed_in: int


@dataclass(frozen=True, kw_only=True)
class Sign:
    """What the pages of one sitting told: changes of device, leaving the page, answers that came too late. No verdict."""

    name: str
    unit: str
    number: int
    changes: int
    away_times: int
    away_seconds: int
    late_refused: int
    all_of: int


@dataclass(frozen=True, kw_only=True)
class Overview:
    """An exam while it is sat."""

    units: Sequence[UnitState]
    signs: Sequence[Sign]

    @property
    def candidates(self) -> int:
        return sum(unit.candidates for unit in self.units)

    @property
    def not_begun(self) -> int:
        return sum(unit.not_begun for unit in self.units)

    @property
    def sitting(self) -> int:
        return sum(unit.sitting for unit in self.units)

    @property
    def handed_in(self) -> int:
        return sum(unit.handed_in for unit in self.units)


def found_exams(exams: QuerySet[Exam], *, programme_id: int | None, text: str) -> QuerySet[Exam]:
    """Return exams with programme and paper, the latest first."""
    found = exams.select_related("programme", "paper")
    if programme_id is not None:
        found = found.filter(programme_id=programme_id)
    if text:
        found = found.filter(title__icontains=plain(text)[:60])
    return found.order_by("-opens_at", "-pk")


def overview(exam: Exam, *, at: datetime) -> Overview:
    """Return who sits and what pages told, at a moment. Cost: 2 queries."""
    units = sql.rows(_UNITS, {"exam": exam.pk, "programme": exam.programme_id, "at": at})
    signs = sql.rows(_SIGNS, {"exam": exam.pk, "most": MOST_SIGNS})
    return Overview(units=[UnitState(**row) for row in units], signs=[Sign(**row) for row in signs])


def candidates(exam: Exam) -> list[int]:
    """Return the ids of the persons who may sit an exam. Cost: one query."""
    return [row["id"] for row in sql.rows(_CANDIDATES, {"exam": exam.pk, "programme": exam.programme_id})]


def not_passed(exam: Exam) -> int:
    """Return how many participants have not passed an exam, those who stayed away too. Cost: one query."""
    facts = {"exam": exam.pk, "programme": exam.programme_id, "edition": exam.edition}
    return int(sql.rows(_NOT_PASSED, facts)[0]["count"])


def allowances(exam: Exam) -> QuerySet[ExamAllowance]:
    """Return what candidates are given beyond the rules, by name."""
    found = ExamAllowance.objects.filter(exam=exam).select_related("enrolment__person", "enrolment__unit")
    return found.order_by("enrolment__person__name", "pk")


def candidates_named(exam: Exam, text: str) -> list[Enrolment]:
    """Return the candidates whose name or unit has the words, at most 20. Cost: one query, none without words."""
    words = plain(text)[:40]
    if not words:
        return []
    active = Enrolment.objects.filter(programme_id=exam.programme_id, state=EnrolmentState.ACTIVE).select_related("person", "unit")
    found = active.filter(person__name__icontains=words) | active.filter(unit__name__icontains=words)
    return list(found.order_by("person__name", "pk")[:20])


def counts(exams: QuerySet[Exam], *, at: datetime) -> dict[str, int]:
    """Return how many exams there are, how many of them are drafts, and how many are open now. Cost: one query."""
    is_open = Q(announced_at__isnull=False, cancelled_at__isnull=True, opens_at__lte=at, closes_at__gt=at)
    return exams.aggregate(all=Count("pk"), drafts=Count("pk", filter=Q(announced_at__isnull=True)), open=Count("pk", filter=is_open))
