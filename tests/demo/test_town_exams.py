"""The bank, the exams and the scores of the town, made through the product's actions on a county without courses."""

from datetime import timedelta
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
from yanxiu.demo.town import calendar, exams, ground, questions, scores, season, sitting
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.clock import now
from yanxiu.people.models import Account, AccountState
from yanxiu.programmes import actions as programmes
from yanxiu.programmes.models import Enrolment
from yanxiu.records import actions as records

TITLES = ("期中网上考核", "教学设计与反思笔试", "信息化教学能力测验", "期末网上考核")


@pytest.fixture
def county(db):
    """The county of the demo without courses: its teachers have accounts and take part; when, where, who."""
    when = calendar.season(now())
    records.ensure_partitions(when.published + timedelta(days=20 * number) for number in range(9))
    records.store_metrics(by=SYSTEM, at=now())
    place = ground.lay(at=when.published)
    ground.appoint(place, at=when.published)
    junior = place.teachers_of(list(place.schools.values())[3])
    titles = ("参训教师", "已达标的教师", "还没选课的教师", "还没激活的教师")
    place.cast |= dict(zip(titles, junior[1:5], strict=True))
    teachers = Account.objects.filter(person__in=[one.pk for one in place.teachers])
    teachers.update(state=AccountState.ACTIVE, activated_at=when.published)
    programme = programmes.create_programme(owner=place.county, code="qinghe", title="青禾县研修", by=SYSTEM, at=when.published)
    source = season.PLAN.read_text(encoding="utf-8")
    programmes.publish(programme=programme, source=source, parameters=when.parameters, by=SYSTEM, at=when.published)
    programme.refresh_from_db()
    programmes.enrol_units(programme=programme, units=[place.county], by=SYSTEM, at=when.published + timedelta(days=1))
    people = Enrolment.objects.filter(programme=programme).select_related("person", "programme").order_by("pk")
    return when, place, programme, list(people)


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
