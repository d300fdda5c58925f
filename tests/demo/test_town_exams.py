"""The bank, the exams and the scores of the town, made through the product's actions on a county without courses."""

from decimal import Decimal

import pytest
from django.db.models import Count, F

from yanxiu.assessment.actions.bank_statistics import count_statistics
from yanxiu.assessment.models import (
    AppealState,
    BankQuestion,
    EnteredScore,
    Exam,
    MarkingTask,
    ProcessScore,
    QuestionReview,
    QuestionState,
    QuestionStatistic,
    QuestionVersion,
    ScoreAppeal,
    Sitting,
    SittingResult,
)
from yanxiu.catalogue.content import QUESTION_TYPES
from yanxiu.demo.town import exams, questions, scores, sitting
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.clock import now

TITLES = ("期中网上考核", "教学设计与反思笔试", "信息化教学能力测验", "期末网上考核")


@pytest.mark.slow  # two hundred teachers, four exams and their marking
def test_the_town_has_exams_in_every_state_and_scores_of_every_origin(county):
    when, place, programme, people = county

    questions.fill(place, when)
    exams.hold(place, programme, people, when)
    scores.give(place, programme, people, when)

    assert_the_bank_is_read_by_two()
    assert_one_question_misleads(Exam.objects.get(title=TITLES[0]))
    midterm, lately, running, coming = (Exam.objects.get(title=title) for title in TITLES)
    assert (midterm.edition, midterm.markers, lately.edition, running.edition > 0, coming.edition) == (2, 2, 0, True, 0)
    assert SittingResult.objects.filter(sitting__exam=midterm, edition=2).count() == exams.SAT
    assert not MarkingTask.objects.filter(exam=midterm, round__isnull=False).exists()
    assert MarkingTask.objects.filter(exam=lately, round__isnull=False).count() > MarkingTask.objects.filter(exam=lately).count() // 2
    assert Sitting.objects.filter(exam=running, handed_in_at=None, ends_at__gt=when.now).count() == exams.SITTING_NOW
    assert sorted(ScoreAppeal.objects.values_list("state", flat=True)) == [AppealState.CHANGED, AppealState.FILED]
    assert EnteredScore.objects.filter(released_at__isnull=False).count() == 60
    assert EnteredScore.objects.filter(first_at__isnull=False, second_at=None).exists()
    assert ProcessScore.objects.count() == len(people)


def assert_one_question_misleads(midterm: Exam) -> None:
    count_statistics(exam=midterm, by=SYSTEM, at=now())
    trap = Sitting.objects.filter(exam=midterm)[0].sheet[sitting.MISLEADING - 1][0]
    found = dict(QuestionStatistic.objects.values_list("version", "discrimination"))
    assert found[trap] < 0
    assert sum(found.values()) / len(found) > Decimal("0.05")


def assert_the_bank_is_read_by_two() -> None:
    states = dict(BankQuestion.objects.values_list("state").annotate(count=Count("pk")).order_by())
    assert (states[QuestionState.DRAFT], states[QuestionState.REVIEW]) == (questions.DRAFTS, questions.WAITING)
    assert states[QuestionState.APPROVED] >= 100
    assert set(BankQuestion.objects.values_list("type", flat=True)) == set(QUESTION_TYPES)
    assert QuestionVersion.objects.filter(number=2).count() == 1
    assert not QuestionReview.objects.filter(reviewed_by=F("version__written_by")).exists()
