"""Pages of observations: one's own sheet beside the film, and what came together on a case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Avg, Count, F, QuerySet
from django.utils.translation import gettext as _

from yanxiu.assessment import sheets
from yanxiu.assessment.models import Observation, Remark, Rubric, RubricUse
from yanxiu.assessment.queries.study import blocks_of_case
from yanxiu.catalogue.models import LessonCase
from yanxiu.files import queries as files
from yanxiu.kit import moments, sql
from yanxiu.kit.errors import Conflict
from yanxiu.kit.paging import Page, page_of
from yanxiu.programmes.models import Enrolment

_TENTH = Decimal("0.1")

# How often each level of each dimension was chosen on a case, per rubric.
_CHOSEN = """
SELECT o.rubric_id, l.key, l.value::int AS level, count(*) AS count
FROM assessment_observation o, jsonb_each_text(o.levels) AS l(key, value)
WHERE o.case_id = %(case)s AND o.submitted_at IS NOT NULL
GROUP BY o.rubric_id, l.key, l.value
"""


# The newest rubric's mean of each case, and how many remarks were handed in.
_OWN = """
SELECT DISTINCT ON (o.case_id) o.case_id, count(*)::int AS count, avg(o.total) AS average,
       (SELECT count(*)::int FROM assessment_remark r JOIN assessment_observation x ON x.id = r.observation_id
        WHERE x.case_id = o.case_id AND x.submitted_at IS NOT NULL) AS remarks
FROM assessment_observation o JOIN assessment_rubric b ON b.id = o.rubric_id
WHERE o.case_id = ANY(%(cases)s::bigint[]) AND o.submitted_at IS NOT NULL
GROUP BY o.case_id, o.rubric_id, b.published_at
ORDER BY o.case_id, b.published_at DESC NULLS LAST, o.rubric_id DESC
"""
MOST_REMARKS = 300


class NoRubric(Conflict):
    """Nobody above has published a rubric."""

    code = "no_rubric"


@dataclass(frozen=True, kw_only=True)
class Film:
    """Signed links to a case's film, captions and poster ("" where there is none)."""

    url: str
    captions: str
    poster: str


@dataclass(frozen=True, kw_only=True)
class RemarkLine:
    """A comment at a second of the lesson, without its author."""

    pk: int
    second: int
    text: str

    @property
    def moment(self) -> str:
        """Where it stands in the lesson: 05:12."""
        return moments.clock(self.second)


@dataclass(frozen=True, kw_only=True)
class Total:
    """How many observed a case so far, and the mean of their totals."""

    count: int
    average: Decimal


@dataclass(frozen=True, kw_only=True)
class ObservationPage:
    """A case with its sheet: the rubric, the report's least length, what was saved (None before the first saving), the own remarks.

    `total` is what all observers together gave, shown once the own report is handed in.
    """

    enrolment: Enrolment
    case: LessonCase
    film: Film
    rubric: Rubric
    dimensions: sheets.Dimensions
    least: int
    observation: Observation | None
    remarks: Sequence[RemarkLine]
    total: Total | None

    @property
    def is_submitted(self) -> bool:
        return self.observation is not None and self.observation.submitted_at is not None

    @property
    def full(self) -> Decimal:
        return sheets.full(self.dimensions)

    @property
    def chosen(self) -> list[tuple[sheets.Dimension, sheets.Level]]:
        """Each dimension with the level given, once handed in."""
        levels = self.observation.levels if self.observation else {}
        return [(one, one.levels[levels[one.key]]) for one in self.dimensions if one.key in levels]


@dataclass(frozen=True, kw_only=True)
class DimensionScore:
    """The mean of one dimension: `average` of `most`; `levels` says how often each level was given, best first."""

    label: str
    average: Decimal
    most: Decimal
    levels: Sequence[tuple[str, int]]

    @property
    def words(self) -> str:
        """The distribution in a line: 优 5，良 3，中 0."""
        return _("，").join(f"{label} {count}" for label, count in self.levels)


@dataclass(frozen=True, kw_only=True)
class RubricScore:
    """What came together by one rubric: how many sheets, the mean total, the mean of each dimension; one decimal place."""

    rubric: Rubric
    count: int
    average: Decimal
    full: Decimal
    dimensions: Sequence[DimensionScore]

    @property
    def words(self) -> str:
        return _("%(count)s 份，平均 %(average)s 分") % {"count": self.count, "average": self.average}


@dataclass(frozen=True, kw_only=True)
class CaseScores:
    """The scores of a case, newest rubric first, and its reports, newest first, without names."""

    case: LessonCase
    scores: Sequence[RubricScore]
    reports: Page[Observation]
    remarks: Sequence[RemarkLine]

    @property
    def count(self) -> int:
        return sum(score.count for score in self.scores)


def rubric_for(enrolment: Enrolment) -> Rubric:
    """Return the newest rubric of the nearest unit at or above the programme's owner. Raises NoRubric. Cost: one query."""
    paths = _upwards(enrolment.programme.owner_path)
    published = Rubric.objects.filter(use=RubricUse.OBSERVATION, withdrawn_at__isnull=True)
    rows = published.filter(owner__path__in=paths).select_related("owner").order_by("-number", "-pk")
    found = max(rows, key=lambda rubric: len(rubric.owner.path), default=None)
    if found is None:
        raise NoRubric("还没有观课评价标准，暂时不能写观课报告。请方案设计人员先发布评价标准。")
    return found


def least_characters(enrolment: Enrolment, case: LessonCase, rubric: Rubric) -> int:
    """Return how long a report must be: as the plan says for such cases, else as the rubric says."""
    stated = [one.min_chars for block in blocks_of_case(enrolment, case) for one in block.produce if one.min_chars is not None]
    return stated[0] if stated else rubric.min_characters


def observation_page(enrolment: Enrolment, case: LessonCase, *, person_id: int, at: datetime) -> ObservationPage:
    """Return a case with its sheet. Raises NoRubric. Cost: 2 queries, 3 when handed in."""
    observation = Observation.objects.filter(enrolment=enrolment, case=case).select_related("rubric").first()
    rubric = observation.rubric if observation else rubric_for(enrolment)
    is_submitted = observation is not None and observation.submitted_at is not None
    return ObservationPage(
        enrolment=enrolment,
        case=case,
        film=_film(case, person_id=person_id, at=at),
        rubric=rubric,
        dimensions=sheets.read(rubric.dimensions),
        least=least_characters(enrolment, case, rubric),
        observation=observation,
        remarks=_lines(Remark.objects.filter(observation=observation).order_by("second", "pk")) if observation else [],
        total=_total(rubric, case) if is_submitted else None,
    )


def case_scores(case: LessonCase, *, number: int) -> CaseScores:
    """Return what observers said about a case. Cost: 3 queries."""
    handed_in = Observation.objects.filter(case=case, submitted_at__isnull=False)
    rows = sql.rows(_CHOSEN, {"case": case.pk})
    rubrics = Rubric.objects.filter(pk__in={row["rubric_id"] for row in rows}).order_by(F("published_at").desc(), "-pk")
    scores = [_score(rubric, [row for row in rows if row["rubric_id"] == rubric.pk]) for rubric in rubrics]
    reports = page_of(handed_in.select_related("rubric").order_by("-submitted_at", "-pk"), number=number)
    said = Remark.objects.filter(observation__case=case, observation__submitted_at__isnull=False)
    return CaseScores(case=case, scores=scores, reports=reports, remarks=_lines(said.order_by("second", "pk")[:MOST_REMARKS]))


@dataclass(frozen=True, kw_only=True)
class OwnCase:
    """A lesson that a teacher gave, with what came back: how many observed it, and their mean by the newest rubric ("" = none yet)."""

    case: LessonCase
    count: int
    average: Decimal | None
    remarks: int


def own_cases(person_id: int, *, number: int) -> Page[OwnCase]:
    """Return one page of the lessons a person gave, newest first. Cost: 2 queries, whatever the number of observers."""
    page = page_of(LessonCase.objects.filter(author_id=person_id).order_by("-published_at", "-pk"), number=number)
    rows = {row["case_id"]: row for row in sql.rows(_OWN, {"cases": [case.pk for case in page.rows]})}
    found = []
    for case in page.rows:
        row = rows.get(case.pk, {"count": 0, "average": None, "remarks": 0})
        average = _rounded(row["average"]) if row["average"] is not None else None
        found.append(OwnCase(case=case, count=row["count"], average=average, remarks=row["remarks"]))
    return Page(rows=found, number=page.number, has_more=page.has_more)


def _total(rubric: Rubric, case: LessonCase) -> Total:
    same = Observation.objects.filter(case=case, rubric=rubric, submitted_at__isnull=False)
    found = same.aggregate(count=Count("pk"), average=Avg("total"))
    return Total(count=found["count"], average=_rounded(found["average"] or Decimal(0)))


def _lines(remarks: QuerySet[Remark]) -> list[RemarkLine]:
    return [RemarkLine(pk=one.pk, second=one.second, text=one.text) for one in remarks]


def _score(rubric: Rubric, rows: Sequence[Mapping[str, Any]]) -> RubricScore:
    dimensions = sheets.read(rubric.dimensions)
    means = []
    count = 0
    for dimension in dimensions:
        mine = [row for row in rows if row["key"] == dimension.key]
        count = sum(row["count"] for row in mine)
        points = sum((dimension.levels[row["level"]].points * row["count"] for row in mine), Decimal(0))
        means.append((dimension, points / count if count else Decimal(0)))
    return RubricScore(
        rubric=rubric,
        count=count,
        average=_rounded(sum((mean for _, mean in means), Decimal(0))),
        full=sheets.full(dimensions),
        dimensions=[
            DimensionScore(label=one.label, average=_rounded(mean), most=one.most, levels=_levels(one, rows)) for one, mean in means
        ],
    )


def _levels(dimension: sheets.Dimension, rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    given = {row["level"]: row["count"] for row in rows if row["key"] == dimension.key}
    return [(level.label, given.get(index, 0)) for index, level in enumerate(dimension.levels)]


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(_TENTH, ROUND_HALF_UP)


def _film(case: LessonCase, *, person_id: int, at: datetime) -> Film:
    parts = (case.media, case.captions, case.poster)
    url, captions, poster = (files.link(part, person_id=person_id, at=at) if part else "" for part in parts)
    return Film(url=url, captions=captions, poster=poster)


def _upwards(path: str) -> list[str]:
    parts = [part for part in path.split("/") if part]
    return ["/" + "/".join(parts[:end]) + "/" for end in range(1, len(parts) + 1)]
