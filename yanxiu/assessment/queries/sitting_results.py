"""What a candidate sees of a result, by what the exam reveals; appeals, the own ones and those that wait for somebody."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from django.db.models import F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Greatest

from yanxiu.assessment import papers, rendering
from yanxiu.assessment.answer_rubrics import judgement, rubric_of
from yanxiu.assessment.asking import AskedView, Reveals, asked_view
from yanxiu.assessment.models import (
    AnswerMark,
    AppealState,
    ExamAllowance,
    QuestionVersion,
    Reveal,
    ScoreAppeal,
    ScoreRuling,
    Sitting,
    SittingAnswer,
    SittingResult,
)
from yanxiu.catalogue.content import AnyQuestion, read_question
from yanxiu.kit.paging import Page, page_of

_SHOWS: dict[str, Reveals] = {Reveal.SCORE: "nothing", Reveal.RIGHT: "right", Reveal.ANSWERS: "answers"}


@dataclass(frozen=True, kw_only=True)
class ScoredQuestion:
    """A question of a sitting with its points; None when it is left out. `comment` is the marker's, `rulings` what was decided of it.

    `judged`: dimension, level and what one sees there, where a rubric was used.
    """

    number: int
    points: Decimal | None
    most: Decimal
    view: AskedView
    comment: str
    rulings: Sequence[ScoreRuling]
    appeal: ScoreAppeal | None
    judged: Sequence[tuple[str, str, str]] = ()

    @property
    def is_full(self) -> bool:
        return self.points == self.most


@dataclass(frozen=True, kw_only=True)
class ResultPage:
    """A sitting's result as its candidate may see it. `questions` is empty while only the score is shown.

    `is_held`: the exam would show more, but others still sit it, or she may sit it again.
    """

    sitting: Sitting
    result: SittingResult
    questions: Sequence[ScoredQuestion]
    appeals: Sequence[ScoreAppeal]
    is_held: bool = False

    @property
    def right_count(self) -> int:
        return sum(one.is_full for one in self.questions)


def with_last_end(sittings: QuerySet[Sitting]) -> QuerySet[Sitting]:
    """Return sittings with `last_end`: when their exam ends for everybody who sits it, whatever single candidates were given."""
    here = {"exam": OuterRef("exam")}
    given = ExamAllowance.objects.filter(**here).order_by().values("exam").annotate(last=Max("closes_at")).values("last")
    running = Sitting.objects.filter(**here, handed_in_at__isnull=True)
    sat = running.order_by().values("exam").annotate(last=Max("ends_at")).values("last")
    return sittings.annotate(last_end=Greatest(F("exam__closes_at"), Subquery(given), Subquery(sat)))


def result_page(
    sitting: Sitting, result: SittingResult, *, person_id: int, at: datetime, reveals: str | None = None, number: int | None = None,
    last_end: datetime | None = None,
) -> ResultPage:  # fmt: skip
    """Return a result with its questions, as far as the exam reveals them (`reveals` instead, for reviewers; of one question only).

    Before `last_end`, and while devices may deliver after it, nothing but the score (`with_last_end`). Cost: 5 queries, 6 with pictures.
    """
    shows = _SHOWS[reveals or sitting.exam.reveal]
    grace = timedelta(minutes=sitting.exam.offline_minutes)
    is_held = last_end is not None and shows != "nothing" and at <= last_end + grace
    shows = "nothing" if is_held else shows
    appeals = list(ScoreAppeal.objects.filter(sitting=sitting).order_by("-filed_at", "-pk"))
    questions = _questions(sitting, result, appeals, shows, person_id=person_id, at=at, only=number) if shows != "nothing" else []
    return ResultPage(sitting=sitting, result=result, questions=questions, appeals=appeals, is_held=is_held)


def _questions(
    sitting: Sitting, result: SittingResult, appeals: Sequence[ScoreAppeal], shows: Reveals, *, person_id: int, at: datetime,
    only: int | None,
) -> list[ScoredQuestion]:  # fmt: skip
    sheet = papers.read_sheet(sitting.sheet)
    raw = QuestionVersion.objects.filter(pk__in=[asked.version for asked in sheet]).values_list("pk", "content")
    questions = {pk: read_question(content) for pk, content in raw}
    given = dict(SittingAnswer.objects.filter(sitting=sitting).values_list("number", "given"))
    marks = {mark.number: mark for mark in AnswerMark.objects.filter(sitting=sitting).order_by("round")}
    rulings = list(ScoreRuling.objects.filter(exam=sitting.exam_id, edition__lte=sitting.exam.edition).order_by("pk"))
    links = rendering.links_of(questions.values(), person_id=person_id, at=at)
    found = []
    for number, asked in enumerate(sheet, start=1):
        if only is not None and number != only:
            continue
        view = asked_view(
            questions[asked.version], asked, given.get(number), number=number, links=links, is_open=False, reveals=shows,
            partial=sitting.exam.partial_rule,
        )  # fmt: skip
        points = result.points_each[number - 1]
        earned = Decimal(points) if points != "" else None
        found.append(
            ScoredQuestion(
                number=number, points=earned, most=asked.points, view=_as_scored(view, earned, asked.points),
                comment=marks[number].comment if number in marks else "", judged=_judged(questions[asked.version], marks.get(number)),
                rulings=[one for one in rulings if one.version_id == asked.version],
                appeal=next((one for one in appeals if one.number == number), None),
            )
        )  # fmt: skip
    return found


def _judged(question: AnyQuestion, mark: AnswerMark | None) -> list[tuple[str, str, str]]:
    rubric = rubric_of(question) if mark is not None and mark.levels else None
    return judgement(rubric, mark.levels) if rubric is not None and mark is not None and mark.levels else []


def _as_scored(view: AskedView, earned: Decimal | None, most: Decimal) -> AskedView:
    """Let the view say what the result says, whoever or whatever gave the points."""
    if earned is None:
        return replace(view, reveals="nothing", earned=None)
    share = view.share if view.earned == earned else None
    return replace(view, earned=earned, share=share if share is not None else _share(earned, most))


def _share(earned: Decimal, most: Decimal) -> Fraction:
    return Fraction(earned) / Fraction(most) if most else Fraction(0)


def appeals_page(appeals: QuerySet[ScoreAppeal], *, state: str, number: int) -> Page[ScoreAppeal]:
    """Return appeals, those that wait first by how long they do, decided ones the last first. Cost: one query."""
    rows = appeals.select_related("sitting__exam__programme", "sitting__enrolment__person", "sitting__enrolment__unit")
    if state == "decided":
        rows = rows.filter(state__in=[AppealState.KEPT, AppealState.CHANGED]).order_by("-decided_at", "-pk")
    else:
        rows = rows.filter(state=AppealState.FILED).order_by("filed_at", "pk")
    return page_of(rows, number=number)
